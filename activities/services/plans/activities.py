"""Activities of a draft and their targets: making and changing them."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from activities.choices import PlanStatus
from activities.models import Activity, Plan, TargetRevision
from activities.models.classification import said_alone
from activities.models.target import NO_PROGRAMME
from activities.services.plans.codes import free_activity_codes
from activities.services.plans.plans import require_draft, require_own_unit
from activities.services.plans.uniqueness import ACTIVITY_TAKEN, CODE_TAKEN, activity_taken_detail, code_taken_detail
from poi_api.http.exceptions import Conflict, Invalid
from poi_api.http.folding import fold
from units.models import Unit
from units.services.codes import similar_code

_UNIQUE_TOGETHER = ("name", "unit", "mef_activity")
_DESCRIBING = {"name", "classification"}  # what no figure depends on (docs/decisions/0041)
_JANUARY = 1  # a draft has promised no month yet: what is cancelled in it ends before it began
Programme = Sequence[Decimal]


def create_activity(
    *, plan: Plan, unit: Unit, code: str = "", programmed: Programme | None = None, **fields: Any
) -> Activity:
    """Make an activity in a locked draft; without `code` it gets the next free one (A001, A002…).

    `fields` are its others: `name`, `mef_activity`, `measurement_unit` and those that have a default.
    Raises Conflict `plan_not_draft`, `plan_closed`, `unit_inactive`, `activity_code_once_per_plan` or
    `activity_once_per_plan_and_unit`, Invalid `unit_outside_institution`.
    """
    require_own_unit(plan, unit)
    require_draft(plan)
    _require_active(unit)
    code = code or next(free_activity_codes(plan.activities.values_list("code", flat=True)))
    activity = Activity(plan=plan, unit=unit, code=code, **fields)
    _require_free(activity, ("code", "name"))
    activity.save(force_insert=True)
    if programmed is not None:
        TargetRevision.of(activity, programmed).save()
    return activity


def _require_free(activity: Activity, names: Collection[str]) -> None:
    """Raise Conflict if another activity of the plan has the code, or unit, MEF activity and name; `names` are new."""
    others = activity.plan.activities.exclude(pk=activity.pk)
    if "code" in names and (other := similar_code(others, activity.code)):
        raise Conflict(CODE_TAKEN, code_taken_detail(activity.code, other.code), field="code")
    differing = [name for name in _UNIQUE_TOGETHER if name in names]
    same = {"unit": activity.unit, "mef_activity": activity.mef_activity, "name_key": fold(activity.name)}
    if differing and (other := others.filter(**same).first()):
        raise Conflict(ACTIVITY_TAKEN, activity_taken_detail(other), field=differing[0])


def _require_active(unit: Unit) -> None:
    if not unit.is_active:
        raise Conflict("unit_inactive", f"La unidad {unit.code} está inactiva: elija otra.", field="unit")


def change_activity(*, activity: Activity, changes: Mapping[str, Any]) -> None:
    """Change an activity whose plan is locked; `changes` by field name, also `programmed` and `is_cancelled`.

    What is already so changes nothing. Of `classification` what is left out stays, and None takes a thing away. Once
    the plan is approved only what describes changes (api.md, `/activities/`). An edit of a draft's target appends a
    revision of version 1. Raises Conflict `plan_not_draft`, `plan_closed`,
    `unit_inactive`, `activity_cancelled`, `activity_code_once_per_plan` or `activity_once_per_plan_and_unit`,
    Invalid `unit_outside_institution`, `contradiction` or `programmed_required`.
    """
    programmed, cancelled = changes.get("programmed"), changes.get("is_cancelled")
    fields = _differing_fields(activity, changes)
    _refuse_contradiction(activity, programmed, cancelled)
    if "unit" in fields:
        require_own_unit(activity.plan, fields["unit"])
    changes_target = _changes_target(activity, programmed, cancelled)
    _require_changeable(activity.plan, {*fields, *(["programmed"] if changes_target else [])})
    if "unit" in fields:
        _require_active(fields["unit"])
    for name, value in fields.items():
        setattr(activity, name, value)
    _require_free(activity, fields)
    if fields:
        activity.save(update_fields=list(fields))
    if changes_target:
        _change_target(activity, programmed, cancelled)
    elif "unit" in fields and activity.revisions.exists():
        figure = activity.figure
        TargetRevision.of(activity, figure.programmed, cancelled_from=figure.cancelled_from).save()


def _differing_fields(activity: Activity, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the activity's own fields that would change."""
    if "classification" in changes:
        changes = {**changes, "classification": said_alone(activity.classification | changes["classification"])}
    return {
        name: value
        for name, value in changes.items()
        if name not in ("programmed", "is_cancelled") and getattr(activity, name) != value
    }


def _require_changeable(plan: Plan, names: set[str]) -> None:
    if names and not (names <= _DESCRIBING and plan.status == PlanStatus.APPROVED):
        require_draft(plan)


def _refuse_contradiction(activity: Activity, programmed: Programme | None, cancelled: bool | None) -> None:
    if cancelled and programmed is not None and any(programmed):
        detail = "Una actividad anulada no se programa: quite «programmed» o «is_cancelled»."
        raise Invalid("contradiction", detail, field="programmed")
    if cancelled is False and programmed is None and activity.figure.is_cancelled:
        detail = "Para recuperar una actividad anulada diga también su programa (programmed)."
        raise Invalid("programmed_required", detail, field="programmed")


def _changes_target(activity: Activity, programmed: Programme | None, cancelled: bool | None) -> bool:
    """Tell whether the target or the cancellation would change. The first target of an activity always does."""
    figure = activity.figure
    if cancelled is not None and cancelled != figure.is_cancelled:
        return True
    if programmed is None or (figure.is_cancelled and cancelled):
        return False
    return list(programmed) != list(figure.programmed) or not activity.revisions.exists()


def _change_target(activity: Activity, programmed: Programme | None, cancelled: bool | None) -> None:
    if cancelled or programmed is None:
        TargetRevision.of(activity, NO_PROGRAMME, cancelled_from=_JANUARY).save()
    elif activity.figure.is_cancelled and cancelled is None:
        detail = f"La actividad {activity.code} está anulada: recupérela con is_cancelled: false y su programa."
        raise Conflict("activity_cancelled", detail, field="programmed")
    else:
        TargetRevision.of(activity, programmed).save()
