"""Activities of a draft: making them, changing them, their targets. An approved plan changes by versions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from activities.choices import Accumulation, PlanStatus
from activities.models import Activity, MeasurementUnit, MefActivity, Plan, TargetRevision
from activities.models.target import NO_PROGRAMME
from activities.services.plans.clashes import CODE_TAKEN, PLACE_TAKEN, said_of_code, said_of_place
from activities.services.plans.codes import free_codes
from activities.services.plans.plans import require_draft
from activities.services.refusals import refuse_use
from poi_api.http.exceptions import Conflict, Invalid
from poi_api.http.folding import fold
from units.models import Unit
from units.services.codes import reading_alike

_PLACE = ("name", "unit", "mef_activity")  # what is given once in a plan, together
Programme = Sequence[Decimal]


def create_activity(
    *,
    plan: Plan,
    unit: Unit,
    mef_activity: MefActivity,
    measurement_unit: MeasurementUnit,
    name: str,
    code: str = "",
    accumulation: str = Accumulation.SUM,
    programmed: Programme | None = None,
) -> Activity:
    """Make an activity in a draft that is held; without `code` it gets the next free one (A001, A002…).

    Raises Conflict `plan_not_draft`, `plan_closed`, `unit_inactive`, `activity_code_once_per_plan` or
    `activity_once_per_plan_and_unit`, Invalid `unit_outside_institution`.
    """
    _require_own(unit, plan)
    require_draft(plan)
    _require_active(unit)
    activity = Activity(
        plan=plan,
        unit=unit,
        mef_activity=mef_activity,
        measurement_unit=measurement_unit,
        name=" ".join(name.split()),
        code=code or next_code(plan.activities.values_list("code", flat=True)),
        accumulation=accumulation,
    )
    _require_free(activity, ("code", "name"))
    activity.save(force_insert=True)
    if programmed is not None:
        _set_target(activity, programmed)
    return activity


def next_code(taken: Iterable[str]) -> str:
    """Return the next free code of a plan's activities."""
    return next(free_codes("A", 3, taken))


def _require_free(activity: Activity, names: Collection[str]) -> None:
    """Raise Conflict if another activity of the plan, which is held, has the code or the place; `names` differ."""
    others = activity.plan.activities.exclude(pk=activity.pk)
    if "code" in names and (other := reading_alike(others, activity.code)):
        raise Conflict(CODE_TAKEN, said_of_code(activity.code, other.code), field="code")
    moved = [name for name in _PLACE if name in names]
    place = {"unit": activity.unit, "mef_activity": activity.mef_activity, "name_key": fold(activity.name)}
    if moved and (other := others.filter(**place).first()):
        raise Conflict(PLACE_TAKEN, said_of_place(other), field=moved[0])


def _require_own(unit: Unit, plan: Plan) -> None:
    if unit.institution_id != plan.institution_id:
        detail = f"La unidad {unit.code} no es de la institución del plan."
        raise Invalid("unit_outside_institution", detail, field="unit")


def _require_active(unit: Unit) -> None:
    if not unit.is_active:
        raise Conflict("unit_inactive", f"La unidad {unit.code} está inactiva: elija otra.", field="unit")


def change_activity(*, activity: Activity, changes: Mapping[str, Any]) -> None:
    """Change an activity whose plan is held; `changes` by field name, also `programmed` and `is_cancelled`.

    What is already so changes nothing. Once the plan is approved only `name` changes (api.md). An edit of a
    draft's target appends a revision of version 1. Raises Conflict `plan_not_draft`, `plan_closed`,
    `unit_inactive`, `activity_cancelled`, `activity_code_once_per_plan` or `activity_once_per_plan_and_unit`,
    Invalid `unit_outside_institution`, `contradiction` or `programmed_required`.
    """
    programmed, cancelled = changes.get("programmed"), changes.get("is_cancelled")
    wanted = _differing(activity, changes)
    _refuse_contradiction(activity, programmed, cancelled)
    if "unit" in wanted:
        _require_own(wanted["unit"], activity.plan)
    retargets = _retargets(activity, programmed, cancelled)
    _require_changeable(activity.plan, {*wanted, *(["programmed"] if retargets else [])})
    if "unit" in wanted:
        _require_active(wanted["unit"])
    for name, value in wanted.items():
        setattr(activity, name, value)
    _require_free(activity, wanted)
    if wanted:
        activity.save(update_fields=list(wanted))
    if retargets:
        _retarget(activity, programmed, cancelled)
    elif "unit" in wanted and activity.revisions.exists():
        _set_target(activity, activity.figure.programmed, is_cancelled=activity.figure.is_cancelled)


def _differing(activity: Activity, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the activity's own fields that would change."""
    own = {name: value for name, value in changes.items() if name not in ("programmed", "is_cancelled")}
    if "name" in own:
        own["name"] = " ".join(own["name"].split())
    return {name: value for name, value in own.items() if getattr(activity, name) != value}


def _require_changeable(plan: Plan, names: set[str]) -> None:
    if names and not (names == {"name"} and plan.status == PlanStatus.APPROVED):
        require_draft(plan)


def _refuse_contradiction(activity: Activity, programmed: Programme | None, cancelled: bool | None) -> None:
    if cancelled and programmed is not None and any(programmed):
        detail = "Una actividad anulada no se programa: quite «programmed» o «is_cancelled»."
        raise Invalid("contradiction", detail, field="programmed")
    if cancelled is False and programmed is None and activity.figure.is_cancelled:
        detail = "Para recuperar una actividad anulada diga también su programa (programmed)."
        raise Invalid("programmed_required", detail, field="programmed")


def _retargets(activity: Activity, programmed: Programme | None, cancelled: bool | None) -> bool:
    """Tell whether the target or the cancellation would change. The first target of an activity always does."""
    figure = activity.figure
    if cancelled is not None and cancelled != figure.is_cancelled:
        return True
    if programmed is None or (figure.is_cancelled and cancelled):
        return False
    return list(programmed) != list(figure.programmed) or not activity.revisions.exists()


def _retarget(activity: Activity, programmed: Programme | None, cancelled: bool | None) -> None:
    if cancelled or programmed is None:
        _set_target(activity, NO_PROGRAMME, is_cancelled=True)
    elif activity.figure.is_cancelled and cancelled is None:
        detail = f"La actividad {activity.code} está anulada: recupérela con is_cancelled: false y su programa."
        raise Conflict("activity_cancelled", detail, field="programmed")
    else:
        _set_target(activity, programmed)


def _set_target(activity: Activity, programmed: Programme, *, is_cancelled: bool = False) -> None:
    TargetRevision.objects.create(
        activity=activity, programmed=list(programmed), is_cancelled=is_cancelled, unit_id=activity.unit_id
    )


def delete_activity(*, activity: Activity) -> None:
    """Delete an activity without history, whose plan is held. Raises Conflict `in_use`."""
    uses = {
        "metas registradas": activity.revisions.count(),
        "registros de avance": activity.entries.count(),
        "filas importadas": activity.import_rows.count(),
    }
    instead = "Lo que tiene historia se anula: is_cancelled en un borrador, una nueva versión en un plan aprobado."
    refuse_use(f"la actividad {activity.code}", uses, instead=instead)
    activity.delete()
