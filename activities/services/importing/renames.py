"""What a plan has and a document no longer names, with the new names that might be its own (domain.md, rule 14).

A candidate has the unit, the MEF activity and the measurement unit of what is missing: nothing but its name is another.
How near the names are spelled says nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from activities.models import Activity, Plan
from activities.services.importing.matching import Matched

_Alike = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line with a new name."""

    line: int
    name: str


@dataclass(frozen=True, slots=True)
class Rename:
    """An activity that the document does not name, and the lines that may be it."""

    activity: int
    code: str
    name: str
    unit: Mapping[str, Any]
    candidates: tuple[Candidate, ...]

    def as_report(self) -> dict[str, Any]:
        """Return it as a report shows it."""
        return {
            "activity": {"id": self.activity, "code": self.code, "name": self.name},
            "unit": dict(self.unit),
            "candidates": [asdict(candidate) for candidate in self.candidates],
        }


def known_activities(institution_code: str, year: int) -> frozenset[int]:
    """Return the ids of the activities that a plan has before it is imported into."""
    known = Activity.objects.filter(plan__institution__code=institution_code, plan__year=year)
    return frozenset(known.values_list("pk", flat=True))


def renames_of(plan: Plan, matched: Matched, known: Iterable[int]) -> list[Rename]:
    """Return the `known` activities that no line was matched to, cancelled ones aside, in the order of their codes."""
    known = frozenset(known)
    new: dict[_Alike, list[Candidate]] = {}
    for row, activity in matched:
        if activity.pk not in known and not row.details.get("activity_code"):
            new.setdefault(_alike(activity), []).append(Candidate(row.line, activity.name))
    missing = known - {activity.pk for _, activity in matched}
    if not missing:
        return []
    standing = plan.activities.filter(pk__in=missing, figure__cancelled_from=None)
    return [_rename(activity, new) for activity in standing.select_related("unit").order_by("code")]


def _rename(activity: Activity, new: Mapping[_Alike, list[Candidate]]) -> Rename:
    unit = {"id": activity.unit_id, "code": activity.unit.code, "name": activity.unit.name}
    return Rename(activity.pk, activity.code, activity.name, unit, tuple(new.get(_alike(activity), ())))


def _alike(activity: Activity) -> _Alike:
    return activity.unit_id, activity.mef_activity_id, activity.measurement_unit_id
