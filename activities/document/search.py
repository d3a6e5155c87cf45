"""Search for every reading of a row's months under one reading of its quarterly cells, within a cost."""

from activities.document.layout import Layout
from activities.document.quarterly import QuarterlyReading
from activities.document.runs import NO_CELL, UNKNOWN, Cell, Months, Option, edit_cost, filled_in, run_readings

Reading = tuple[Months, Months]
"""What each run of months adds to (None: anything), and all months, programmed first, some still UNKNOWN."""

MOST_READINGS = 5000
"""Readings kept while a row is searched, so that no row can exhaust time or memory."""


class TooManyReadingsError(Exception):
    """A row has more partial readings than are worth telling apart."""


class Search:
    """Reads the printed cells before the quarterly ones as runs of months, each with its total."""

    def __init__(self, cells: Months, layout: Layout, quarterly: QuarterlyReading, target: int) -> None:
        self._cells, self._layout, self._quarterly, self._target = cells, layout, quarterly, target
        self._runs = 2 * layout.quarters
        self._sums = [0]
        for cell in cells[: quarterly.months_end]:
            self._sums.append(self._sums[-1] + (cell or 0))
        self._least: dict[tuple[int, int, int], int] = {}
        self._ahead: list[dict[int, int]] = []

    def readings(self, bound: int) -> dict[Reading, int]:
        """Return every reading that costs at most `bound`, quarterly edits included, with its cost.

        Raises TooManyReadingsError if they cannot be told apart within reason.
        """
        budget = bound - self._quarterly.cost
        self._look_ahead(budget)
        if 0 not in self._ahead[0]:
            return {}
        partial: dict[int, dict[Months, int]] = {0: {(): 0}}
        for run in range(self._runs):
            partial = self._extend(run, partial, budget)
        readings: dict[Reading, int] = {}
        for months, cost in partial.get(self._quarterly.months_end, {}).items():
            reading = self._with_sums(months)
            if reading is not None:  # of two ways to the same reading the cheaper counts
                whole = cost + self._quarterly.cost
                readings[reading] = min(whole, readings.get(reading, whole))
        return readings

    def _look_ahead(self, budget: int) -> None:
        """Note for each run and starting cell the least that the rest can cost, by a lower bound."""
        width, end = self._layout.width, self._quarterly.months_end
        shift = end - width * self._runs
        low, high = min(0, shift), max(0, shift)
        slack = (budget - (high - low)) // 2
        ahead: dict[int, int] = {end: 0}
        self._ahead = [ahead]
        for run in reversed(range(self._runs)):
            here: dict[int, int] = {}
            for start in range(max(0, run * width + low - slack), run * width + high + slack + 1):
                costs = [self._lower_bound(run, start, stop) + rest for stop, rest in ahead.items() if stop >= start]
                if costs and (least := min(costs)) <= budget:
                    here[start] = least
            ahead = here
            self._ahead.append(ahead)
        self._ahead.reverse()

    def _extend(self, run: int, partial: dict[int, dict[Months, int]], budget: int) -> dict[int, dict[Months, int]]:
        """Return the readings, by the cells they use, of one run more, while the rest can still fit the budget."""
        longer: dict[int, dict[Months, int]] = {}
        for start, prefixes in partial.items():
            spent = min(prefixes.values())
            for stop, rest in self._ahead[run + 1].items():
                cap = budget - spent - rest
                if stop >= start and self._lower_bound(run, start, stop) <= cap:
                    read = self._run_readings(run, start, stop, cap)
                    if read:
                        self._join(longer.setdefault(stop, {}), prefixes, read, budget - rest)
        return longer

    def _join(self, kept: dict[Months, int], prefixes: dict[Months, int], read: tuple[Option, ...], most: int) -> None:
        """Add to `kept` every prefix with every reading of the next run that costs no more than `most` together."""
        for cost, months in read:
            for prefix, spent in prefixes.items():
                whole = prefix + months
                if spent + cost < kept.get(whole, most + 1):
                    kept[whole] = spent + cost
        if len(kept) > MOST_READINGS:
            raise TooManyReadingsError

    def _run_readings(self, run: int, start: int, stop: int, cap: int) -> tuple[Option, ...]:
        cells = self._cells
        before = cells[start - 1] if start else NO_CELL
        after = cells[stop] if stop < len(cells) else NO_CELL
        blank = 0 if run < self._layout.quarters else None
        total = self._quarterly.totals[run]
        last_stays = self._quarterly.lost and stop == self._quarterly.months_end
        return run_readings(cells[start:stop], before, after, total, blank, self._layout.width, cap, last_stays)

    def _lower_bound(self, run: int, start: int, stop: int) -> int:
        """Return a lower bound of the cost of reading cells[start:stop] as one run, exact when one edit is enough."""
        key = run, start, stop
        least = self._least.get(key)
        if least is None:
            least = self._least[key] = self._bound(self._quarterly.totals[run], start, stop)
        return least

    def _bound(self, total: Cell, start: int, stop: int) -> int:
        extra = stop - start - self._layout.width
        if total is None or abs(extra) > 1:
            return abs(extra)
        over = self._sums[stop] - self._sums[start] - total
        if not extra:
            return 2 if over else 0
        return self._one_dropped(over, start, stop) if extra > 0 else self._one_added(-over, start, stop)

    def _around(self, at: int) -> Cell:
        return self._cells[at] if 0 <= at < len(self._cells) else NO_CELL

    def _one_dropped(self, over: int, start: int, stop: int) -> int:
        costs = [
            edit_cost(self._around(at - 1), self._cells[at], self._around(at + 1))
            for at in range(start, stop)
            if (self._cells[at] or 0) == over
        ]
        return min(costs, default=3)

    def _one_added(self, short: int, start: int, stop: int) -> int:
        if short <= 0:
            return 3 if short else 1
        return min(edit_cost(self._around(at - 1), short, self._around(at)) for at in range(start, stop + 1))

    def _with_sums(self, months: Months) -> Reading | None:
        """Return the reading with the sums of lost quarters worked out; None if programmed ones do not add to META."""
        totals = self._quarterly.totals
        if None not in totals:
            return totals, months
        width, half = self._layout.width, self._layout.quarters
        runs = [months[run * width : (run + 1) * width] for run in range(self._runs)]
        lost = [run for run in range(half) if totals[run] is None]
        rest = self._target - sum(total or 0 for total in totals[:half])
        if lost:
            together = filled_in(sum((runs[run] for run in lost), ()), rest)
            if together is None:
                return None
            for place, run in enumerate(lost):
                runs[run] = together[place * width : (place + 1) * width]
        known = [_sum(run) if total is None else total for run, total in zip(runs, totals, strict=True)]
        open_runs = [run for run in lost if known[run] is None]
        if len(open_runs) == 1:
            known[open_runs[0]] = self._target - sum(total or 0 for total in known[:half])
        return tuple(known), sum(runs, ())


def _sum(run: Months) -> int | None:
    """Return what the months add to; None while one of them is UNKNOWN."""
    return None if UNKNOWN in run else sum(month or 0 for month in run)
