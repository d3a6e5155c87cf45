"""The printed cells of a row as windows: what each can be read as, and the least that this costs."""

from activities.document.layout import Layout
from activities.document.runs import Cell, Months, Option, around, edit_cost, run_readings


class Windows:
    """The cells of one row; a window is cells[start:stop], read as the months of one run."""

    def __init__(self, cells: Months, layout: Layout) -> None:
        self.cells, self._layout = cells, layout
        self._sums = [0]
        for cell in cells:
            self._sums.append(self._sums[-1] + (cell or 0))
        self._least: dict[tuple[Cell, int, int], int] = {}

    def readings(self, run: int, start: int, stop: int, total: Cell, cap: int) -> tuple[Option, ...]:
        """Return the readings of a window that add to `total` (None: to anything) and cost no more than `cap`."""
        blank = 0 if run < self._layout.quarters else None
        before, after = around(self.cells, start - 1), around(self.cells, stop)
        return run_readings(self.cells[start:stop], before, after, total, blank, self._layout.width, cap)

    def least(self, start: int, stop: int, total: Cell) -> int:
        """Return a lower bound of the cost of a reading that adds to `total`, exact when one edit is enough."""
        key = total, start, stop
        least = self._least.get(key)
        if least is None:
            least = self._least[key] = self._bound(total, start, stop)
        return least

    def _bound(self, total: Cell, start: int, stop: int) -> int:
        extra = stop - start - self._layout.width
        if total is None or abs(extra) > 1:
            return abs(extra)
        over = self._sums[stop] - self._sums[start] - total
        if not extra:
            return 2 if over else 0
        return self._one_dropped(over, start, stop) if extra > 0 else self._one_added(-over, start, stop)

    def _one_dropped(self, over: int, start: int, stop: int) -> int:
        costs = [
            edit_cost(around(self.cells, at - 1), self.cells[at], around(self.cells, at + 1))
            for at in range(start, stop)
            if (self.cells[at] or 0) == over
        ]
        return min(costs, default=3)

    def _one_added(self, short: int, start: int, stop: int) -> int:
        if short <= 0:
            return 3 if short else 1
        return min(
            edit_cost(around(self.cells, at - 1), short, around(self.cells, at)) for at in range(start, stop + 1)
        )
