"""What sums are asked for: by which keys (things, years, plans) and parts of the year."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from activities.models.classification import ASKED_BY
from reports.shared.columns import Classified, Reference, Selected, number
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
# What activities are classified by: one code with one name, as JSON; the empty text where there is none
CLASSES = {str(each): Classified(str(each), f"nullif(s.k_{each}, '')::jsonb", each.label) for each in ASKED_BY}
WIDTHS = {"month": 1, "quarter": 3, "semester": 6}
NUMBERS = {
    "year": number("year", "s.k_year"),
    **{name: number(name, f"((s.last - 1) / {width} + 1)") for name, width in WIDTHS.items()},
}
DIMENSIONS: dict[str, Selected] = THINGS | CLASSES | NUMBERS


# The SQL of what rows are grouped by, made of activity `a`, plan `p` and unit `u`: of any type, but never null
_KEYS = {
    "institution": "p.institution_id",
    "unit": "a.unit_id",
    # The ancestor so many levels below the institution, or the unit itself where it is higher up; where that is out of
    # the caller's sight, the next one below that is not: of the past, any of them may be
    "branch": """CASE WHEN %(everywhere)s THEN u.path[least(%(depth)s + 1, cardinality(u.path))] ELSE u.path[(
        SELECT min(n) FROM generate_series(least(%(depth)s + 1, cardinality(u.path)), cardinality(u.path)) AS n
         WHERE {is_seen})] END""",
    "mef_activity": "a.mef_activity_id",
    "measurement_unit": "a.measurement_unit_id",
    "activity": "a.id",
    **{name: f"coalesce(a.classification ->> '{name}', '')" for name in CLASSES},
    "year": "p.year",
    "plan": "p.id",  # no dimension: totals are kept by it
}
# Whether the caller sees the unit in place `n` of a path, by whether the past is read (`reports/shared/selection.py`)
_IS_SEEN = {
    False: "u.path[:n] && %(units)s::bigint[]",
    True: "u.path[n] IN (SELECT id FROM past.place_of_unit WHERE path && %(units)s::bigint[])",
}
# Institution, code and folded name are an activity's identity across years (domain.md, rule 14); it is shown as of the
# latest year.
_SAME_ACTIVITY = "first_value(a.id) OVER (PARTITION BY p.institution_id, a.code, a.name_key ORDER BY p.year DESC, a.id)"


@dataclass(frozen=True, slots=True)
class Period:
    """A run of months with its number in a report (0: everything that the total is about)."""

    number: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class SumsQuestion(PagedQuestion):
    """Sums by `group_by`, names of DIMENSIONS.

    `ordering` are dimensions and measures, each with a leading `-` for descending. With `subtotals` they can be told
    by measurement unit too.
    """

    group_by: tuple[str, ...] = ()
    depth: int = 1
    through: int = 12
    cumulative: bool = False
    explain: bool = False
    subtotals: bool = False
    ordering: tuple[str, ...] = ()

    @property
    def sorted_by(self) -> tuple[object, ...]:
        return (self.group_by, self.ordering)

    @property
    def keys(self) -> dict[str, str]:
        """What rows are grouped by, but for the period: SQL, by its column in `selected`, `lines` and the others."""
        sql = _KEYS if self.from_year == self.to_year else _KEYS | {"activity": _SAME_ACTIVITY}
        is_seen = _IS_SEEN[self.moment is not None]
        return {f"k_{name}": sql[name].format(is_seen=is_seen) for name in self.group_by if name in sql}

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
            Period(number, 1 if self.cumulative else start, min(start + width - 1, self.through))
            for number, start in enumerate(starts, 1)
        ]


def sums_of(question: Question, **more: Any) -> SumsQuestion:
    """Return the question about sums of the activities that another question is about."""
    about = {field.name: getattr(question, field.name) for field in fields(Question)}
    return SumsQuestion(**about, **more)
