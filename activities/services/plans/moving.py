"""Moving all that a unit does under a plan to another unit."""

from datetime import date

from activities.choices import PlanStatus
from activities.models import Activity, Plan, PlanVersion, TargetRevision
from activities.services.bulk_history import save_revisions
from activities.services.plans.modification import Modification, Move
from activities.services.plans.versions import modify_plan
from units.models import Unit


def move_activities(
    *, plan: Plan, unit: Unit, into: Unit, reason: str, resolution: str = "", effective_on: date | None = None
) -> PlanVersion | None:
    """Give `into` the activities of a unit in a locked plan that is not closed, those that were cancelled too.

    In an approved plan that is a version, which is returned; a draft's targets go on in version 1. Raises Conflict as
    `modify_plan` does.
    """
    if plan.status == PlanStatus.DRAFT:
        _move_in_draft(plan, unit, into)
        return None
    ids = plan.activities.filter(unit=unit).order_by("pk").values_list("pk", flat=True)
    moves = [Move(activity=pk, unit=into.pk, also_cancelled=True) for pk in ids]
    return modify_plan(
        plan=plan,
        modification=Modification(move=moves),
        reason=reason,
        resolution=resolution,
        effective_on=effective_on,
    )


def _move_in_draft(plan: Plan, unit: Unit, into: Unit) -> None:
    own = plan.activities.filter(unit=unit).select_related("figure").order_by("pk")
    targeted: list[Activity] = list(own.filter(revisions__isnull=False).distinct())
    own.update(unit=into)
    save_revisions(
        TargetRevision(
            activity=activity,
            programmed=list(activity.figure.programmed),
            cancelled_from=activity.figure.cancelled_from,
            unit_id=into.pk,
        )
        for activity in targeted
    )
