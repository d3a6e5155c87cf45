"""What the runs of a row cost at least, each quarter taken as printed: soon tells where no reading can be."""

from activities.document.layout import Layout
from activities.document.quarterly import QuarterlyReading
from activities.document.runs import Cell, Months
from activities.document.windows import Windows

Least = dict[int, int]
"""The least that is still to be paid, by printed cells used; what is above the budget is left out."""

MOST_STEPS = 20_000
"""Steps of a search that a row is worth, some 10 ms; one with a single damage takes 11,306 at most."""


class TooManyReadingsError(Exception):
    """A row has more readings, or takes more looking at, than is worth it."""


class Outlook:
    """The least that runs cost from each of them on, kept for all searches of one row.

    To read a quarter as another than printed costs no less than to read its months so that they add to it, by the bound
    of `Windows.least`. So no reading that a search finds costs less.
    """

    def __init__(self, windows: Windows, layout: Layout) -> None:
        self._windows, self._layout = windows, layout
        self._known: dict[tuple[int, Months, int], Least] = {}
        self._left = MOST_STEPS

    def spend(self, steps: int) -> None:
        """Count what is looked at in the row. Raises TooManyReadingsError when it is too much."""
        self._left -= steps
        if self._left < 0:
            raise TooManyReadingsError

    def starts(self, run: int, end: int, budget: int) -> range:
        """Return the printed cells at which a run can start, if the months end at `end`."""
        width = self._layout.width
        shift = end - width * 2 * self._layout.quarters
        low, high = min(0, shift), max(0, shift)
        slack = (budget - (high - low)) // 2
        return range(max(0, run * width + low - slack), run * width + high + slack + 1)

    def least(self, quarterly: QuarterlyReading[int], run: int, budget: int) -> Least:
        """Return the least that a run and those after it cost, by where it starts."""
        totals = quarterly.totals[run:]
        if not totals:
            return {quarterly.months_end: 0}
        key = quarterly.months_end, totals, budget
        here = self._known.get(key)
        if here is None:
            here = self._known[key] = {}
            if after := self.least(quarterly, run + 1, budget):
                starts = self.starts(run, quarterly.months_end, budget)
                self.extend(totals[0], starts, after, here, budget)
        return here

    def extend(self, total: Cell, starts: range, after: Least, here: Least, most: int, cost: int = 0) -> None:
        """Put into `here` what a run that adds to `total` costs at least, at `cost` more, with those `after` it."""
        self.spend(len(starts) * len(after))
        least_of, width = self._windows.least, self._layout.width
        for start in starts:
            best = here.get(start, most + 1)
            for stop, rest in after.items():
                known = rest + cost
                if start <= stop and known + abs(stop - start - width) < best:
                    best = min(best, known + least_of(start, stop, total))
            if best <= most:
                here[start] = best
