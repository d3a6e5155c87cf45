"""`/reports/execution/` said slowly and plainly, over activities held in memory; tests hold the report against it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.activities.reference import Period, band, percent, period, rounded

WIDTHS = {"month": 1, "quarter": 3, "semester": 6}


@dataclass
class Known:
    """An activity with its keys by dimension, its plan's cuts and its months."""

    keys: dict[str, Any]
    accumulation: str
    programmed: list[Decimal]
    executed: list[Decimal | None]
    cuts: tuple[Decimal, Decimal] = (Decimal(95), Decimal(75))

    def over(self, first: int, last: int) -> tuple[Period, bool]:
        """Return what some months add up to, and whether anything was due in them."""
        months = slice(first - 1, last)
        due = any(quantity > 0 for quantity in self.programmed[months])
        return period(self.accumulation, self.programmed[months], self.executed[months]), due


def spans(dimensions: Iterable[str], through: int, cumulative: bool) -> list[tuple[int, int]]:
    """Return first and last month of each period that rows are about."""
    widths = [WIDTHS[name] for name in dimensions if name in WIDTHS]
    if not widths:
        return [(1, through)]
    starts = range(1, through + 1, min(widths))
    return [(1 if cumulative else start, min(start + min(widths) - 1, through)) for start in starts]


def rows(activities: list[Known], dimensions: tuple[str, ...], through: int, cumulative: bool) -> dict[Any, Any]:
    """Return the measures of each row by its keys, in the order of the dimensions."""
    found = {}
    for first, last in spans(dimensions, through, cumulative):
        groups = defaultdict(list)
        for activity in activities:
            keys = [(last - 1) // WIDTHS[d] + 1 if d in WIDTHS else activity.keys[d] for d in dimensions]
            groups[tuple(keys)].append(activity)
        for group, members in groups.items():
            found[group] = whole(members, first, last)
    return found


def whole(activities: list[Known], first: int, last: int) -> dict[str, Any]:
    """Return the measures of some activities over some months, with subtotals where units are mixed."""
    units = sorted({activity.keys["measurement_unit"] for activity in activities})
    parts = {unit: [a for a in activities if a.keys["measurement_unit"] == unit] for unit in units}
    mixed = len(units) > 1
    subtotals = {unit: measures(members, first, last) for unit, members in parts.items()} if mixed else {}
    return {**measures(activities, first, last), "mixed_units": mixed, "by_measurement_unit": subtotals}


def measures(activities: list[Known], first: int, last: int) -> dict[str, Any]:
    periods = [activity.over(first, last) for activity in activities]
    programmed = sum((each.programmed for each, _ in periods), Fraction(0))
    done = [each.executed for each, _ in periods if each.executed is not None]
    due = any(due for _, due in periods)
    reported = any(due and each.executed is not None for each, due in periods)
    executed = None if due and not reported else sum(done, Fraction(0))
    ratios = [e.executed / e.programmed * 100 for e, _ in periods if e.programmed and e.executed is not None]
    progress = percent(executed, programmed)
    cuts = {activity.cuts for activity in activities}
    return {
        "activities": len(activities),
        "programmed": rounded(programmed, 3),
        "executed": rounded(executed, 3),
        "progress": progress,
        "band": band(progress, *next(iter(cuts))) if len(cuts) == 1 else None,
        "over": progress is not None and progress > 100,
        "mean_progress": rounded(sum(ratios, Fraction(0)) / len(ratios), 2) if ratios else None,
        "mixed_accumulation": len({activity.accumulation for activity in activities}) > 1,
        "mixed_bands": len(cuts) > 1,
    }
