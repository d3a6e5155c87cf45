"""The cheapest repair of a row whose months do not add up: the last counts, or their average (domain.md, rule 3)."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from activities.document.checking import executed_in, period
from activities.document.edits import Edit, edits_of
from activities.document.layout import OFFICIAL, Layout
from activities.document.model import REJECTED, Accumulation
from activities.document.outlook import TooManyReadingsError
from activities.document.programme import COST_META
from activities.document.quantities import exponent_of, places
from activities.document.quarterly import COST_QUARTERLY, QuarterlyReading, quarterly_readings
from activities.document.repair import MOST_ALTERNATIVES, Verdict, padded
from activities.document.runs import UNKNOWN, around, edits_of_run
from activities.document.search import MOST_READINGS

Figure = Decimal | None
Months = tuple[Figure, ...]
Readings = dict[Months, int]
HIGHEST_COST = 2
"""No reading may cost more: these sums hold few months, and of more damages there are readings without end."""
_FINE = Decimal("1e-12")
_OPEN_MONTHS = 8
"""By how much at most: of two such months, quarters of both and META."""
_MOST_VALUES = 40
"""Values of one month that an average rounded in print leaves; above it the month is open."""


def repair_accumulated(
    tail: Sequence[Figure], target: Decimal, accumulation: Accumulation, layout: Layout = OFFICIAL
) -> Verdict[Decimal]:
    """Return the verdict on a tail and its META under `last` or `average`; its months are quantities, blanks None."""
    row = _Row(padded(tuple(tail), layout), target, accumulation, layout)
    try:
        for cost in range(HIGHEST_COST + 1):
            if row.readings(cost):
                return row.verdict(cost)
    except TooManyReadingsError:
        return Verdict(REJECTED, reason="too_many_readings")
    return Verdict(REJECTED, reason="no_reading")


def edits_accumulated(
    tail: Sequence[Figure], months: Months, cost: int, accumulation: Accumulation
) -> tuple[Edit[Decimal], ...]:
    """Return the cheapest edits that make a printed tail read as `months` and the quarters that they come to.

    Where nothing decides a month, the value that was taken for it may cost more than the reading, `cost`, does.
    """
    half, width = OFFICIAL.months, OFFICIAL.width
    quarters: list[Figure] = []
    for start in range(0, half, width):
        due, done = months[start : start + width], months[half + start : half + start + width]
        quarters += [period(due, accumulation, _FINE), executed_in(due, done, accumulation, _FINE)]
    return edits_of(tuple(tail), months, tuple(quarters), cost + _OPEN_MONTHS, is_printed=_is_rounded)


def _is_rounded(cell: Figure, value: Any) -> bool:
    """Tell whether a quarterly cell says a value, rounded as it is printed; a blank says 0."""
    return bool(value == 0 if cell is None else value.quantize(cell, ROUND_HALF_UP) == cell)


class _Row:
    """One row's search: readings by rising cost, run after run, over every place of its quarterly cells."""

    def __init__(self, cells: Months, target: Decimal, accumulation: Accumulation, layout: Layout) -> None:
        self._cells, self._target, self._way, self._layout = cells, target, accumulation, layout
        self._unit = Decimal(1).scaleb(-places([cell for cell in (target, *cells) if cell is not None]))
        self._unheld: set[Months] = set()

    def readings(self, bound: int) -> Readings:
        """Return every reading that costs at most `bound`, with its cost; months that nothing decides are UNKNOWN."""
        found: Readings = {}
        self._unheld = set()
        for quarterly in quarterly_readings(self._cells, self._layout, bound):
            for months, cost in self._under(quarterly, bound - quarterly.cost).items():
                found[months] = min(cost + quarterly.cost, found.get(months, bound))
                if None in quarterly.totals[self._layout.quarters :]:
                    self._unheld.add(months)
        return found

    def _under(self, quarterly: QuarterlyReading[Decimal], budget: int) -> Readings:
        """Return the readings under one place of the quarterly cells."""
        partial: dict[int, Readings] = {0: {(): 0}}
        runs = 2 * self._layout.quarters
        for run in range(runs):
            longer: dict[int, Readings] = {}
            for start, prefixes in partial.items():
                for stop in range(start, min(quarterly.months_end, start + self._layout.width + budget) + 1):
                    left = abs(quarterly.months_end - stop - (runs - run - 1) * self._layout.width)
                    self._extend(run, (start, stop), prefixes, quarterly.totals[run], budget - left, longer)
            partial = longer
            if run == self._layout.quarters - 1:
                partial = {stop: self._with_meta(kept, budget) for stop, kept in partial.items()}
        return partial.get(quarterly.months_end, {})

    def _extend(
        self,
        run: int,
        window: tuple[int, int],
        prefixes: Readings,
        total: int | Decimal | None,
        most: int,
        longer: dict[int, Readings],
    ) -> None:
        """Add to `longer` every prefix with every reading of the window, while it costs no more than `most`."""
        if not prefixes or most < min(prefixes.values()):
            return
        start, stop = window
        block, width = run // self._layout.quarters, self._layout.width
        options: Any = edits_of_run(  # their months are quantities, as those of the window are
            self._cells[start:stop],
            around(self._cells, start - 1),
            around(self._cells, stop),
            Decimal(0) if block == 0 else None,
            width,
            most - min(prefixes.values()),
        )
        kept = longer.setdefault(stop, {})
        for before, spent in prefixes.items():
            due = before[run % self._layout.quarters * width :][:width] if block else ()
            for cost, months in options:
                for read, more in self._seen(months, due, total):
                    whole = spent + cost + more
                    if whole <= most and whole < kept.get((*before, *read), most + 1):
                        kept[*before, *read] = whole
            if len(kept) > MOST_READINGS:
                raise TooManyReadingsError

    def _seen(self, months: Months, due: Months, total: int | Decimal | None) -> Iterator[tuple[Months, int]]:
        """Yield what a run is read as under its quarter, and at a cost where that is another than printed."""
        if total is None:
            yield months, 0
            return
        said = total if isinstance(total, Decimal) else None  # a blank
        for read in self._filled(months, due, said):
            yield read, 0
        if UNKNOWN in months or not self._fits(months, due, said):
            yield months, COST_QUARTERLY

    def _fits(self, months: Months, due: Months, said: Figure) -> bool:
        come_to = executed_in(due, months, self._way, said) if due else period(months, self._way, said)
        return come_to == (said or 0)

    def _filled(self, months: Months, due: Months, said: Figure) -> Iterator[Months]:
        """Yield the months with the values of unknown ones with which they come to a quarter."""
        unknown = [place for place, month in enumerate(months) if month == UNKNOWN]
        if not unknown:
            yield from [months] * self._fits(months, due, said)
        elif self._way == "last":
            yield from self._ending(months, due, said, unknown[-1])
        else:
            values = list(self._averaging(months, said or Decimal(0))) if len(unknown) == 1 else []
            if not values or len(values) > _MOST_VALUES:
                yield months
                return
            for value in dict.fromkeys(values):
                taken = _with(months, unknown[0], value)
                yield from [taken] * self._fits(taken, due, said)

    def _ending(self, months: Months, due: Months, said: Figure, place: int) -> Iterator[Months]:
        """Yield the months of which the last comes to a quarter; `place` is that of the last unknown one."""
        later = range(place + 1, len(months))
        if any(months[at] or (months[at] == 0 and due and due[at]) for at in later):
            known = tuple(Decimal(0) if month == UNKNOWN else month for month in months)
            yield from [months] * self._fits(known, due, said)
            return
        if said or (due and due[place]):
            yield _with(months, place, said or Decimal(0))
        if not (due and due[place]):
            yield from self._filled(_with(months, place, Decimal(0)), due, said)

    def _averaging(self, months: Months, said: Decimal) -> Iterator[Decimal]:
        """Yield the values of the only unknown month with which the average may be rounded to what is said."""
        yield Decimal(0)
        known = [month for month in months if month is not None and month != UNKNOWN]
        half = Decimal("0.5").scaleb(exponent_of(said))
        for count in range(1, len(known) + 2):
            low = ((said - half) * count - sum(known)) / self._unit
            high = ((said + half) * count - sum(known)) / self._unit
            first = max(0, int(low.to_integral_value(ROUND_FLOOR)))
            for value in range(first, min(int(high.to_integral_value(ROUND_CEILING)), first + _MOST_VALUES) + 1):
                yield value * self._unit

    def _with_meta(self, readings: Readings, budget: int) -> Readings:
        """Return the readings of all programmed months with what another META costs."""
        whole = {months: cost + self._meta_cost(months) for months, cost in readings.items()}
        return {months: cost for months, cost in whole.items() if cost <= budget}

    def _meta_cost(self, programmed: Months) -> int:
        if self._way == "last":
            last = next((month for month in reversed(programmed) if month), Decimal(0))
            fits = last in (UNKNOWN, self._target)
        else:
            fits = UNKNOWN in programmed or period(programmed, self._way, self._target) == self._target
        return 0 if fits else COST_META

    def verdict(self, cost: int) -> Verdict[Decimal]:
        """Return the verdict where this is the least cost."""
        near = self.readings(cost + 1)
        order = sorted(near, key=lambda months: (near[months], self._apart(months)))
        is_open = any(UNKNOWN in months for months in order)
        if len(order) == 1 and not is_open and self._way == "average" and order[0] not in self._unheld:
            return Verdict("repaired", cost, order[0])
        months, *others = map(self._closest, order)
        shown = tuple((near[each], read) for each, read in zip(order[1:], others, strict=True))[:MOST_ALTERNATIVES]
        more = is_open or len(others) > MOST_ALTERNATIVES or bool(self._unheld.intersection(order)) or len(order) == 1
        doubts = tuple(self._doubts(order))
        return Verdict("inferred", cost, months, shown, more, doubts)

    def _closest(self, months: Months) -> Months:
        """Return a reading with its unknown months as the other block has them."""
        half = self._layout.months
        return tuple(
            max(Decimal(0), months[(slot + half) % (2 * half)] or Decimal(0)) if month == UNKNOWN else month
            for slot, month in enumerate(months)
        )

    def _apart(self, months: Months) -> tuple[Decimal, tuple[Decimal, ...]]:
        read = [month or Decimal(0) for month in self._closest(months)]
        half = self._layout.months
        pairs = zip(read[:half], read[half:], strict=True)
        order = tuple(Decimal(-1) if month is None else month for month in months)
        return sum((abs(done - due) for due, done in pairs), Decimal(0)), order

    def _doubts(self, readings: Sequence[Months]) -> Iterator[int]:
        """Yield the cells on which the readings differ, or that one of them leaves open; META is after the last."""
        layout, unheld = self._layout, bool(self._unheld.intersection(readings))
        months = [
            slot
            for slot, values in enumerate(zip(*readings, strict=True))
            if UNKNOWN in values
            or len(set(values)) > 1
            or (unheld and slot >= layout.months)
            or self._is_free(slot, values)
        ]
        yield from months
        runs = {slot // layout.width for slot in months}
        yield from (layout.month_cells + at for at in range(layout.quarter_cells) if layout.run_of(at) in runs)
        if runs.intersection(range(layout.quarters)):
            yield layout.cells

    def _is_free(self, slot: int, values: Sequence[Figure]) -> bool:
        """Tell whether a month counts for nothing: under `last` any that is not the last of its quarter."""
        return self._way == "last" and bool(any(values)) and (slot + 1) % self._layout.width != 0


def _with(months: Months, place: int, value: Decimal) -> Months:
    return (*months[:place], value, *months[place + 1 :])
