"""Commas and points that can be read two ways: `1,125` is 1125 as the country writes, and 1.125 elsewhere.

Arithmetic or another cell mostly tells how a whole file writes decimals; where neither does, a person must look.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial

from activities.document.cells import figures_of
from activities.document.checking import Equations, equations_of
from activities.document.columns.header import Header
from activities.document.forms.sheets import Record
from activities.document.layout import slot_title
from activities.document.layouts import Reading
from activities.document.model import REJECTED, Problem, Row
from activities.document.pages import Table
from activities.document.quantities import is_number, quantity
from activities.document.wording import counted
from poi_api.http.tables import reads_two_ways

_COMMA = re.compile(r"\d{1,3}(?:\.\d{3})+,\d{1,3}|(?:0|[1-9]\d*),(?:\d{1,2}|\d{3})|\d{1,3}(?:\.\d{3}){2,}", re.ASCII)
_POINT = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)\.\d{1,3}|\d{1,3}(?:,\d{3}){2,}", re.ASCII)
_SHOWN = 5


def writes_commas(tables: Sequence[Table]) -> bool:
    """Tell whether decimals are written with a comma, and thousands with a point.

    `1,5` is, with nothing like `1.5` beside it, where most such rows add up so: one cell alone may be misprinted. Where
    all cells are like `1,500` or `1.500` the rows tell that add up in one of the two ways only.
    """
    sure: list[bool] = []
    swapped = plain = 0
    for table in tables:
        add_up = partial(_adds_up, header=table.header, equations=equations_of(table.header))
        for record in table.records:
            cells = [cell for _, cell in _texts(record, table.header, table.header.targets)]
            if any(_POINT.fullmatch(cell) and not reads_two_ways(cell) for cell in cells):
                return False
            if any(_COMMA.fullmatch(cell) and not reads_two_ways(cell) for cell in cells):
                sure.append(add_up(record, comma=True))
            elif any(reads_two_ways(cell) for cell in cells):
                ways = [add_up(record, comma=comma) for comma in (False, True)]
                plain += ways == [True, False]
                swapped += ways == [False, True]
    if plain:
        return False
    return 2 * sum(sure) > len(sure) if sure else bool(swapped)


def ambiguous_numbers(read: Sequence[tuple[Record, Reading, Row]]) -> list[Problem]:
    """Return one warning of all cells whose comma or point nothing in the file explains; none if there are none."""
    doubtful: list[tuple[Row, str, str]] = []
    for record, reading, row in read:
        if reading.comma:
            return []
        cells = dict(_texts(record, reading.header, reading.header.targets[:1]))
        if any(_is_plain(cell) for cell in cells.values()):
            return []
        either = [(row, title, cell) for title, cell in cells.items() if reads_two_ways(cell)]
        swapped = bool(either) and _adds_up(record, reading.header, reading.equations, comma=True)
        if either and row.status == "exact" and not swapped:
            return []
        if swapped or row.status != REJECTED:
            doubtful += either
    return [_warning(doubtful)] if doubtful else []


def _texts(record: Record, header: Header, targets: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Yield META and what follows it, each with its title, as far as the file keeps them as text."""
    titles = {column: header.title(column) for column in (*targets, *header.official_columns()) if column is not None}
    if header.tail is not None:
        titles |= {header.tail + slot: slot_title(slot) for slot in range(len(record.cells) - header.tail)}
    return ((title, record.cell(column)) for column, title in titles.items() if column not in record.numbers)


def _is_plain(cell: str) -> bool:
    """Tell whether a number shows which sign is decimal: `12.5`, `0.125`, `1,000,000`, `1,125.5`."""
    return ("," in cell or "." in cell) and is_number(cell) and not reads_two_ways(cell)


def _adds_up(record: Record, header: Header, equations: Equations, *, comma: bool) -> bool:
    """Tell whether a row adds up as it stands, its decimals written with a comma or with a point."""
    row = figures_of(record, header, comma=comma)
    return not row.problems and equations.hold(row)


def _warning(doubtful: Sequence[tuple[Row, str, str]]) -> Problem:
    row, title, cell = doubtful[0]
    taken, other = (quantity(cell, comma=comma) or Decimal(0) for comma in (False, True))
    places = ", ".join(f"línea {row.line} {title}" for row, title, _ in doubtful[:_SHOWN])
    more = f" y {len(doubtful) - _SHOWN} más" if len(doubtful) > _SHOWN else ""
    detail = (
        f"«{cell}» se leyó como {taken:f}, pero puede ser {other:f} y nada en el archivo lo aclara. "
        f"{counted(len(doubtful), 'celda está', 'celdas están')} así: {places}{more}. Compruebe las cifras: "
        "los decimales se escriben con punto y los miles con coma o sin separador."
    )
    return Problem("ambiguous_number", detail, row.line, title)
