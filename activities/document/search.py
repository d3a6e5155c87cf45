"""Search for every reading of a row under one place of its quarterly cells, within a cost."""

from activities.document.layout import Layout
from activities.document.programme import IMPLIED, PRINTED, Mode, Runs, State, as_run, closed, least_of_meta, modes_of
from activities.document.quarterly import QuarterlyReading
from activities.document.runs import Cell
from activities.document.windows import Windows

Reading = tuple[Cell, Runs]
"""META (None: anything) and the runs, programmed first. Where META is known and several runs are not, it binds them."""
_Place = tuple[int, State]
"""Printed cells used, and what the programmed runs so far say of their quarters."""
_Ahead = dict[State, dict[int, int]]
"""The least that is still to be paid, by state and by printed cells used."""

MOST_READINGS = 5000
"""Readings kept while a row is searched, so that no row can exhaust time or memory."""


class TooManyReadingsError(Exception):
    """A row has more partial readings than are worth telling apart."""


class Search:
    """Reads the printed cells before the quarterly ones as runs of months."""

    def __init__(self, windows: Windows, layout: Layout, quarterly: QuarterlyReading, target: int) -> None:
        self._windows, self._layout, self._quarterly, self._target = windows, layout, quarterly, target
        self._runs = 2 * layout.quarters
        self._modes = modes_of(quarterly, target, layout)
        self._meta = least_of_meta(quarterly, target, layout)
        self._ahead: list[_Ahead] = []

    def readings(self, bound: int) -> dict[Reading, int]:
        """Return every reading that costs at most `bound`, lost and surplus quarterly cells included, with its cost.

        Raises TooManyReadingsError if they cannot be told apart within reason.
        """
        budget = bound - self._quarterly.cost
        self._look_ahead(budget)
        if 0 not in self._ahead[0].get(PRINTED, {}):
            return {}
        partial: dict[_Place, dict[Reading, int]] = {(0, PRINTED): {(None, ()): 0}}
        for run in range(self._runs):
            partial = self._extend(run, partial, budget)
            if run == self._layout.quarters - 1:
                partial = self._close(partial, budget)
        found = partial.get((self._quarterly.months_end, PRINTED), {})
        return {reading: cost + self._quarterly.cost for reading, cost in found.items()}

    def _look_ahead(self, budget: int) -> None:
        """Note for each run, state and starting cell the least that the rest can cost, by a lower bound.

        Where that is more than the budget for all, there is one run with nothing noted.
        """
        width, end = self._layout.width, self._quarterly.months_end
        shift = end - width * self._runs
        low, high = min(0, shift), max(0, shift)
        slack = (budget - (high - low)) // 2
        ahead: _Ahead = {PRINTED: {end: 0}}
        self._ahead = [ahead]
        for run in reversed(range(self._runs)):
            if run == self._layout.quarters - 1:
                ahead = self._with_meta(ahead, budget)
                self._ahead[-1] = ahead
            starts = range(max(0, run * width + low - slack), run * width + high + slack + 1)
            ahead = self._look_from(run, starts, ahead, budget)
            if not any(ahead.values()):
                self._ahead = [{}]
                return
            self._ahead.append(ahead)
        self._ahead.reverse()

    def _with_meta(self, ahead: _Ahead, budget: int) -> _Ahead:
        """Return the least of the executed runs with what META costs in each state of the programmed ones."""
        executed = ahead.get(PRINTED, {})
        return {
            state: {stop: rest + meta for stop, rest in executed.items() if rest + meta <= budget}
            for state, meta in self._meta.items()
        }

    def _look_from(self, run: int, starts: range, ahead: _Ahead, budget: int) -> _Ahead:
        """Return the least cost from this run on, in each state and from each cell."""
        here: _Ahead = {}
        for mode in self._modes[run]:
            for before, after in mode.moves.items():
                stops = ahead.get(after)
                if stops:
                    self._look_by(mode, starts, stops, here.setdefault(before, {}), budget)
        return here

    def _look_by(self, mode: Mode, starts: range, stops: dict[int, int], here: dict[int, int], budget: int) -> None:
        least_of, total, width = self._windows.least, mode.total, self._layout.width
        for start in starts:
            best = here.get(start, budget + 1)
            for stop, rest in stops.items():
                known = rest + mode.cost
                if start <= stop and known + abs(stop - start - width) < best:
                    cost = known + least_of(start, stop, total)
                    best = min(best, cost)
            if best <= budget:
                here[start] = best

    def _extend(
        self, run: int, partial: dict[_Place, dict[Reading, int]], budget: int
    ) -> dict[_Place, dict[Reading, int]]:
        """Return the readings, by the cells they use, of one run more, while the rest can still fit the budget."""
        longer: dict[_Place, dict[Reading, int]] = {}
        for (start, state), prefixes in partial.items():
            spent = min(prefixes.values())
            for mode in self._modes[run]:
                after = mode.moves.get(state)
                if after is None:
                    continue
                for stop, rest in self._ahead[run + 1].get(after, {}).items():
                    if stop < start:
                        continue
                    cap = budget - spent - rest - mode.cost
                    if self._windows.least(start, stop, mode.total) <= cap:
                        kept = longer.setdefault((stop, after), {})
                        self._join(kept, prefixes, run, (start, stop), mode, budget - rest)
        return {place: kept for place, kept in longer.items() if kept}

    def _join(
        self,
        kept: dict[Reading, int],
        prefixes: dict[Reading, int],
        run: int,
        window: tuple[int, int],
        mode: Mode,
        most: int,
    ) -> None:
        """Add to `kept` every prefix with every reading of the window that costs no more than `most` together."""
        cap = most - min(prefixes.values()) - mode.cost
        for cost, months in self._windows.readings(run, *window, mode.total, cap):
            read = as_run(months, mode.total)
            for (meta, runs), spent in prefixes.items():
                whole = spent + cost + mode.cost
                key = meta, (*runs, read)
                if whole < kept.get(key, most + 1):
                    kept[key] = whole
        _check(kept)

    def _close(self, partial: dict[_Place, dict[Reading, int]], budget: int) -> dict[_Place, dict[Reading, int]]:
        """Return the readings of all programmed runs with the METAs that they may have."""
        under: dict[_Place, dict[Reading, int]] = {}
        ahead = self._ahead[self._layout.quarters][IMPLIED]  # there META costs nothing
        for (stop, _), prefixes in partial.items():
            kept = under.setdefault((stop, PRINTED), {})
            most = budget - ahead.get(stop, budget + 1)
            for (_, runs), spent in prefixes.items():
                for meta, under_meta, cost in closed(runs, self._target):
                    if spent + cost <= most and spent + cost < kept.get((meta, under_meta), most + 1):
                        kept[meta, under_meta] = spent + cost
            _check(kept)
        return {place: kept for place, kept in under.items() if kept}


def _check(kept: dict[Reading, int]) -> None:
    if len(kept) > MOST_READINGS:
        raise TooManyReadingsError
