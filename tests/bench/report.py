"""The table that is printed."""

import statistics
from dataclasses import dataclass, field

from tests.bench.data import Size
from tests.bench.operations import DRF, FASTAPI, OURS, PROMISES, Operation

MEMORY_GOAL = 400  # MB
_CONTENDERS = (OURS, FASTAPI, PROMISES, DRF)
_HEAD = [
    "",
    "answers a second (ms of service + PostgreSQL)",
    *_CONTENDERS,
    "ratio (range; of computing), goal",
    f"MB < {MEMORY_GOAL}",
]


@dataclass(frozen=True, slots=True)
class Measured:
    """Answers a second, what service and PostgreSQL compute for each (ms), and the product's peak memory (MB)."""

    rate: float
    service: float
    postgres: float
    peak: float

    @property
    def work(self) -> float:
        """Both times together."""
        return self.service + self.postgres

    def text(self) -> str:
        """Return the rate and in brackets both times; for less than one a second the seconds between two."""
        shown = f"{1 / self.rate:.1f} s" if self.rate < 1 else f"{self.rate:,.{self.rate < 10:d}f}"
        return f"{shown} ({digits(self.service)} + {digits(self.postgres)})"


@dataclass(slots=True)
class Row:
    """What came out for one operation, by contender, round by round."""

    operation: Operation
    rounds: list[dict[str, Measured]] = field(default_factory=list)

    def add(self, measured: dict[str, Measured]) -> None:
        self.rounds.append(measured)

    def latest(self) -> str:
        """Return the last round in one line."""
        shown = (f"{contender} {measured.text()}" for contender, measured in self.rounds[-1].items())
        return f"{self.operation.name}: {', '.join(shown)}"

    def cells(self) -> list[str]:
        rates = [self._median(contender).text() if contender in self.rounds[0] else "" for contender in _CONTENDERS]
        ratios = [self._ratio(rival) for rival in self.rounds[0] if rival != OURS]
        peak = max(measured[OURS].peak for measured in self.rounds)
        return [self.operation.name, self.operation.what, *rates, "; ".join(filter(None, ratios)), _memory(peak)]

    def ratios(self, rival: str) -> list[float]:
        """Return how many times as many answers as a rival's came in each round, in ascending order."""
        return sorted(measured[OURS].rate / measured[rival].rate for measured in self.rounds)

    def _ratio(self, rival: str) -> str:
        ratios, goal = self.ratios(rival), self.operation.goals.get(rival)
        middle = statistics.median(ratios)
        verdict = f", of {goal:g}: {told(middle >= goal)}" if goal else ""
        work = sum(measured[rival].work for measured in self.rounds) / sum(
            measured[OURS].work for measured in self.rounds
        )
        return f"× {rival} {digits(middle)} ({digits(ratios[0])}–{digits(ratios[-1])}; {digits(work)}){verdict}"

    def _median(self, contender: str) -> Measured:
        return Measured(
            *(
                statistics.median(getattr(measured[contender], name) for measured in self.rounds)
                for name in ("rate", "service", "postgres", "peak")
            )
        )


def table(size: Size, rows: list[Row], *, markdown: bool) -> str:
    """Return the table under a line that says what there was, in columns of text or as markdown."""
    return block(heading(size), [_HEAD, *(row.cells() for row in rows)], markdown=markdown)


def block(title: str, lines: list[list[str]], *, markdown: bool) -> str:
    """Return cells below each other, the first line being the heads, under a title."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
    if not markdown:
        return "\n".join([title, *("  ".join(line).rstrip() for line in padded)])
    padded.insert(1, ["-" * width for width in widths])
    return "\n".join([title, "", *(f"| {' | '.join(line)} |" for line in padded)])


def heading(size: Size) -> str:
    """Return what the size consists of."""
    institutions = f"{size.institutions:,} institution{'s' * (size.institutions > 1)}"
    years = f"{size.activities} activities × {size.years} years = {size.activity_years:,} activity-years"
    return f"Size {size.name}: {institutions} × {years}, {size.units} units, {size.measurement_units} measurement units"


def told(holds: bool) -> str:
    """Return a verdict, of which the bad one is seen at once."""
    return "yes" if holds else "NO"


def _memory(peak: float) -> str:
    return f"{peak:.0f} {told(peak < MEMORY_GOAL)}" if peak else "–"


def digits(value: float) -> str:
    """Return a number with two digits that count."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"
