"""What sums are asked for: by which things, years and parts of the year."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.shared.columns import Column, Reference, number
from reports.shared.question import PagedQuestion, Question

# Everything with a code that rows are grouped by, joined to a line `s`.
THINGS = {
    name: Reference(name, f"l_{name}", table, f"s.k_{name}", said)
    for name, table, said in (
        ("institution", "units_unit", "la institución"),
        ("unit", "units_unit", "la unidad responsable"),
        ("branch", "units_unit", "la rama"),
        ("mef_activity", "activities_mefactivity", "la actividad MEF"),
        ("measurement_unit", "activities_measurementunit", "la unidad de medida"),
        ("activity", "activities_activity", "la actividad"),
    )
}
WIDTHS = {"month": 1, "quarter": 3, "semester": 6}
NUMBERS = {
    "year": number("year", "s.k_year"),
    **{name: number(name, f"((s.last - 1) / {width} + 1)") for name, width in WIDTHS.items()},
}
DIMENSIONS: dict[str, Column | Reference] = THINGS | NUMBERS


@dataclass(frozen=True, slots=True)
class Period:
    """A run of months, `place` being its number in a report (0: everything that the total is about)."""

    place: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class SumsQuestion(PagedQuestion):
    """Sums by `group_by`; `ordering` is None, or a dimension or measure, with a leading `-` for descending."""

    group_by: tuple[str, ...] = ()
    depth: int = 1
    through: int = 12
    cumulative: bool = False
    explain: bool = False
    ordering: str | None = None

    @property
    def things(self) -> list[Reference]:
        """The dimensions that are things with a code."""
        return [THINGS[name] for name in self.group_by if name in THINGS]

    @property
    def total(self) -> Period:
        return Period(0, 1, self.through)

    @property
    def periods(self) -> Sequence[Period]:
        """The periods that rows are about, by the finest part of the year asked for; the last may be cut short.

        None: rows are about what the total is about.
        """
        widths = [WIDTHS[name] for name in self.group_by if name in WIDTHS]
        if not widths:
            return []
        width = min(widths)
        starts = range(1, self.through + 1, width)
        return [
            Period(place, 1 if self.cumulative else start, min(start + width - 1, self.through))
            for place, start in enumerate(starts, 1)
        ]


def sums_of(question: Question, **more: Any) -> SumsQuestion:
    """Return the question about sums of the activities that another question is about."""
    about = question.from_year, question.to_year, question.codes, question.basis, question.day, question.institutions
    return SumsQuestion(*about, **more)
