"""The cheapest repair of a row whose cells were lost or repeated (domain.md, "Reading the source document")."""

from dataclasses import dataclass

from activities.document.layout import OFFICIAL, Layout
from activities.document.model import REJECTED, Status
from activities.document.preference import preference, without_unknown
from activities.document.quarterly import COST_QUARTERLY, quarterly_readings, strip
from activities.document.runs import UNKNOWN, Months
from activities.document.search import Reading, Search, TooManyReadingsError

HIGHEST_COST = 8
"""No reading may cost more."""
MOST_ALTERNATIVES = 10
_SURE_COST = 2
"""Up to this cost a single cheapest reading needs no distance from the next one."""
_MOST_WAYS = 50


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a row is read. Months are in the row's smallest unit, programmed first; empty when rejected.

    `alternatives` are the other readings of an inferred row as (cost, months), best first; `more`: the
    list was cut. `reason` of a rejected row: `no_reading`, `ambiguous` or `too_many_readings`.
    """

    status: Status
    cost: int = 0
    months: Months = ()
    alternatives: tuple[tuple[int, Months], ...] = ()
    more: bool = False
    reason: str = ""


def repair(tail: Months, target: int, layout: Layout = OFFICIAL, highest_cost: int = HIGHEST_COST) -> Verdict:
    """Return the verdict on a tail: how it is read so that months add to quarters and quarters to `target` (META).

    Quantities are in the row's smallest unit, a blank cell is None.
    """
    cells = padded(tail, layout)
    if len(cells) > layout.cells + highest_cost:
        return Verdict(REJECTED, reason="no_reading")
    if adds_up(cells, target, layout):
        return Verdict("exact", months=_as_printed(cells, layout))
    try:
        return _Row(cells, target, layout).verdict(highest_cost)
    except TooManyReadingsError:
        return Verdict(REJECTED, reason="too_many_readings")


def _as_printed(cells: Months, layout: Layout) -> Months:
    """Return the months as printed; a blank programme is 0."""
    programmed = cells[: layout.months]
    return (*(cell or 0 for cell in programmed), *cells[layout.months : layout.month_cells])


def padded(tail: Months, layout: Layout = OFFICIAL) -> Months:
    """Return the tail without the blanks at its end, but with those that fill the layout."""
    cells = strip(tail)
    return cells + (None,) * (layout.cells - len(cells))


def adds_up(cells: Months, target: int, layout: Layout = OFFICIAL) -> bool:
    """Tell whether a padded tail needs no repair."""
    if len(cells) != layout.cells:
        return False
    quarters = cells[layout.month_cells :]
    if sum(cell or 0 for cell in quarters[::2]) != target:
        return False
    for slot, quarter in enumerate(quarters):
        start = layout.run_of(slot) * layout.width
        if sum(cell or 0 for cell in cells[start : start + layout.width]) != (quarter or 0):
            return False
    return True


class _Row:
    """One row's search: readings by rising cost over every reading of its quarterly cells."""

    def __init__(self, cells: Months, target: int, layout: Layout) -> None:
        self._cells, self._target, self._layout = cells, target, layout
        self._searches: dict[tuple[int, int], list[Search]] = {}

    def verdict(self, highest_cost: int) -> Verdict:
        for cost in range(1, highest_cost + 1):
            cheapest = self._readings(cost)
            if cheapest:
                return self._judge(cost, cheapest)
        return Verdict(REJECTED, reason="no_reading")

    def _judge(self, cost: int, cheapest: dict[Reading, int]) -> Verdict:
        first = next(iter(cheapest))
        if len({totals for totals, _ in cheapest}) > 1 or None in first[0]:
            return Verdict(REJECTED, cost=cost, reason="ambiguous")
        if len(cheapest) > 1 or UNKNOWN in first[1]:
            return self._inferred(cheapest)
        rivals = self._readings(cost + 1) if cost > _SURE_COST else cheapest
        if len(rivals) == 1:
            return Verdict("repaired", cost=cost, months=first[1])
        return self._inferred({reading: spent for reading, spent in rivals.items() if reading[0] == first[0]})

    def _inferred(self, readings: dict[Reading, int]) -> Verdict:
        """Return the preferred of the cheapest readings, and the others by cost and preference."""
        costs: dict[Months, int] = {}
        more = False
        for reading, cost in readings.items():
            ways, cut = without_unknown(reading, self._layout, _MOST_WAYS)
            more = more or cut
            for months in ways:
                costs[months] = min(cost, costs.get(months, cost))
        order = sorted(costs, key=lambda months: (costs[months], preference(months, self._layout)))
        others = tuple((costs[months], months) for months in order[1 : MOST_ALTERNATIVES + 1])
        more = more or len(order) > MOST_ALTERNATIVES + 1
        return Verdict("inferred", costs[order[0]], order[0], others, more)

    def _readings(self, bound: int) -> dict[Reading, int]:
        """Return every reading that costs at most `bound`, at its least cost."""
        readings: dict[Reading, int] = {}
        for edits in range(bound // COST_QUARTERLY + 1):
            budget = bound - edits * COST_QUARTERLY
            for shift in range(-budget, budget + 1):
                for search in self._searches_of(edits, shift):
                    for reading, cost in search.readings(bound).items():
                        readings[reading] = min(cost, readings.get(reading, cost))
        return readings

    def _searches_of(self, edits: int, shift: int) -> list[Search]:
        """Return one search for each distinct reading of the quarterly cells, kept for the next bound."""
        key = edits, shift
        if key not in self._searches:
            distinct = dict.fromkeys(quarterly_readings(self._cells, self._target, self._layout, edits, shift))
            self._searches[key] = [Search(self._cells, self._layout, each, self._target) for each in distinct]
        return self._searches[key]
