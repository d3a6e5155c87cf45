"""Merging a unit into another: its activities go over first, then what hangs from it (docs/decisions/0046)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, QuerySet

from activities.choices import PlanStatus
from activities.models import Activity, Plan, PlanVersion, TargetRevision
from activities.services.bulk_history import save_revisions
from activities.services.plans.modification import Modification, Move
from activities.services.plans.periods import carry_reopenings
from activities.services.plans.uniqueness import ACTIVITY_TAKEN
from activities.services.plans.versions import modify_plan
from poi_api.database.rows import row_of
from poi_api.http.exceptions import Conflict, refuse_all, require_reason
from poi_api.http.problem_items import error_item
from units.access.grants import Access
from units.models import Unit
from units.services.merging import HandedOver, hand_over, require_mergeable
from units.services.units import lock_tree

# How many months of a unit's activities in some plans wait for their review
_WAITING = """
SELECT count(*) FROM activities_activity a JOIN activities_figure f ON f.activity_id = a.id
 CROSS JOIN LATERAL unnest(f.pending_version) AS m (pending)
 WHERE a.unit_id = %s AND a.plan_id = ANY (%s) AND NOT a.is_struck_out AND m.pending IS NOT NULL
"""


class MovedPlan(NamedTuple):
    """How many activities went over in a plan, and the version that says so; a draft has none."""

    plan: Plan
    activities: int
    version: PlanVersion | None


@dataclass(frozen=True, slots=True)
class Merger:
    """What a merger did: in the plans, to months that wait for their review or were opened again, and to the unit."""

    unit: Unit
    into: Unit
    plans: list[MovedPlan]
    in_review: int
    reopenings: int
    handed_over: HandedOver


def lock_for_merger(unit: Unit) -> Unit:
    """Return a unit read anew and locked, with the plans of its institution held first, then the tree.

    Whoever brings in a document holds its plan when it makes units; so nobody waits in a circle.
    """
    list(_plans(unit).select_for_update(of=("self",)))
    lock_tree(unit.institution_id)
    return Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)


def merge_unit(
    *, access: Access, unit: Unit, into: Unit, reason: str, resolution: str = "", effective_on: date | None = None
) -> Merger:
    """Merge a unit that `lock_for_merger` returned into another one of its institution.

    Raises Invalid `reason_required`; Conflict for what `require_mergeable` refuses, for activities that both have
    (`activity_once_per_plan_and_unit`, all of them), and for a code that names another unit (`duplicate_name`).
    """
    require_reason(reason)
    into = Unit.objects.select_for_update(no_key=True).get(pk=into.pk)
    require_mergeable(unit, into)
    standing = Activity.objects.filter(unit=unit).exclude(plan__status=PlanStatus.CLOSED)
    _refuse_what_both_have(unit, into)
    counts = dict(standing.values_list("plan").annotate(Count("pk")).order_by("plan"))
    waiting = int(row_of(_WAITING, [unit.pk, list(counts)])[0])
    head = {"reason": reason, "resolution": resolution, "effective_on": effective_on}
    plans = [
        MovedPlan(plan, counts[plan.pk], _move_activities(plan, unit, into, head))
        for plan in _plans(unit).filter(pk__in=counts)
    ]
    reopenings = carry_reopenings(unit=unit, into=into)
    handed_over = hand_over(access=access, unit=unit, into=into)
    return Merger(unit, into, plans, waiting, reopenings, handed_over)


def _plans(unit: Unit) -> QuerySet[Plan]:
    """Return the plans of the unit's institution in the order in which they are locked; one could be opened again."""
    return Plan.objects.filter(institution=unit.institution_id).select_related("institution").order_by("pk")


def _refuse_what_both_have(unit: Unit, into: Unit) -> None:
    """Raise Conflict with every activity of an open plan that `into` has already."""
    there = Activity.objects.filter(
        unit=into, plan=OuterRef("plan"), mef_activity=OuterRef("mef_activity"), name_key=OuterRef("name_key")
    )
    twice = Activity.objects.filter(Exists(there), unit=unit).exclude(plan__status=PlanStatus.CLOSED)
    found = twice.select_related("plan").order_by("plan__year", "code", "pk")
    refuse_all(Conflict, [error_item(ACTIVITY_TAKEN, _both_have(each, into), field="into") for each in found])


def _both_have(activity: Activity, into: Unit) -> str:
    return (
        f"«{activity.name}» ({activity.code}) del plan {activity.plan.year} está también en {into} ({into.code}), con "
        "la misma actividad MEF: cambie antes el nombre de una de las dos."
    )


def _move_activities(plan: Plan, unit: Unit, into: Unit, head: Mapping[str, Any]) -> PlanVersion | None:
    """Give `into` the activities of a unit in a locked plan that is not closed, those that were cancelled too.

    In an approved plan that is a version with this `head`, which is returned; a draft's targets go on in version 1.
    Raises Conflict as `modify_plan` does.
    """
    if plan.status == PlanStatus.DRAFT:
        _move_in_draft(plan, unit, into)
        return None
    ids = plan.activities.filter(unit=unit).order_by("pk").values_list("pk", flat=True)
    moves = [Move(activity=pk, unit=into.pk, also_cancelled=True) for pk in ids]
    return modify_plan(plan=plan, modification=Modification(move=moves), **head)


def _move_in_draft(plan: Plan, unit: Unit, into: Unit) -> None:
    own = plan.activities.filter(unit=unit).select_related("figure").order_by("pk")
    targeted: list[Activity] = list(own.filter(revisions__isnull=False).distinct())
    own.update(unit=into)
    for activity in targeted:
        activity.unit = into
    save_revisions(
        TargetRevision.of(each, each.figure.programmed, cancelled_from=each.figure.cancelled_from) for each in targeted
    )
