"""The cheapest repair of a row whose cells were lost or repeated (domain.md). Pure."""

from dataclasses import dataclass
from typing import Literal

from activities.document.layout import OFFICIAL, Layout
from activities.document.preference import concrete, preference
from activities.document.quarterly import QUARTERLY, hypotheses, strip
from activities.document.runs import FREE, Months
from activities.document.search import Reading, Search, TooManyReadingsError

Status = Literal["exact", "repaired", "inferred", "rejected"]

DEAREST = 8
"""No reading may cost more."""
PLAIN = 2
"""Up to this cost a single cheapest reading needs no distance from the next one."""
MOST_ALTERNATIVES = 10
_MOST_MEMBERS = 50


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a row is read. Months are in the row's smallest unit, programmed first; empty when rejected.

    ``alternatives`` are the other readings of an inferred row as (cost, months), best first; ``more``: the
    list was cut. ``reason`` of a rejected row: ``no_reading``, ``ambiguous`` or ``too_many_readings``.
    """

    status: Status
    cost: int = 0
    months: Months = ()
    alternatives: tuple[tuple[int, Months], ...] = ()
    more: bool = False
    reason: str = ""


def repair(tail: Months, target: int, layout: Layout = OFFICIAL, dearest: int = DEAREST) -> Verdict:
    """Reads a tail so that months add to quarters and quarters to ``target`` (META).

    Quantities are in the row's smallest unit, a blank cell is None. No reading costs more than ``dearest``.
    The rule is domain.md's, under reading the source document.
    """
    cells = padded(tail, layout)
    if len(cells) > layout.cells + dearest:
        return Verdict("rejected", reason="no_reading")
    if adds_up(cells, target, layout):
        return Verdict("exact", months=_plain(cells, layout))
    try:
        return _Row(cells, target, layout).verdict(dearest)
    except TooManyReadingsError:
        return Verdict("rejected", reason="too_many_readings")


def _plain(cells: Months, layout: Layout) -> Months:
    """The months as printed; a blank programme is 0."""
    programmed = cells[: layout.months]
    return (*(cell or 0 for cell in programmed), *cells[layout.months : layout.month_cells])


def padded(tail: Months, layout: Layout = OFFICIAL) -> Months:
    """The tail without the blanks at its end, but with those that fill the layout."""
    cells = strip(tail)
    return cells + (None,) * (layout.cells - len(cells))


def adds_up(cells: Months, target: int, layout: Layout = OFFICIAL) -> bool:
    """Whether a padded tail needs no repair."""
    if len(cells) != layout.cells:
        return False
    quarters = cells[layout.month_cells :]
    if sum(cell or 0 for cell in quarters[::2]) != target:
        return False
    for slot, quarter in enumerate(quarters):
        start = layout.segment_of(slot) * layout.width
        if sum(cell or 0 for cell in cells[start : start + layout.width]) != (quarter or 0):
            return False
    return True


class _Row:
    """One row's search: readings by rising cost over every reading of its quarterly block."""

    def __init__(self, cells: Months, target: int, layout: Layout) -> None:
        self._cells, self._target, self._layout = cells, target, layout
        self._searches: dict[tuple[int, int], list[Search]] = {}

    def verdict(self, dearest: int) -> Verdict:
        for cost in range(1, dearest + 1):
            cheapest = self._readings(cost)
            if cheapest:
                return self._judge(cost, cheapest)
        return Verdict("rejected", reason="no_reading")

    def _judge(self, cost: int, cheapest: dict[Reading, int]) -> Verdict:
        first = next(iter(cheapest))
        if len({totals for totals, _ in cheapest}) > 1 or None in first[0]:
            return Verdict("rejected", cost=cost, reason="ambiguous")
        if len(cheapest) > 1 or FREE in first[1]:
            return self._inferred(cheapest)
        rivals = self._readings(cost + 1) if cost > PLAIN else cheapest
        if len(rivals) == 1:
            return Verdict("repaired", cost=cost, months=first[1])
        return self._inferred({reading: spent for reading, spent in rivals.items() if reading[0] == first[0]})

    def _inferred(self, readings: dict[Reading, int]) -> Verdict:
        """The preferred of the cheapest readings, and the others by cost and preference."""
        costs: dict[Months, int] = {}
        more = False
        for reading, cost in readings.items():
            members, cut = concrete(reading, self._layout, _MOST_MEMBERS)
            more = more or cut
            for months in members:
                costs[months] = min(cost, costs.get(months, cost))
        order = sorted(costs, key=lambda months: (costs[months], preference(months, self._layout)))
        others = tuple((costs[months], months) for months in order[1 : MOST_ALTERNATIVES + 1])
        more = more or len(order) > MOST_ALTERNATIVES + 1
        return Verdict("inferred", costs[order[0]], order[0], others, more)

    def _readings(self, bound: int) -> dict[Reading, int]:
        """Every reading that costs at most ``bound``, at its least cost."""
        found: dict[Reading, int] = {}
        for edits in range(bound // QUARTERLY + 1):
            budget = bound - edits * QUARTERLY
            for shift in range(-budget, budget + 1):
                for search in self._searched(edits, shift):
                    for reading, cost in search.readings(bound).items():
                        found[reading] = min(cost, found.get(reading, cost))
        return found

    def _searched(self, edits: int, shift: int) -> list[Search]:
        """One search for each distinct reading of the quarterly block, kept for the next bound."""
        found = self._searches.get((edits, shift))
        if found is None:
            distinct = dict.fromkeys(hypotheses(self._cells, self._target, self._layout, edits, shift))
            found = [Search(self._cells, self._layout, each, self._target) for each in distinct]
            self._searches[edits, shift] = found
        return found
