"""The table that is printed."""

import statistics
from dataclasses import dataclass, field

from tests.bench.data import Size
from tests.bench.operations import Operation

MEMORY_GOAL = 400  # MB


@dataclass(slots=True)
class Row:
    """What came out for one operation, round by round; rates are answers a second, peaks MB.

    With `alone`, one request at a time, the time that it takes is shown instead of the rate.
    """

    name: str
    goal: float | None
    alone: bool = False
    product: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)
    sql: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, operation: Operation) -> "Row":
        return cls(operation.name, operation.goal, alone=operation.connections == 1)

    def add(self, product: float, plain: float, sql: float, peak: float) -> None:
        self.product.append(product)
        self.plain.append(plain)
        self.sql.append(sql)
        self.peaks.append(peak)

    def line(self) -> str:
        shown = "".join(f"{self._shown(statistics.median(rates)):>9}" for rates in (self.product, self.plain, self.sql))
        plain, sql = _ratios(self.product, self.plain), _ratios(self.product, self.sql)
        ratios = f"{_spread(plain):<24}{self._verdict(plain):<11}{_spread(sql):<22}"
        return f"{self.name:<10}{shown}   {ratios}{self._memory()}"

    def _shown(self, rate: float) -> str:
        if self.alone:
            return f"{1 / rate:.2f} s"
        return f"{rate:.0f}" if rate >= 10 else f"{rate:.2f}"

    def _verdict(self, ratios: list[float]) -> str:
        if self.goal is None:
            return "–"
        return f"{self.goal:g} {'yes' if statistics.median(ratios) >= self.goal else 'NO'}"

    def _memory(self) -> str:
        peak = max(self.peaks)
        return f"{peak:.0f} {'yes' if peak < MEMORY_GOAL else 'NO'}" if peak else "–"


def heading(size: Size) -> str:
    """Return the lines above the rows."""
    institutions = f"{size.institutions} institution{'s' * (size.institutions > 1)}"
    what = f"{institutions} × {size.activities} activities × {size.years} years"
    more = "" if size.history else ", wide rows without their history"
    rates = f"{'answers/s':<10}{'product':>9}{'plain':>9}{'SQL':>9}"
    columns = f"{rates}   {'× plain DRF':<24}{'goal, met':<11}{'× raw SQL':<22}MB < {MEMORY_GOAL}"
    return f"\nSize {size.name}: {what} = {size.activity_years:,} activity-years{more}\n{columns}"


def _ratios(ours: list[float], theirs: list[float]) -> list[float]:
    return sorted(a / b for a, b in zip(ours, theirs, strict=True))


def _spread(ratios: list[float]) -> str:
    return f"{statistics.median(ratios):6.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"
