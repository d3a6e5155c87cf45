"""Search for every reading of a row under one place of its quarterly cells, within a cost."""

from functools import cached_property

from activities.document.layout import Layout
from activities.document.outlook import Least, Outlook, TooManyReadingsError
from activities.document.programme import IMPLIED, PRINTED, Mode, Runs, State, as_run, closed, least_of_meta, modes_of
from activities.document.quarterly import QuarterlyReading
from activities.document.runs import Cell
from activities.document.windows import Windows

Reading = tuple[Cell, Runs]
"""META (None: anything) and the runs, programmed first. Where META is known and several runs are not, it binds them."""
_Place = tuple[int, State]
"""Printed cells used, and what the programmed runs so far say of their quarters."""
_Ahead = dict[State, Least]
"""The least that is still to be paid, by state."""

MOST_READINGS = 5000
"""Readings kept while a row is searched, so that no row can exhaust time or memory."""
_STEPS_OF_A_SEARCH, _STEPS_OF_A_PREFIX = 25, 5


class Search:
    """Reads the printed cells before the quarterly ones as runs of months."""

    def __init__(
        self, windows: Windows, layout: Layout, quarterly: QuarterlyReading[int], target: int, outlook: Outlook
    ) -> None:
        self._windows, self._layout, self._quarterly, self._target = windows, layout, quarterly, target
        self._outlook = outlook
        self._runs = 2 * layout.quarters
        self._ahead: list[_Ahead] = []

    @cached_property
    def _modes(self) -> list[list[Mode]]:
        return modes_of(self._quarterly, self._target, self._layout)

    def readings(self, bound: int) -> dict[Reading, int]:
        """Return every reading that costs at most `bound`, lost and surplus quarterly cells included, with its cost.

        Raises TooManyReadingsError if they cannot be told apart within reason.
        """
        budget = bound - self._quarterly.cost
        self._outlook.spend(_STEPS_OF_A_SEARCH)
        if 0 not in self._outlook.least(self._quarterly, 0, budget) or not self._look_ahead(budget):
            return {}
        partial: dict[_Place, dict[Reading, int]] = {(0, PRINTED): {(None, ()): 0}}
        for run in range(self._runs):
            partial = self._extend(run, partial, budget)
            if run == self._layout.quarters - 1:
                partial = self._close(partial, budget)
        found = partial.get((self._quarterly.months_end, PRINTED), {})
        return {reading: cost + self._quarterly.cost for reading, cost in found.items()}

    def _look_ahead(self, budget: int) -> bool:
        """Note for each run, state and starting cell the least that the rest can cost, by a lower bound.

        Return whether that is within the budget for all.
        """
        half = self._layout.quarters
        executed = [self._outlook.least(self._quarterly, run, budget) for run in range(half, self._runs + 1)]
        ahead = self._with_meta(executed[0], budget)
        programmed = [ahead]
        for run in reversed(range(half)):
            ahead = self._look_from(run, ahead, budget)
            programmed.append(ahead)
        self._ahead = [*reversed(programmed), *({PRINTED: least} for least in executed[1:])]
        return 0 in ahead.get(PRINTED, {})

    def _with_meta(self, executed: Least, budget: int) -> _Ahead:
        """Return the least of the executed runs with what META costs in each state of the programmed ones."""
        return {
            state: {stop: rest + meta for stop, rest in executed.items() if rest + meta <= budget}
            for state, meta in least_of_meta(self._quarterly, self._target, self._layout).items()
        }

    def _look_from(self, run: int, ahead: _Ahead, budget: int) -> _Ahead:
        """Return the least cost from a programmed run on, in each state and from each cell."""
        here: _Ahead = {}
        starts = self._outlook.starts(run, self._quarterly.months_end, budget)
        for mode in self._modes[run]:
            for before, after in mode.moves.items():
                if stops := ahead.get(after):
                    self._outlook.extend(mode.total, starts, stops, here.setdefault(before, {}), budget, mode.cost)
        return here

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
        self._outlook.spend(_STEPS_OF_A_PREFIX * len(prefixes))
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
