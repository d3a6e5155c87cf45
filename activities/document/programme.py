"""How the programmed quarters of a reading stand to META, any of which may be misprinted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from activities.document.layout import Layout
from activities.document.quarterly import COST_QUARTERLY, QuarterlyReading
from activities.document.runs import UNKNOWN, Cell, Months, filled_in

COST_META = 2
"""Of another META (domain.md, "Reading the source document")."""
Run = tuple[Cell, Months]
"""What a run of months adds to (None: anything), and its months, some of them UNKNOWN."""
Runs = tuple[Run, ...]


State = int
"""What the programmed runs up to here say of their quarters."""
PRINTED, IMPLIED, ONE_FREE, MORE_FREE = range(4)
"""All are as printed; one is what the others leave of META; one is neither; several are."""


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to see the quarter of a run: what its months add to (None: anything), its cost, and which states follow.

    From a state that is not in `moves` it cannot be taken.
    """

    total: Cell
    cost: int
    moves: Mapping[State, State]


_ANY = {state: state for state in (PRINTED, IMPLIED, ONE_FREE, MORE_FREE)}
_EXECUTED = {PRINTED: PRINTED}
_ONE_IMPLIED = {PRINTED: IMPLIED}
_FREED = {
    PRINTED: ONE_FREE,
    ONE_FREE: MORE_FREE,
    MORE_FREE: MORE_FREE,
}


def modes_of(quarterly: QuarterlyReading[int], target: int, layout: Layout) -> list[list[Mode]]:
    """Return the ways to see the quarter of each run, the cheapest first."""
    half = layout.quarters
    modes = []
    for run, total in enumerate(quarterly.totals):
        printed = [] if total is None else [Mode(total, 0, _ANY if run < half else _EXECUTED)]
        cost = 0 if total is None else COST_QUARTERLY
        if run >= half:
            modes.append([*printed, Mode(None, cost, _EXECUTED)])
            continue
        others = quarterly.totals[:run] + quarterly.totals[run + 1 : half]
        rest = target - sum(other or 0 for other in others)
        implied = [Mode(rest, cost, _ONE_IMPLIED)] if None not in others and rest >= 0 and rest != total else []
        modes.append([*printed, *implied, Mode(None, cost, _FREED)])
    return modes


def least_of_meta(quarterly: QuarterlyReading[int], target: int, layout: Layout) -> dict[State, int]:
    """Return the least that META costs in each state after the last programmed run."""
    totals = quarterly.totals[: layout.quarters]
    fits = sum(total or 0 for total in totals) == target
    return {
        PRINTED: 0 if fits else COST_META,
        IMPLIED: 0,
        ONE_FREE: COST_META,
        MORE_FREE: 0,
    }


def closed(runs: Runs, target: int) -> Iterator[tuple[Cell, Runs, int]]:
    """Yield META (None: anything), the programmed runs under it, and its cost: as printed, and as another one."""
    unbound = [place for place, (total, _) in enumerate(runs) if total is None]
    rest = target - sum(known(run) for run in runs)
    if not unbound:
        yield target - rest, runs, COST_META if rest else 0
        return
    yield None, runs, COST_META
    if len(unbound) > 1 and rest > 0:
        yield target, runs, 0
    elif rest >= 0:
        filled = list(runs)
        for place in unbound:
            months = filled_in(runs[place][1], known(runs[place]) + rest)
            filled[place] = known(runs[place]) + rest, months or ()
        yield target, tuple(filled), 0


def known(run: Run) -> int:
    """Return what a run is known to add to, at least."""
    total, months = run
    return sum(month for month in months if month is not None and month != UNKNOWN) if total is None else total


def as_run(months: Months, total: Cell) -> Run:
    """Return months with what they add to: what is known, or `total`."""
    return (total if UNKNOWN in months else sum(month or 0 for month in months)), months
