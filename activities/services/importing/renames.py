"""What a plan has and a document no longer names, with the new names that might be its own (domain.md, rule 14).

A candidate has the unit, the MEF activity and the measurement unit of what is missing: nothing but its name is another.
How near the names are spelled says nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from activities.models import Activity, Plan
from activities.services.importing.matching import Matched
from units.models import Unit
from units.serializers.references import reference

_Alike = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line with a new name."""

    line: int
    name: str


@dataclass(frozen=True, slots=True)
class Rename:
    """An activity that the document does not name with its unit, as answers name them, and the lines that may be it."""

    activity: dict[str, Any]
    unit: dict[str, Any]
    candidates: list[Candidate]


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
    return [
        Rename(_named(activity), _named(activity.unit), new.get(_alike(activity), []))
        for activity in standing.select_related("unit").order_by("code")
    ]


def _named(thing: Activity | Unit) -> dict[str, Any]:
    return reference(thing.pk, thing.code, thing.name)


def _alike(activity: Activity) -> _Alike:
    return activity.unit_id, activity.mef_activity_id, activity.measurement_unit_id
