"""The rules of figures said slowly and plainly (domain.md, rules 1, 3, 4 and 6), in exact fractions.

A test holds the database's arithmetic against it; nothing else uses it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

Programme = Sequence[Decimal]
Execution = Sequence[Decimal | None]


@dataclass(frozen=True, slots=True)
class Period:
    """What a period adds up to, in exact fractions; `executed` None: nothing of what was due is reported."""

    programmed: Fraction
    executed: Fraction | None


def period(accumulation: str, programmed: Programme, executed: Execution) -> Period:
    """Return what some months in a row add up to by an activity's rule (rules 1 and 3)."""
    expected = [month for month, quantity in enumerate(programmed) if quantity > 0]
    reported = [month for month, quantity in enumerate(executed) if quantity is not None]
    if expected and not set(expected) & set(reported):
        return Period(promise(accumulation, programmed), None)
    return Period(promise(accumulation, programmed), done(accumulation, programmed, executed))


def promise(accumulation: str, programmed: Programme) -> Fraction:
    """Return what months promise, whatever is done: their total, the last programmed one, or the mean of those."""
    expected = [quantity for quantity in programmed if quantity > 0]
    if accumulation == "sum":
        return total(expected)
    return mean(expected[-1:] if accumulation == "last" else expected)


def done(accumulation: str, programmed: Programme, executed: Execution) -> Fraction:
    """Return what reported months come to; the last of a stock is not a 0 where nothing was programmed."""
    if accumulation == "last":
        levels = [e for p, e in zip(programmed, executed, strict=True) if e is not None and (p > 0 or e > 0)]
        return mean(levels[-1:])
    reported = [quantity for quantity in executed if quantity is not None]
    return total(reported) if accumulation == "sum" else mean(reported)


def total(quantities: Execution) -> Fraction:
    return sum((Fraction(quantity) for quantity in quantities if quantity is not None), Fraction(0))


def mean(quantities: Execution) -> Fraction:
    return total(quantities) / len(quantities) if quantities else Fraction(0)


def percent(executed: Fraction | None, programmed: Fraction) -> Decimal | None:
    """Return the progress that is shown: two decimals, half up, not capped (rule 4)."""
    if executed is None or programmed == 0:
        return None
    return rounded(executed / programmed * 100, 2)


def rounded(value: Fraction | None, places: int) -> Decimal | None:
    """Return a value of 0 or more with so many decimals, half up."""
    if value is None:
        return None
    return Decimal(floor(value * 10**places + Fraction(1, 2))).scaleb(-places)


def band(progress: Decimal | None, green_from: Decimal, amber_from: Decimal) -> str | None:
    """Return the colour of a progress that is shown (rule 6)."""
    if progress is None:
        return None
    if progress >= green_from:
        return "green"
    return "amber" if progress >= amber_from else "red"


def measures(accumulation: str, programmed: Programme, executed: Execution) -> dict[str, object]:
    """Return the quarters and the year of an activity as they are shown."""
    quarters = [
        period(accumulation, programmed[start : start + 3], executed[start : start + 3]) for start in range(0, 12, 3)
    ]
    year = period(accumulation, programmed, executed)
    return {
        "quarter_programmed": [rounded(quarter.programmed, 3) for quarter in quarters],
        "quarter_executed": [rounded(quarter.executed, 3) for quarter in quarters],
        "quarter_progress": [percent(quarter.executed, quarter.programmed) for quarter in quarters],
        "annual_target": rounded(year.programmed, 3),
        "executed_total": rounded(year.executed, 3),
        "progress": percent(year.executed, year.programmed),
    }
