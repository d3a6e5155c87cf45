"""Commas and points that can be read two ways, in a file of spreadsheets that write decimals with a comma.

The format says that commas separate thousands, and so they are read. But where cells are separated by `;` it is
often because commas are decimal, and `1,125` is then 1.125. Arithmetic or another cell mostly tells; where neither
does, a person must look.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from activities.document.headers import Header
from activities.document.layout import COLUMNS, slot_title
from activities.document.model import REJECTED, Problem, Row
from activities.document.pages import Table
from activities.document.quantities import is_number, quantity
from activities.document.records import Record
from activities.document.repair import adds_up, padded
from activities.document.scale import Scale
from activities.document.wording import counted

_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_SWAP = str.maketrans(",.", ".,")
_SHOWN = 5


def ambiguous_numbers(tables: Sequence[Table], rows: Sequence[Row]) -> list[Problem]:
    """Return one warning of all cells whose comma or point nothing in the file explains; none if there are none.

    `rows` are those of the tables, in their order.
    """
    doubtful: list[tuple[Row, str, str]] = []
    records = [(record, table.header) for table in tables for record in table.rows]
    for (record, header), row in zip(records, rows, strict=True):
        cells = dict(_cells(record, header))
        if any(_is_plain(cell) for cell in cells.values()):
            return []
        either = [(row, title, cell) for title, cell in cells.items() if _EITHER.fullmatch(cell)]
        swapped = bool(either) and _adds_up_swapped(cells)
        if either and row.status == "exact" and not swapped:
            return []
        if swapped or row.status != REJECTED:
            doubtful += either
    return [_warning(doubtful)] if doubtful else []


def _cells(record: Record, header: Header) -> Iterator[tuple[str, str]]:
    """Yield META and what follows it, each with its title."""
    yield COLUMNS["annual_target"], record.cell(header.columns["annual_target"])
    for slot, cell in enumerate(record.cells[header.tail :]):
        yield slot_title(slot), cell


def _is_plain(cell: str) -> bool:
    """Tell whether a number shows which sign is decimal: `12.5`, `0.125`, `1,000,000`, `1,125.5`."""
    return ("," in cell or "." in cell) and is_number(cell) and not _EITHER.fullmatch(cell)


def _adds_up_swapped(cells: dict[str, str]) -> bool:
    """Tell whether the row adds up as it stands when its commas are points and its points commas."""
    try:
        target, *tail = [quantity(cell.translate(_SWAP)) for cell in cells.values()]
    except ValueError:
        return False
    if target is None:
        return False
    scale = Scale([target, *tail])
    return adds_up(padded(scale.cells(tail)), scale.whole(target))


def _warning(doubtful: Sequence[tuple[Row, str, str]]) -> Problem:
    row, title, cell = doubtful[0]
    taken, other = quantity(cell) or Decimal(0), quantity(cell.translate(_SWAP)) or Decimal(0)
    places = ", ".join(f"línea {row.line} {title}" for row, title, _ in doubtful[:_SHOWN])
    more = f" y {len(doubtful) - _SHOWN} más" if len(doubtful) > _SHOWN else ""
    detail = (
        f"«{cell}» se leyó como {taken:f}, pero en un CSV separado por «;» puede ser {other:f} y nada en el archivo "
        f"lo aclara. {counted(len(doubtful), 'celda está', 'celdas están')} así: {places}{more}. Compruebe las cifras: "
        "los decimales se escriben con punto y los miles con coma o sin separador."
    )
    return Problem("ambiguous_number", detail, row.line, title)
