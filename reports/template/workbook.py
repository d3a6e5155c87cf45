"""The template as a workbook: locked but for the cells to fill in, its header in sight and on each page."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from textwrap import wrap

from activities.serializers.fields import LONGEST_REASON
from activities.serializers.reading import LONGEST_URL
from activities.sheets.layout import COLUMNS, Use
from poi_api.http.files import Parts
from poi_api.http.workbooks import Sheet, workbook_parts
from reports.template.statement import OpenMonth

_NOTE, _HEADER, _FIRST = 1, 3, 4  # lines from 0; the one between note and header is blank
_IN_SIGHT = 3  # columns: year, month, code
_A4 = 9
_NOTE_HEIGHT, _HEADER_HEIGHT = 40, 30  # points
_LARGEST = 999_999_999_999.999
_HOW = (
    "Llene solo las celdas amarillas: EJECUTADO con un número (0 también es una cifra) y, si hace falta, MOTIVO y "
    "MEDIO DE VERIFICACIÓN, que es una dirección web. Una fila sin EJECUTADO no registra nada. No copie filas en otras "
    "ni borre columnas. Trae los meses abiertos el {day:%d/%m/%Y}; lo registrado después no está en ella."
)
_NAMES = [at for at, column in enumerate(COLUMNS) if column.name in ("activity_name", "unit", "measurement_unit")]


def template(title: str, months: Sequence[OpenMonth], day: date, *, nothing: str) -> Parts:
    """Yield the template of some months, open on a day; without any it says that there is `nothing` to fill in."""
    note = _HOW.format(day=day) if months else nothing
    return workbook_parts(title, partial(_fill, title=title, months=months, note=note))


def _fill(sheet: Sheet, *, title: str, months: Sequence[OpenMonth], note: str) -> None:
    _set_up(sheet)
    sheet.merged(0, title, across=len(COLUMNS), style="title")
    sheet.page.set_row(_NOTE, _NOTE_HEIGHT)
    sheet.merged(_NOTE, note, across=len(COLUMNS), style="note")
    sheet.page.set_row(_HEADER, _HEADER_HEIGHT)
    sheet.line(_HEADER, [column.title for column in COLUMNS], "header")
    for at, month in enumerate(months, _FIRST):
        shown = month._asdict()
        cells = [shown.get(column.name) for column in COLUMNS]
        styles = ["entry" if column.use is Use.FILLED else "row" for column in COLUMNS]
        sheet.line(at, cells, styles, text_lines=_text_lines(cells))
    if months:
        _say_what_is_taken(sheet, _FIRST, _FIRST + len(months) - 1)


def _text_lines(cells: Sequence[object]) -> int:
    return max(len(wrap(str(cells[at]), COLUMNS[at].width)) for at in _NAMES)


def _set_up(sheet: Sheet) -> None:
    page = sheet.page
    page.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.repeat_rows(_HEADER)
    page.freeze_panes(_FIRST, _IN_SIGHT)
    page.set_footer("&R&7Página &P de &N")
    for at, column in enumerate(COLUMNS):
        page.set_column(at, at, column.width, None, {"hidden": column.use is Use.HIDDEN})


def _say_what_is_taken(sheet: Sheet, first: int, last: int) -> None:
    """Have the spreadsheet refuse what would be refused later."""
    taken = {
        "executed": {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": _LARGEST},
        "reason": {"validate": "length", "criteria": "<=", "value": LONGEST_REASON},
        "evidence_url": {"validate": "length", "criteria": "<=", "value": LONGEST_URL},
    }
    said = {
        "executed": "Escriba un número, sin signo y con hasta tres decimales.",
        "reason": f"El motivo admite hasta {LONGEST_REASON:,} caracteres.",
        "evidence_url": f"La dirección web admite hasta {LONGEST_URL:,} caracteres.",
    }
    for at, column in enumerate(COLUMNS):
        if column.name in taken:
            told = {"error_title": column.title.capitalize(), "error_message": said[column.name]}
            sheet.page.data_validation(first, at, last, at, taken[column.name] | told)
    sheet.page.autofilter(_HEADER, 0, last, len(COLUMNS) - 1)
