"""The readings of the quarterly cells at the end of a row's tail."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Generic

from activities.document.layout import Layout
from activities.document.runs import Cells, Quantity

COST_QUARTERLY = 2
"""Of adding, dropping or changing one quarterly cell (domain.md, "Reading the source document")."""
_LOST = -1


@dataclass(frozen=True, slots=True)
class QuarterlyReading(Generic[Quantity]):
    """Where the months end and what is printed for each run of months, None where the quarterly cell was lost.

    A blank is 0. `cost` is that of lost and surplus cells; a printed one may still be changed.
    """

    months_end: int
    totals: tuple[Quantity | int | None, ...]
    cost: int


def quarterly_readings(cells: Cells[Quantity], layout: Layout, bound: int) -> Iterator[QuarterlyReading[Quantity]]:
    """Yield every reading, each once, by how many quarterly cells are added or dropped, and by where the months end.

    With one cell for each unit of cost by which they end elsewhere than the layout says, none costs more than `bound`.
    """
    for edits in range(bound // COST_QUARTERLY + 1):
        left = bound - edits * COST_QUARTERLY
        for shift in range(-left, left + 1):
            yield from dict.fromkeys(_with_edits(cells, layout, edits, shift))


def _with_edits(cells: Cells[Quantity], layout: Layout, edits: int, shift: int) -> Iterator[QuarterlyReading[Quantity]]:
    """Yield the readings with `edits` quarterly cells added or dropped, the months ending `shift` cells late.

    A row has lost quarterly cells or has surplus ones, never both. Blanks after the last figure are free, printed or
    not.
    """
    months_end = layout.month_cells + shift
    if not 0 <= months_end <= len(cells):
        return
    block = strip(cells[months_end:])
    for quarters in _blocks(block, layout.quarter_cells, edits):
        printed = (0 if cell is None else cell for cell in (*quarters[::2], *quarters[1::2]))
        totals = tuple(None if cell == _LOST else cell for cell in printed)
        yield QuarterlyReading(months_end, totals, edits * COST_QUARTERLY)


def strip(cells: Cells[Quantity]) -> Cells[Quantity]:
    """Return the cells without the blanks at their end."""
    end = len(cells)
    while end and cells[end - 1] is None:
        end -= 1
    return cells[:end]


def _blocks(block: Cells[Quantity], size: int, edits: int) -> Iterator[tuple[Quantity | int | None, ...]]:
    """Yield the block as `size` quarterly cells; a lost one is _LOST."""
    kept = len(block)
    if kept + edits <= size:
        for lost in combinations(range(size), edits):
            printed = iter(block)  # they stand in the slots that were not lost, from the left; blanks follow
            yield tuple(_LOST if slot in lost else next(printed, None) for slot in range(size))
    if edits and 0 <= kept - edits <= size:
        for stay in combinations(block, kept - edits):
            yield stay + (None,) * (size - len(stay))
