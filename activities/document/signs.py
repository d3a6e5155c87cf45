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
    """Tell whether decimals are written with a comma: `1,5` is, and nothing like `1.5` is beside it.

    The rows where it is must add up so, most of them: one cell alone may be misprinted. So no row may add up only where
    `1,500` has a comma of thousands.
    """
    seen = right = 0
    either: list[tuple[Record, Table]] = []
    for table in tables:
        for record in table.records:
            cells = [record.cells[column] for column in _columns(record, table)]
            if any(_POINT.fullmatch(cell) and not _EITHER.fullmatch(cell) for cell in cells):
                return False
            if any(_COMMA.fullmatch(cell) and not _EITHER.fullmatch(cell) for cell in cells):
                seen += 1
                right += _adds_up(record, table, comma=True)
            elif any(_EITHER.fullmatch(cell) for cell in cells):
                either.append((record, table))
    return 2 * right > seen and not any(
        _adds_up(*place, comma=False) and not _adds_up(*place, comma=True) for place in either
    )


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
