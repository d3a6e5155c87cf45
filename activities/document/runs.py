"""All the ways to read the months of one quarter from a run of printed cells, with what each one costs."""

from collections.abc import Iterator
from functools import lru_cache

Cell = int | None
"""A printed quantity in the row's smallest unit; None is a blank."""
Months = tuple[Cell, ...]
Option = tuple[int, Months]

FREE = -1
"""A month whose value is unknown by itself: any share of what its quarter leaves."""
NOTHING = -2
"""Stands beside the first and after the last printed cell; equal to none."""

SAME, OTHER = 1, 2


def drop_cost(before: Cell, cell: Cell, after: Cell) -> int:
    """Cost of dropping a printed month: 1 for a blank or the equal of a printed neighbour, else 2."""
    return SAME if cell is None or cell in (before, after) else OTHER


def add_cost(before: Cell, value: Cell, after: Cell) -> int:
    """Cost of adding a month between two printed cells: 1 for a blank or the equal of one of them, else 2."""
    return SAME if value is None or value in (before, after) else OTHER


@lru_cache(maxsize=1 << 16)
def options(
    window: Months,
    before: Cell,
    after: Cell,
    total: int | None,
    blank: Cell,
    width: int,
    cap: int,
    last_stays: bool,
) -> tuple[Option, ...]:
    """Readings of ``window`` as ``width`` months that add to ``total``, at least cost, none above ``cap``.

    ``before`` and ``after`` are the printed neighbours of the window. ``total`` None asks for every sum.
    ``blank`` is what a blank month means: 0 if programmed, None if executed. Two or more months that only
    their sum binds stay FREE. ``last_stays`` forbids to drop the last cell.
    """
    best: dict[Months, int] = {}
    for cost, found in _scripts((before, *window, after), 1, width, cap, last_stays, ()):
        months = tuple(blank if month is None else month for month in found)
        settled = settle(months, total) if total is not None else months
        if settled is not None and cost < best.get(settled, cap + 1):
            best[settled] = cost
    return tuple(sorted(((cost, months) for months, cost in best.items()), key=lambda option: option[0]))


def settle(months: Months, total: int) -> Months | None:
    """The months with what ``total`` decides filled in; None if they cannot add to it."""
    rest = total - sum(month for month in months if month is not None and month != FREE)
    free = months.count(FREE)
    if rest < 0 or (rest and not free):
        return None
    if free == 1 or not rest:
        return tuple(rest if month == FREE else month for month in months)
    return months


def _scripts(cells: Months, at: int, left: int, cap: int, last_stays: bool, read: Months) -> Iterator[Option]:
    """Every script of edits that turns cells[at:-1] into ``left`` more months, as (cost, months)."""
    cell_count = len(cells) - 1 - at
    if abs(cell_count - left) > cap:
        return
    if not cell_count and not left:
        yield 0, read
        return
    steps = _additions(cells[at - 1], cells[at]) if left else []
    if cell_count:
        steps = steps + _readings(cells, at, left, not (last_stays and cell_count == 1))
    for cost, used, taken in steps:
        if cost <= cap:
            for more, months in _scripts(cells, at + used, left - len(taken), cap - cost, last_stays, read + taken):
                yield cost + more, months


def _additions(before: Cell, after: Cell) -> list[tuple[int, int, Months]]:
    """Months that can be added in this gap: (cost, printed cells used, months read)."""
    near = {cell for cell in (before, after) if cell is not None and cell != NOTHING}
    return [(SAME, 0, (None,)), *((SAME, 0, (cell,)) for cell in near), (OTHER, 0, (FREE,))]


def _readings(cells: Months, at: int, left: int, drops: bool) -> list[tuple[int, int, Months]]:
    """What can be done with the next printed cell: keep or change it while months are wanted, or drop it."""
    steps: list[tuple[int, int, Months]] = [(0, 1, (cells[at],)), (OTHER, 1, (FREE,))] if left else []
    if drops:
        steps.append((drop_cost(cells[at - 1], cells[at], cells[at + 1]), 1, ()))
    return steps
