"""Modifications of an approved plan: a new version, whole or not at all (api.md, `/plans/{id}/versions/`)."""

from datetime import date

from activities.models import Activity, Plan, PlanVersion, TargetRevision
from activities.services.bulk_history import save_revisions
from activities.services.plans.modification import Modification, ResolvedModification
from activities.services.plans.plans import create_version, require_approved
from activities.services.plans.resolving import Resolver
from poi_api.http.exceptions import Conflict, Invalid, refuse_all, require_reason

# What a modification changes of an activity itself, besides its target
_AMENDED = ["unit", "mef_activity", "measurement_unit", "accumulation"]


def modify_plan(
    *,
    plan: Plan,
    modification: Modification,
    reason: str,
    resolution: str = "",
    effective_on: date | None = None,
) -> PlanVersion:
    """Record a new version of a locked, approved plan; what it leaves as it was is not stored.

    The number of statements does not depend on how many activities it touches. Raises Invalid as a `Resolver`
    does, `reason_required` or `nothing_changes`; Conflict `plan_not_approved` or `plan_closed`, or with all
    that the plan does not allow.
    """
    require_reason(reason)
    resolved = Resolver(plan, modification, effective_on).resolve()
    if not (resolved.added or resolved.changes or resolved.conflicts):
        detail = "Nada cambia: el plan ya está así. Revise metas, altas, traslados, anulaciones y correcciones."
        raise Invalid("nothing_changes", detail)
    require_approved(plan)
    refuse_all(Conflict, resolved.conflicts)
    version = create_version(plan=plan, reason=reason, resolution=resolution, effective_on=effective_on)
    _write(resolved, version.number)
    return version


def _write(resolved: ResolvedModification, version: int) -> None:
    amended = [change for change in resolved.changes if change.amended]
    for change in amended:
        for name, value in change.amended.items():
            setattr(change.activity, name, value)
    if amended:
        Activity.objects.bulk_update([change.activity for change in amended], _AMENDED)
    Activity.objects.bulk_create([activity for activity, _ in resolved.added])
    revisions = [
        TargetRevision.of(change.activity, change.programmed, version=version, cancelled_from=change.cancelled_from)
        for change in resolved.changes
    ]
    revisions += [TargetRevision.of(activity, programmed, version=version) for activity, programmed in resolved.added]
    save_revisions(sorted(revisions, key=lambda revision: revision.activity_id))
