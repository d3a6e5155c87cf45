"""Reads a source document: bytes in, ``Document`` out. Knows nothing of any institution or database."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from activities.document.diagnosis import no_table
from activities.document.document import Document
from activities.document.layout import COLUMNS, NAMES, OFFICIAL
from activities.document.model import DUPLICATE, DocumentError, Problem, Row, Stated
from activities.document.pages import Pages, sort_records
from activities.document.quantities import quantity
from activities.document.records import DELIMITERS, Record, decode, split
from activities.document.rows import read_row, rejected
from activities.document.separators import ambiguous_numbers
from activities.document.wording import lines
from poi_api.http.folding import fold

_SPREADSHEETS = ";"
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CUT_OFF = re.compile(r"\bal +(\d{1,2}) ?/ ?(\d{1,2}) ?/ ?(\d{4})(?!\d)")


def read_document(data: bytes, *, filename: str = "") -> Document:
    """The document in a TSV or CSV file in UTF-8 (domain.md, reading the source document).

    ``filename`` is used in messages only. Raises DocumentError, with a Spanish message and the line where
    there is one, if no table can be found. Rows that cannot be read are ``rejected`` and come with the
    others.
    """
    pages, delimiter = _pages(decode(data), filename)
    rows = _unique(_rows(pages))
    remarks: list[Problem] = []
    stated = _stated(pages.totals, remarks)
    year = _year(pages, remarks)
    cut_off, line = _cut_off(pages, remarks)
    remarks += _hidden(rows)
    if delimiter == _SPREADSHEETS:
        remarks += ambiguous_numbers(pages.tables, rows[len(pages.early) :])
    return Document(year, cut_off, line, rows, stated, (*remarks, *pages.ignored))


def _pages(text: str, filename: str) -> tuple[Pages, str]:
    """The sorted lines under the delimiter that shows a table, and that delimiter."""
    failure: DocumentError | None = None
    for delimiter in DELIMITERS:
        try:
            pages = sort_records(split(text, delimiter))
        except DocumentError as error:
            failure = failure or error
            continue
        if pages.tables:
            return pages, delimiter
    raise failure or no_table(text, filename)


def _rows(pages: Pages) -> Iterator[Row]:
    for record in pages.early:
        problem = Problem("no_header", "Le falta antes la cabecera: ponga sobre la tabla sus dos líneas.", record.line)
        yield rejected(read_row(record, pages.tables[0].header), problem)
    for table in pages.tables:
        for record in table.rows:
            yield read_row(record, table.header)


def _unique(rows: Iterable[Row]) -> list[Row]:
    """The rows; a later one with the unit, MEF activity and name of an earlier one is rejected."""
    first: dict[tuple[str, str, str], Row] = {}
    kept = []
    for row in rows:
        key = fold(row.unit), fold(row.mef_activity), fold(row.activity)
        other = first.setdefault(key, row)
        kept.append(rejected(row, _repeated(row, other)) if other is not row and all(key) else row)
    return kept


def _repeated(row: Row, other: Row) -> Problem:
    if row.cells == other.cells:
        detail = f"Es una copia de la línea {other.line}: quítela."
    else:
        detail = (
            f"Repite la unidad, la actividad MEF y la actividad POI de la línea {other.line} con otros datos: "
            "deje solo la que vale."
        )
    return Problem(DUPLICATE, detail, row.line, COLUMNS["activity"])


def _hidden(rows: Sequence[Row]) -> list[Problem]:
    """A name that holds what cannot be seen is another name: one warning of all such rows."""
    found = [row.line for row in rows if not all(getattr(row, name).isprintable() for name in NAMES)]
    if not found:
        return []
    detail = (
        f"Hay nombres con caracteres que no se ven ({lines(found)}): no serán iguales a los que no los tienen. "
        "Si no van, quítelos escribiendo de nuevo el nombre."
    )
    return [Problem("hidden_characters", detail, found[0])]


def _year(pages: Pages, warnings: list[Problem]) -> int | None:
    """The year that the titles state; None and a warning if there is none or they differ."""
    stated: dict[int, int] = {}
    for title in pages.titles:
        found = _YEAR.search(" ".join(title.filled))
        if found:
            stated.setdefault(int(found.group()), title.line)
    if len(stated) == 1:
        return next(iter(stated))
    if not stated:
        warnings.append(Problem("no_year", "Ningún título dice de qué año es el plan."))
        return None
    said = " y ".join(f"{year} (línea {line})" for year, line in stated.items())
    warnings.append(Problem("years_differ", f"Los títulos dicen años distintos: {said}.", max(stated.values())))
    return None


def _cut_off(pages: Pages, warnings: list[Problem]) -> tuple[date | None, int | None]:
    """The cut-off date of the «Fuente» line, and that line.

    None and a warning if it is missing, impossible or stated twice.
    """
    stated: dict[date, int] = {}
    for source in pages.sources:
        found = _CUT_OFF.search(fold(" ".join(source.filled)))
        if found:
            day, month, year = (int(part) for part in found.groups())
            try:
                stated.setdefault(date(year, month, day), source.line)
            except ValueError:
                detail = f"La fecha de corte {found.group().removeprefix('al ')} no existe."
                warnings.append(Problem("impossible_cut_off", detail, source.line))
                return None, None
    if len(stated) == 1:
        return next(iter(stated.items()))
    detail = (
        "Hay fechas de corte distintas."
        if stated
        else "No hay una línea «Fuente … al dd/mm/aaaa»: no se sabe a qué fecha son las cifras."
    )
    warnings.append(Problem("cut_offs_differ" if stated else "no_cut_off", detail, max(stated.values(), default=None)))
    return None, None


def _stated(totals: Sequence[Record], warnings: list[Problem]) -> Stated | None:
    """The last TOTAL row; earlier ones that say something else are told, and that there is none."""
    if not totals:
        detail = "No hay fila TOTAL: no se pudo comprobar que estén todas las filas."
        warnings.append(Problem("no_total", detail))
    found = [stated for record in totals if (stated := _total(record, warnings))]
    if len({stated.annual_target for stated in found}) > 1:
        lines = ", ".join(str(stated.line) for stated in found)
        detail = f"Hay varias filas TOTAL distintas (líneas {lines}); vale la última."
        warnings.append(Problem("totals_differ", detail, found[-1].line, "META"))
    return found[-1] if found else None


def _total(record: Record, warnings: list[Problem]) -> Stated | None:
    """A TOTAL row: its META is its first figure, as blanks before it may be lost.

    The rest is kept only if complete.
    """
    cells = list(record.cells)
    while cells and (not cells[0] or fold(cells[0]).startswith("total")):
        cells.pop(0)
    try:
        target, *tail = [quantity(cell) for cell in cells]
    except ValueError as error:
        detail = f"La fila TOTAL no se pudo leer ni comprobar: {error}"
        warnings.append(Problem("unreadable_total", detail, record.line))
        return None
    return _with_tail(Stated(record.line, target or Decimal(0)), tail)


def _with_tail(stated: Stated, tail: list[Decimal | None]) -> Stated:
    while tail and tail[-1] is None:
        tail.pop()
    if len(tail) != OFFICIAL.cells:
        return stated
    months, quarters = tuple(tail[: OFFICIAL.month_cells]), tail[OFFICIAL.month_cells :]
    return Stated(
        stated.line,
        stated.annual_target,
        months[: OFFICIAL.months],
        months[OFFICIAL.months :],
        tuple(zip(quarters[::2], quarters[1::2], strict=True)),
    )
