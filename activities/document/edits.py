"""The edits that make a reading of a printed row: which cells were dropped or changed and what was added."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Generic

from activities.document.layout import OFFICIAL, Layout
from activities.document.model import Action
from activities.document.quarterly import COST_QUARTERLY, strip
from activities.document.runs import COST_OTHER, COST_SAME, Cells, Quantity, around, edit_cost


@dataclass(frozen=True, slots=True)
class Edit(Generic[Quantity]):
    """One edit: at which slot of the tail, what was printed, what is taken and what it costs.

    A surplus cell is at the slot that the next cell takes, a surplus last month at its own block's last slot.
    """

    slot: int
    action: Action
    printed: Quantity | None
    taken: Quantity | None
    cost: int


_State = tuple[int, int]
"""Printed cells used, slots filled."""
_Path = tuple[int, int, int, int, _State, tuple[Edit[Quantity], ...]]
"""Least whole cost, minus cells used, order, cost so far, state, edits."""
_Step = tuple[int, int, Edit[Quantity] | None]
"""Printed cells used, slots filled, the edit if there is one."""


def _is_equal(cell: Quantity | None, value: Quantity | None) -> bool:
    return (cell or 0) == value


def edits_of(
    tail: Cells[Quantity],
    months: Cells[Quantity],
    quarters: Cells[Quantity],
    cost: int,
    layout: Layout = OFFICIAL,
    is_printed: Callable[[Quantity | None, Quantity | None], bool] = _is_equal,
) -> tuple[Edit[Quantity], ...]:
    """Return the cheapest edits that make the printed tail read as `months` and `quarters`, those that they add to.

    `is_printed` tells whether a quarterly cell says a value. Never both a lost and a surplus quarterly cell. Raises
    ValueError if all such edits cost more than `cost`.
    """
    cells = strip(tail)
    printed = len(cells)
    cells += (None,) * (layout.cells - printed)
    taken = months + quarters
    walks = [_Walk(cells, printed, taken, layout, lost, is_printed).cheapest(cost) for lost in (True, False)]
    complete = [edits for edits in walks if edits is not None]
    if not complete:
        raise ValueError(f"No edits of cost {cost} give these months")
    return min(complete, key=lambda edits: sum(edit.cost for edit in edits))


@dataclass(frozen=True, slots=True)
class _Walk(Generic[Quantity]):
    """The edits of one row; `lost`: quarterly cells may be added, otherwise they may be dropped."""

    cells: Cells[Quantity]
    printed: int
    taken: Cells[Quantity]
    layout: Layout
    lost: bool
    is_printed: Callable[[Quantity | None, Quantity | None], bool]

    def cheapest(self, most: int) -> tuple[Edit[Quantity], ...] | None:
        """Return the edits of the shortest path (A*) through the states, most cells used first; None above `most`."""
        order = count()
        queue: list[_Path[Quantity]] = [(0, 0, next(order), 0, (0, 0), ())]
        seen: set[_State] = set()
        while queue:
            _, _, _, cost, state, edits = heappop(queue)
            used, filled = state
            if filled == len(self.taken) and used >= self.printed:
                return edits
            if state in seen:
                continue
            seen.add(state)
            for cells_used, slots, edit in self._steps(used, filled):
                spent, kept = (cost, edits) if edit is None else (cost + edit.cost, (*edits, edit))
                after = used + cells_used, filled + slots
                least = spent + self._ahead(*after)
                if least <= most:
                    heappush(queue, (least, -after[0], next(order), spent, after, kept))
        return None

    def _ahead(self, used: int, filled: int) -> int:
        """Return the least that the rest can cost: one for each cell too many or too few, quarters of 0 aside."""
        left = len(self.taken) - filled
        zeros = self.taken[max(filled, self.layout.month_cells) :].count(0)
        return max(0, self.printed - used - left, left - zeros - (len(self.cells) - used))

    def _steps(self, used: int, filled: int) -> Iterator[_Step[Quantity]]:
        if filled <= self.layout.month_cells and used < len(self.cells):
            cell = self.cells[used]
            cost = edit_cost(around(self.cells, used - 1), cell, around(self.cells, used + 1))
            yield 1, 0, Edit(min(filled, self.layout.month_cells - 1), "drop", cell, None, cost)
        if filled < self.layout.month_cells:
            yield from self._month(used, filled)
        else:
            yield from self._quarter(used, filled)

    def _month(self, used: int, filled: int) -> Iterator[_Step[Quantity]]:
        value = self.taken[filled]
        blank = filled < self.layout.months and not value
        cost = COST_SAME if blank else edit_cost(around(self.cells, used - 1), value, around(self.cells, used))
        yield 0, 1, Edit(filled, "add", None, value, cost)
        if used < len(self.cells):
            cell = self.cells[used]
            if cell == value or (blank and cell is None):
                yield 1, 1, None
            elif value is not None:
                yield 1, 1, Edit(filled, "change", cell, value, COST_OTHER)

    def _quarter(self, used: int, filled: int) -> Iterator[_Step[Quantity]]:
        cell = self.cells[used] if used < len(self.cells) else None
        if filled < len(self.taken):
            value = self.taken[filled]
            use = int(used < len(self.cells))
            if self.is_printed(cell, value):
                yield use, 1, None
            elif used < self.printed or not self.lost:
                yield use, 1, Edit(filled, "change", cell, value, COST_QUARTERLY)
            if self.lost:
                yield 0, 1, Edit(filled, "add", None, value, COST_QUARTERLY)
        if not self.lost and used < len(self.cells):
            yield 1, 0, Edit(min(filled, len(self.taken) - 1), "drop", cell, None, COST_QUARTERLY)
