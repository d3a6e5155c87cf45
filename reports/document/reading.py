"""Reads a source document: bytes in, ``Document`` out. Knows nothing of any institution or database."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from units.folding import fold

from .layout import OFFICIAL
from .model import Document, DocumentError, Problem, Row, Stated, total_warning
from .pages import Pages, sort_records
from .quantities import quantity
from .records import DELIMITERS, Record, decode, split
from .rows import read_row, rejected

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CUT_OFF = re.compile(r"\bal +(\d{1,2}) ?/ ?(\d{1,2}) ?/ ?(\d{4})(?!\d)")


def read_document(data: bytes, *, filename: str = "") -> Document:
    """The document in a TSV or CSV file in UTF-8 (domain.md, reading the source document).

    ``filename`` is used in messages only. Raises DocumentError, with a Spanish message and the line where
    there is one, if no table can be found. Rows that cannot be read are ``rejected`` and come with the
    others.
    """
    pages = _pages(decode(data), filename)
    rows = _unique(read_row(record, table.header) for table in pages.tables for record in table.rows)
    warnings: list[Problem] = []
    stated = _stated(pages.totals, warnings)
    document = Document(_year(pages, warnings), _cut_off(pages, warnings), rows, stated, warnings)
    if stated and stated.annual_target != document.imported:
        warnings.append(total_warning(stated, document.imported))
    warnings.extend(pages.ignored)
    return document


def _pages(text: str, filename: str) -> Pages:
    """The sorted lines under the delimiter that shows a table."""
    failure: DocumentError | None = None
    for delimiter in DELIMITERS:
        try:
            pages = sort_records(split(text, delimiter))
        except DocumentError as error:
            failure = failure or error
            continue
        if pages.tables:
            return pages
    if failure:
        raise failure
    subject = f"el archivo «{filename}»" if filename else "el archivo"
    message = f"No se encontró en {subject} ninguna tabla con las dos líneas de cabecera del POI (grupos y meses)."
    raise DocumentError(message, code="no_table")


def _unique(rows: Iterable[Row]) -> list[Row]:
    """The rows; a later one with the unit, MEF activity and name of an earlier one is rejected."""
    first: dict[tuple[str, str, str], int] = {}
    kept = []
    for row in rows:
        key = fold(row.unit), fold(row.mef_activity), fold(row.activity)
        line = first.setdefault(key, row.line)
        if line != row.line and all(key):
            detail = f"Repite la unidad, la actividad MEF y la actividad POI de la línea {line}."
            row = rejected(row, Problem("duplicate_row", detail, row.line, "ACTIVIDAD POI"))
        kept.append(row)
    return kept


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


def _cut_off(pages: Pages, warnings: list[Problem]) -> date | None:
    """The cut-off date of the «Fuente» line.

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
                return None
    if len(stated) == 1:
        return next(iter(stated))
    detail = "Hay fechas de corte distintas." if stated else "No hay una línea «Fuente … al dd/mm/aaaa»."
    warnings.append(Problem("cut_offs_differ" if stated else "no_cut_off", detail, max(stated.values(), default=None)))
    return None


def _stated(totals: Sequence[Record], warnings: list[Problem]) -> Stated | None:
    """The last TOTAL row; earlier ones that say something else are told."""
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
        warnings.append(Problem("unreadable_total", str(error), record.line))
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
