"""The readings of a run, the months of one quarter in one block, from printed cells, with what each one costs.

The costs are those of domain.md, "Reading the source document"; what they leave open is in decision 4.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

Quantity = TypeVar("Quantity", bound=int | Decimal)
"""So many of a row's smallest unit; exact where months do not simply add."""
Cells = tuple[Quantity | None, ...]
Cell = int | None
"""A printed quantity in the row's smallest unit; None is a blank."""
Months = tuple[Cell, ...]
Option = tuple[int, Months]
"""What a reading costs, and the months that it reads."""

UNKNOWN = -1
"""A month whose value is not known by itself: any share of what its quarter leaves, or anything."""
NO_CELL = -2
"""Stands beside the first and after the last printed cell; equal to none."""

COST_SAME, COST_OTHER = 1, 2
"""Of an added or dropped month: a blank or the equal of a printed neighbour, or another. A changed one is another."""


def around(cells: Cells[Quantity], at: int) -> Quantity | int | None:
    """Return the printed cell at a place, NO_CELL beside the first and the last one."""
    return cells[at] if 0 <= at < len(cells) else NO_CELL


def edit_cost(before: object, value: object, after: object) -> int:
    """Return what it costs to add or drop a month that stands between these printed cells."""
    return COST_SAME if value is None or value in (before, after) else COST_OTHER


@lru_cache(maxsize=1 << 16)
def run_readings(
    window: Months,
    before: Cell,
    after: Cell,
    total: int | None,
    blank: Cell,
    width: int,
    cap: int,
) -> tuple[Option, ...]:
    """Return the readings of `window` as `width` months that add to `total`, at least cost, none above `cap`.

    `before` and `after` are the printed neighbours of the window. `total` None asks for every sum.
    `blank` is what a blank month means: 0 if programmed, None if executed. Months that it does
    not decide stay UNKNOWN.
    """
    best: dict[Months, int] = {}
    for cost, plain in edits_of_run(window, before, after, blank, width, cap):
        months = filled_in(plain, total) if total is not None else plain
        if months is not None and cost < best.get(months, cap + 1):
            best[months] = cost
    return tuple(sorted(((cost, months) for months, cost in best.items()), key=lambda option: option[0]))


@lru_cache(maxsize=1 << 12)
def edits_of_run(window: Months, before: Cell, after: Cell, blank: Cell, width: int, cap: int) -> tuple[Option, ...]:
    """Return every way to edit a window into `width` months at least cost, whatever they come to, none above `cap`."""
    best: dict[Months, int] = {}
    for cost, read in _edited((before, *window, after), 1, width, cap, ()):
        months = tuple(blank if month is None else month for month in read)
        if cost < best.get(months, cap + 1):
            best[months] = cost
    return tuple((cost, months) for months, cost in best.items())


def filled_in(months: Months, total: int) -> Months | None:
    """Return the months with what `total` decides filled in; None if they cannot add to it."""
    rest = total - sum(month for month in months if month is not None and month != UNKNOWN)
    unknown = months.count(UNKNOWN)
    if rest < 0 or (rest and not unknown):
        return None
    if unknown == 1 or not rest:
        return tuple(rest if month == UNKNOWN else month for month in months)
    return months


def _edited(cells: Months, at: int, left: int, cap: int, read: Months) -> Iterator[Option]:
    """Yield (cost, months) for every way to edit cells[at:-1] into `left` more months after those `read`."""
    cell_count = len(cells) - 1 - at
    if abs(cell_count - left) > cap:
        return
    if not cell_count and not left:
        yield 0, read
        return
    steps = _additions(cells[at - 1], cells[at]) if left else []
    if cell_count:
        steps = steps + _uses(cells, at, left)
    for cost, used, taken in steps:
        if cost <= cap:
            for more, months in _edited(cells, at + used, left - len(taken), cap - cost, read + taken):
                yield cost + more, months


def _additions(before: Cell, after: Cell) -> list[tuple[int, int, Months]]:
    """Return the months that can be added in this gap: (cost, printed cells used, months read)."""
    near = {cell for cell in (before, after) if cell is not None and cell != NO_CELL}
    return [(COST_SAME, 0, (None,)), *((COST_SAME, 0, (cell,)) for cell in near), (COST_OTHER, 0, (UNKNOWN,))]


def _uses(cells: Months, at: int, left: int) -> list[tuple[int, int, Months]]:
    """Return what can be done with the next printed cell: keep or change it while months are wanted, or drop it."""
    steps: list[tuple[int, int, Months]] = [(0, 1, (cells[at],)), (COST_OTHER, 1, (UNKNOWN,))] if left else []
    return [*steps, (edit_cost(cells[at - 1], cells[at], cells[at + 1]), 1, ())]
