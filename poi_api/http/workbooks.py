"""Tables as XLSX: made row by row, numbers as numbers, texts as texts, whatever they begin with."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from poi_api.http.exceptions import TooLarge
from poi_api.http.files import Parts, export_dir
from poi_api.http.tables import csv_lines

MOST_ROWS = 20_000  # about a million cells, some ten seconds
_TOO_LARGE = f"Un libro tiene hasta {MOST_ROWS:,} filas: pídalo por partes, con más filtros, o como CSV."
_DIGITS = 15  # that a spreadsheet keeps of a number
_QUANTITY = "#,##0"
_LINE_HEIGHT = 12.5  # points, of texts of 9
_TALLEST = 409  # points that a spreadsheet takes
_BLOCK = 256 * 1024  # bytes
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - the same figures make the same bytes, whenever they are asked for
_WIDTHS = 8, 40  # characters of the narrowest and widest column of a plain table

_FRAME = {"border": 4, "valign": "vcenter", "font_size": 9}
_STYLES: dict[str, dict[str, Any]] = {
    "plain": {"font_size": 9},
    "title": {"bold": True, "font_size": 14, "align": "center", "valign": "vcenter"},
    "header": _FRAME | {"bold": True, "bg_color": "#E1E1E1", "align": "center", "text_wrap": True},
    "row": _FRAME | {"text_wrap": True},
    "total": _FRAME | {"bold": True, "bg_color": "#E1E1E1"},
    "note": {"font_size": 9, "text_wrap": True, "valign": "vcenter"},
    "entry": _FRAME | {"text_wrap": True, "bg_color": "#FFF6CC", "locked": False},
}


class Sheet:
    """The one sheet of a workbook, filled line by line from the top; lines and columns count from 0."""

    def __init__(self, workbook: xlsxwriter.Workbook, page: Worksheet) -> None:
        self.page = page
        self._workbook = workbook
        self._formats: dict[tuple[str, str], Format] = {}

    def line(self, at: int, cells: Iterable[Any], style: str | Sequence[str] = "row", *, text_lines: int = 1) -> None:
        """Write the cells of a line: quantities as numbers, blanks where there is nothing.

        `style` is that of all its cells, or one for each. In a sheet that is protected an `entry` can be written in.
        `text_lines`: how many lines its longest text takes; not every program finds the height by itself. Raises
        TooLarge (`file_too_large`) below MOST_ROWS.
        """
        if at > MOST_ROWS:
            raise TooLarge("file_too_large", _TOO_LARGE)
        if text_lines > 1:
            self.page.set_row(at, min(text_lines * _LINE_HEIGHT, _TALLEST))
        self._cells(at, 0, cells, repeat(style) if isinstance(style, str) else style)

    def merged(
        self, at: int, text: str, column: int = 0, *, across: int = 1, down: int = 1, style: str = "header"
    ) -> None:
        """Write a text over several columns of a line, and over the lines below it, whose cells are to be blank."""
        self._cells(at, column, [text, *[None] * (across - 1)], repeat(style))
        if across * down > 1:
            # Its own merge_range also writes the lines below, which would end this one before it is whole
            self.page.merge.append([at, column, at + down - 1, column + across - 1])

    def _cells(self, at: int, first: int, cells: Iterable[Any], styles: Iterable[str]) -> None:
        for column, (value, style) in enumerate(zip(cells, styles, strict=False), first):
            self._cell(at, column, value, style)

    def _cell(self, at: int, column: int, value: Any, style: str) -> None:
        if isinstance(value, bool):
            value = "sí" if value else "no"
        if value is None or value == "":
            self.page.write_blank(at, column, None, self._format(style))
        elif isinstance(value, int | Decimal) and _fits(value):
            self.page.write_number(at, column, float(value), self._format(style, _number_format(value)))
        else:
            text = format(value, "f") if isinstance(value, Decimal) else str(value)
            self.page.write_string(at, column, text, self._format(style))

    def _format(self, style: str, number: str = "") -> Format:
        if (style, number) not in self._formats:
            said = _STYLES[style] | ({"num_format": number, "align": "right"} if number else {})
            self._formats[style, number] = self._workbook.add_format(said)
        return self._formats[style, number]


def _fits(number: int | Decimal) -> bool:
    return len(Decimal(number).normalize().as_tuple().digits) <= _DIGITS


def _number_format(number: int | Decimal) -> str:
    """Return how a spreadsheet shows it: years and ids (int) as they are, quantities with thousands set off."""
    if isinstance(number, int):
        return "0"
    exponent = number.normalize().as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return _QUANTITY + ("." + "0" * decimals if decimals else "")


def workbook_parts(title: str, fill: Callable[[Sheet], None]) -> Parts:
    """Yield a workbook of one sheet that `fill` writes, block by block; it has no formulas.

    Raises TooLarge (`file_too_large`) beyond MOST_ROWS.
    """
    with TemporaryDirectory(dir=export_dir(), prefix="libro-") as folder:
        file = Path(folder) / "libro.xlsx"
        _write(file, title, fill)
        with file.open("rb") as made:
            while block := made.read(_BLOCK):
                yield block


def _write(file: Path, title: str, fill: Callable[[Sheet], None]) -> None:
    """Write a workbook. Raises OSError where the disk has no room."""
    options = {"constant_memory": True, "tmpdir": str(file.parent), "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(file, options)
    try:
        with workbook:
            workbook.set_properties({"title": title, "created": _MADE})
            fill(Sheet(workbook, workbook.add_worksheet("POI")))
    except FileCreateError as error:  # what the library makes of an OSError, with the files of its rows still open
        for page in workbook.worksheets():
            page._opt_close()
        raise OSError(*error.args[0].args) from error


def parts_of_table(
    variant: str, title: str, header: Sequence[str], rows: Iterable[Iterable[Any]], *, raw: bool = False
) -> Parts:
    """Return the parts of a file in one of `TABLES`; raises, while they are read, what `workbook_parts` does.

    A workbook has its header in sight, and filters; `raw` is that of `csv_lines`.
    """
    if variant == "xlsx":
        return workbook_parts(title, partial(_fill_table, header=header, rows=rows))
    return csv_lines(header, rows, raw=raw)


def _fill_table(sheet: Sheet, *, header: Sequence[str], rows: Iterable[Iterable[Any]]) -> None:
    sheet.page.freeze_panes(1, 0)
    least, most = _WIDTHS
    for column, name in enumerate(header):
        sheet.page.set_column(column, column, min(max(len(name) + 2, least), most))
    sheet.line(0, header, "header")
    at = 0
    for at, cells in enumerate(rows, 1):
        sheet.line(at, cells)
    sheet.page.autofilter(0, 0, at, len(header) - 1)
