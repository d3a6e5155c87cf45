"""Modifications of an approved plan: a new version, whole or not at all (api.md, `/plans/{id}/versions/`)."""

from datetime import date

from activities.models import Activity, Plan, PlanVersion, TargetRevision
from activities.services.bulk_history import save_in_bulk
from activities.services.plans.modification import Modification
from activities.services.plans.plans import create_version, require_approved
from activities.services.plans.resolving import ResolvedModification, resolve
from poi_api.http.exceptions import Conflict, Invalid
from poi_api.http.refusals import refuse_all, require_reason


def modify_plan(
    *,
    plan: Plan,
    modification: Modification,
    reason: str,
    resolution: str = "",
    effective_on: date | None = None,
) -> PlanVersion:
    """Record a new version of a locked, approved plan; what it leaves as it was is not stored.

    The number of statements does not depend on how many activities it touches. Raises Invalid as `resolve`
    does, `reason_required` or `nothing_changes`; Conflict `plan_not_approved` or `plan_closed`, or with all
    that the plan does not allow.
    """
    require_reason(reason)
    resolved = resolve(plan, modification)
    if not resolved.added and not resolved.changes:
        detail = "Nada cambia: el plan ya está así. Revise las metas, las altas, los traslados y las anulaciones."
        raise Invalid("nothing_changes", detail)
    require_approved(plan)
    refuse_all(Conflict, resolved.conflicts)
    version = create_version(plan=plan, reason=reason, resolution=resolution, effective_on=effective_on)
    _write(resolved, version.number)
    return version


def _write(resolved: ResolvedModification, version: int) -> None:
    moved = []
    for change in resolved.changes:
        if change.unit is not None:
            change.activity.unit = change.unit
            moved.append(change.activity)
    if moved:
        Activity.objects.bulk_update(moved, ["unit"])
    Activity.objects.bulk_create([activity for activity, _ in resolved.added])
    revisions = [
        _revision(change.activity, version, change.programmed, change.is_cancelled) for change in resolved.changes
    ]
    revisions += [_revision(activity, version, programmed) for activity, programmed in resolved.added]
    save_in_bulk(sorted(revisions, key=lambda revision: revision.activity_id))


def _revision(activity: Activity, version: int, programmed: list, is_cancelled: bool = False) -> TargetRevision:
    return TargetRevision(
        activity=activity,
        version=version,
        programmed=programmed,
        is_cancelled=is_cancelled,
        unit_id=activity.unit_id,
    )
