"""Whether a file writes decimals with a comma, which it shows where a number can be nothing else and adds up so."""

import re
from collections.abc import Iterator, Sequence

from activities.document.cells import figures_of
from activities.document.checking import equations_of
from activities.document.forms.sheets import Record
from activities.document.layouts import Reading
from activities.document.pages import Table

_COMMA = re.compile(r"\d{1,3}(?:\.\d{3})+,\d{1,3}|(?:0|[1-9]\d*),(?:\d{1,2}|\d{3})|\d{1,3}(?:\.\d{3}){2,}", re.ASCII)
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_POINT = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)\.\d{1,3}|\d{1,3}(?:,\d{3}){2,}", re.ASCII)


def writes_commas(tables: Sequence[Table]) -> bool:
    """Tell whether decimals are written with a comma, and thousands with a point.

    `1,5` is, with nothing like `1.5` beside it, where most such rows add up so: one cell alone may be misprinted. Where
    all cells are like `1,500` or `1.500` the rows tell that add up in one of the two ways only.
    """
    sure: list[bool] = []
    swapped = plain = 0
    for table in tables:
        for record in table.records:
            cells = [record.cells[column] for column in _columns(record, table)]
            if any(_POINT.fullmatch(cell) and not _EITHER.fullmatch(cell) for cell in cells):
                return False
            if any(_COMMA.fullmatch(cell) and not _EITHER.fullmatch(cell) for cell in cells):
                sure.append(_adds_up(record, table, comma=True))
            elif any(_EITHER.fullmatch(cell) for cell in cells):
                ways = [_adds_up(record, table, comma=comma) for comma in (False, True)]
                plain += ways == [True, False]
                swapped += ways == [False, True]
    if plain:
        return False
    return 2 * sum(sure) > len(sure) if sure else bool(swapped)


def _columns(record: Record, table: Table) -> Iterator[int]:
    """Yield the columns of figures that the file keeps as text."""
    header = table.header
    columns = {*header.targets, *(column for column in header.official_columns() if column is not None)}
    if header.tail is not None:
        columns.update(range(header.tail, len(record.cells)))
    return (column for column in columns if column < len(record.cells) and column not in record.numbers)


def _adds_up(record: Record, table: Table, *, comma: bool) -> bool:
    reading = Reading(table.header, equations_of(table.header), comma=comma)
    row = figures_of(record, reading.header, comma=comma)
    return not row.problems and not any(reading.equations.differences(row, "sum"))
