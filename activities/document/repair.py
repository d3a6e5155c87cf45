"""The cheapest repair of a row with wrong cells (domain.md, "Reading the source document")."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic

from activities.document.edits import edits_of
from activities.document.layout import OFFICIAL, Layout, slot_title
from activities.document.model import REJECTED, Status
from activities.document.outlook import Outlook, TooManyReadingsError
from activities.document.preference import preference, quarters_of, without_unknown
from activities.document.programme import COST_META
from activities.document.quantities import printed
from activities.document.quarterly import quarterly_readings, strip
from activities.document.runs import UNKNOWN, Cells, Months, Quantity
from activities.document.scale import Scale
from activities.document.search import Reading, Search
from activities.document.windows import Windows

HIGHEST_COST = 8
"""No reading may cost more."""
MOST_ALTERNATIVES = 10
MOST_COMPARED = 60
"""Readings of a row, so many are shown, and so many are held against the columns."""
_DISTANCE = 2
"""By how much every other reading is dearer than that of a `repaired` row."""
_MOST_WAYS = 50


@dataclass(frozen=True, slots=True)
class Verdict(Generic[Quantity]):
    """How a row is read: its months, programmed first; empty when rejected.

    `alternatives` are the other readings of an inferred row as (cost, months), best first; `more`: the list was cut.
    Then `beyond` has the rest, if there is an end of it. `doubts` are the cells of the tail on which readings
    differ; META is the one after the last.
    `reason` of a rejected row: `no_reading` or `too_many_readings`.
    """

    status: Status
    cost: int = 0
    months: Cells[Quantity] = ()
    alternatives: tuple[tuple[int, Cells[Quantity]], ...] = ()
    more: bool = False
    doubts: tuple[int, ...] = ()
    reason: str = ""
    beyond: tuple[tuple[int, Cells[Quantity]], ...] = ()


def repair(tail: Months, target: int, layout: Layout = OFFICIAL, highest_cost: int = HIGHEST_COST) -> Verdict[int]:
    """Return the verdict on a tail and its `target` (META), each of whose figures may be misprinted.

    Quantities are in the row's smallest unit, a blank cell is None.
    """
    cells = padded(tail, layout)
    blank = target and not strip(tail)
    if blank or len(cells) > layout.cells + highest_cost:
        return Verdict(REJECTED, reason="no_reading")
    if len(cells) == layout.cells and not any(_differences(cells, target, layout)):
        return Verdict("exact", months=months_of(cells, layout))
    try:
        return _Row(cells, target, layout).verdict(highest_cost)
    except TooManyReadingsError:
        return Verdict(REJECTED, reason="too_many_readings")


def months_of(cells: Months, layout: Layout = OFFICIAL) -> Months:
    """Return the months of a whole tail as printed; a blank programme is 0."""
    programmed = cells[: layout.months]
    return (*(cell or 0 for cell in programmed), *cells[layout.months : layout.month_cells])


def padded(tail: Cells[Quantity], layout: Layout = OFFICIAL) -> Cells[Quantity]:
    """Return the tail without the blanks at its end, but with those that fill the layout."""
    cells = strip(tail)
    return cells + (None,) * (layout.cells - len(cells))


def _differences(cells: Months, target: int, layout: Layout) -> Iterator[tuple[int | None, int, int]]:
    """Yield what does not add up in a whole tail: which quarterly cell (None: META), what comes to it, what it says."""
    said = [cell or 0 for cell in cells[layout.month_cells :]]
    if sum(said[::2]) != target:
        yield None, sum(said[::2]), target
    for slot, (come_to, quarter) in enumerate(zip(quarters_of(cells, layout), said, strict=True)):
        if come_to != quarter:
            yield slot, come_to, quarter


def mismatch(tail: Months, target: int, scale: Scale) -> str:
    """Return, in Spanish, the first thing that is wrong in a row that needs repair: its cells, META, or a quarter."""
    cells = strip(tail)
    if len(cells) != OFFICIAL.cells:
        return f"después de META hay {len(cells)} celdas hasta la última cifra y el documento tiene {OFFICIAL.cells}"
    slot, *figures = next(_differences(cells, target, OFFICIAL))
    come_to, said = (printed(scale.decimal(figure)) for figure in figures)
    if slot is None:
        return f"los trimestres PROG suman {come_to} y META dice {said}"
    start = OFFICIAL.run_of(slot) * OFFICIAL.width
    first, last = slot_title(start), slot_title(start + OFFICIAL.width - 1)
    return f"{first} a {last} suman {come_to} y {slot_title(OFFICIAL.month_cells + slot)} dice {said}"


class _Row:
    """One row's search: readings by rising cost over every place of its quarterly cells."""

    def __init__(self, cells: Months, target: int, layout: Layout) -> None:
        self._cells, self._target, self._layout = cells, target, layout
        self._windows = Windows(cells, layout)
        self._outlook = Outlook(self._windows, layout)

    def verdict(self, highest_cost: int) -> Verdict[int]:
        for cost in range(1, highest_cost + 1):
            cheapest = self._readings(cost)
            if cheapest:
                return self._judge(cost, cheapest)
        return Verdict(REJECTED, reason="no_reading")

    def _judge(self, cost: int, cheapest: dict[Reading, int]) -> Verdict[int]:
        try:
            near, cut = self._readings(cost + _DISTANCE - 1), False
        except TooManyReadingsError:
            near, cut = cheapest, True
        (_, runs) = next(iter(near))
        months = sum((run for _, run in runs), ())
        if len(near) > 1 or cut or UNKNOWN in months:
            return self._inferred(near, cut)
        if unchecked := self._unchecked(months, cost):
            return Verdict("inferred", cost, months, more=True, doubts=unchecked)
        return Verdict("repaired", cost=cost, months=months)

    def _unchecked(self, months: Months, cost: int) -> tuple[int, ...]:
        """Return the cells that nothing checks (decision 38): executed quarters that were lost, and their months."""
        layout = self._layout
        spent = 0 if sum(month or 0 for month in months[: layout.months]) == self._target else COST_META
        quarters = quarters_of(months, layout)
        cells = []
        for edit in edits_of(self._cells, months, quarters, cost - spent, layout):
            slot = edit.slot - layout.month_cells
            if slot < 0 or edit.action != "add" or not slot % 2:
                continue
            if edit.taken not in (quarters[slot - 1], *quarters[slot + 1 : slot + 2]):  # else one of these was lost
                start = layout.run_of(slot) * layout.width
                cells += [*range(start, start + layout.width), edit.slot]
        return tuple(sorted(cells))

    def _inferred(self, readings: dict[Reading, int], cut: bool) -> Verdict[int]:
        """Return the preferred of the cheapest readings, and the others by cost and preference."""
        costs: dict[Months, int] = {}
        endless = cut
        for reading, cost in readings.items():
            ways, has_more = without_unknown(reading, self._layout, _MOST_WAYS)
            endless = endless or has_more
            for months in ways:
                costs[months] = min(cost, costs.get(months, cost))
        others = [(costs[months], months) for months in self._in_order(costs)]
        months = others.pop(0)[1]
        beyond = others[MOST_ALTERNATIVES:]
        return Verdict(
            "inferred",
            costs[months],
            months,
            tuple(others[:MOST_ALTERNATIVES]),
            more=endless or bool(beyond),
            beyond=() if endless or len(costs) > MOST_COMPARED else tuple(beyond),
            doubts=tuple(range(self._layout.cells + 1)) if cut else _doubts(readings, self._layout),
        )

    def _in_order(self, costs: dict[Months, int]) -> list[Months]:
        """Return readings by cost, those that may be shown by preference too."""
        by_cost = sorted(costs, key=lambda months: costs[months])
        dearest = costs[by_cost[: MOST_ALTERNATIVES + 1][-1]]
        shown = [months for months in by_cost if costs[months] <= dearest]
        shown.sort(key=lambda months: (costs[months], preference(months, self._layout, self._cells, self._target)))
        return shown + by_cost[len(shown) :]

    def _readings(self, bound: int) -> dict[Reading, int]:
        """Return every reading that costs at most `bound`, at its least cost."""
        readings: dict[Reading, int] = {}
        for quarterly in quarterly_readings(self._cells, self._layout, bound):
            search = Search(self._windows, self._layout, quarterly, self._target, self._outlook)
            for reading, cost in search.readings(bound).items():
                readings[reading] = min(cost, readings.get(reading, cost))
        return readings


def _doubts(readings: Iterable[Reading], layout: Layout) -> tuple[int, ...]:
    """Return the cells on which the readings differ, or that one of them leaves unknown."""
    kinds = [_figures(reading, layout) for reading in readings]
    return tuple(
        slot for slot, figures in enumerate(zip(*kinds, strict=True)) if UNKNOWN in figures or len(set(figures)) > 1
    )


def _figures(reading: Reading, layout: Layout) -> Months:
    """Return all figures of a reading, META last; UNKNOWN where it leaves them open."""
    meta, runs = reading
    months = sum((run for _, run in runs), ())
    totals = [UNKNOWN if total is None else total for total, _ in runs]
    quarters = [totals[layout.run_of(slot)] for slot in range(layout.quarter_cells)]
    return (*months, *quarters, UNKNOWN if meta is None else meta)
