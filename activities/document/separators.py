"""Commas and points that can be read two ways: `1,125` is 1125 as the country writes, and 1.125 elsewhere.

Arithmetic or another cell mostly tells; where neither does, a person must look.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from activities.document.cells import figures_of
from activities.document.forms.sheets import Record
from activities.document.layout import slot_title
from activities.document.layouts import Reading
from activities.document.model import REJECTED, Problem, Row
from activities.document.quantities import is_number, quantity
from activities.document.wording import counted

_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_SWAP = str.maketrans(",.", ".,")
_SHOWN = 5


def ambiguous_numbers(read: Sequence[tuple[Record, Reading, Row]]) -> list[Problem]:
    """Return one warning of all cells whose comma or point nothing in the file explains; none if there are none."""
    doubtful: list[tuple[Row, str, str]] = []
    for record, reading, row in read:
        if reading.comma:
            return []
        cells = dict(_cells(record, reading))
        if any(_is_plain(cell) for cell in cells.values()):
            return []
        either = [(row, title, cell) for title, cell in cells.items() if _EITHER.fullmatch(cell)]
        swapped = bool(either) and _adds_up_swapped(record, reading)
        if either and row.status == "exact" and not swapped:
            return []
        if swapped or row.status != REJECTED:
            doubtful += either
    return [_warning(doubtful)] if doubtful else []


def _cells(record: Record, reading: Reading) -> Iterator[tuple[str, str]]:
    """Yield META and what follows it as text, each with its title."""
    header = reading.header
    if header.target is not None:
        yield header.title(header.target), _text(record, header.target)
    if header.tail is not None:
        for slot in range(len(record.cells) - header.tail):
            yield slot_title(slot), _text(record, header.tail + slot)
    else:
        for column in header.official_columns():
            if column is not None:
                yield header.title(column), _text(record, column)


def _text(record: Record, column: int) -> str:
    """Return a cell that the file keeps as text; its numbers are not in doubt."""
    return "" if column in record.numbers else record.cell(column)


def _is_plain(cell: str) -> bool:
    """Tell whether a number shows which sign is decimal: `12.5`, `0.125`, `1,000,000`, `1,125.5`."""
    return ("," in cell or "." in cell) and is_number(cell) and not _EITHER.fullmatch(cell)


def _adds_up_swapped(record: Record, reading: Reading) -> bool:
    """Tell whether the row adds up as it stands when its commas are points and its points commas."""
    row = figures_of(record, reading.header, comma=True)
    return not row.problems and not any(reading.equations.differences(row, "sum"))


def _warning(doubtful: Sequence[tuple[Row, str, str]]) -> Problem:
    row, title, cell = doubtful[0]
    taken, other = quantity(cell) or Decimal(0), quantity(cell.translate(_SWAP)) or Decimal(0)
    places = ", ".join(f"línea {row.line} {title}" for row, title, _ in doubtful[:_SHOWN])
    more = f" y {len(doubtful) - _SHOWN} más" if len(doubtful) > _SHOWN else ""
    detail = (
        f"«{cell}» se leyó como {taken:f}, pero puede ser {other:f} y nada en el archivo lo aclara. "
        f"{counted(len(doubtful), 'celda está', 'celdas están')} así: {places}{more}. Compruebe las cifras: "
        "los decimales se escriben con punto y los miles con coma o sin separador."
    )
    return Problem("ambiguous_number", detail, row.line, title)
