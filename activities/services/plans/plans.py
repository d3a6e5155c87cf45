"""Plans: making them, their rules, approving them; and the numbering of their versions."""

from datetime import date
from typing import Any

from django.db.models import Max
from django.shortcuts import get_object_or_404

from activities.choices import PlanStatus
from activities.models import Activity, Plan, PlanVersion, ReportingPeriod
from poi_api.database.rows import values_of
from poi_api.http.exceptions import Conflict, Invalid, refuse_all
from poi_api.http.problem_items import ErrorItem, error_item
from units.choices import UnitKind
from units.models import Unit

_DUE_DAY, _CLOSING_DAY = 10, 15
INITIAL_VERSION = 1
_HOLD = """
SELECT id FROM activities_plan WHERE institution_id = %s AND year BETWEEN %s AND %s ORDER BY id FOR SHARE
"""


def lock_plan(plan_id: int) -> Plan:
    """Return the plan, locked until the transaction ends. Raises Http404 if it went meanwhile.

    Whoever writes anything of a plan locks the plan first, so that writers follow one another and none wait in a
    circle.
    """
    plans = Plan.objects.select_for_update(of=("self",)).select_related("institution")
    return get_object_or_404(plans, pk=plan_id)


def hold_plans(institution: Unit, first_year: int, last_year: int) -> list[int]:
    """Keep the institution's plans of some years as they are until the transaction ends, and return their ids.

    That is for who builds upon them: months are reported and reviewed meanwhile.
    """
    return [pk for (pk,) in values_of(_HOLD, [institution.pk, first_year, last_year])]


def require_draft(plan: Plan) -> None:
    """Raise Conflict `plan_closed` or `plan_not_draft`."""
    require_open(plan)
    if plan.status != PlanStatus.DRAFT:
        raise Conflict(
            "plan_not_draft",
            f"El plan {plan.year} ya se aprobó: cámbielo con una nueva versión (POST /plans/{plan.pk}/versions/).",
        )


def require_approved(plan: Plan) -> None:
    """Raise Conflict `plan_closed` or `plan_not_approved`."""
    require_open(plan)
    if plan.status != PlanStatus.APPROVED:
        raise Conflict("plan_not_approved", f"El plan {plan.year} está en borrador: apruébelo primero.")


def require_open(plan: Plan) -> None:
    """Raise Conflict `plan_closed`."""
    if plan.status == PlanStatus.CLOSED:
        raise Conflict("plan_closed", f"El plan {plan.year} está cerrado: ya no cambia.")


def require_own_unit(plan: Plan, unit: Unit) -> None:
    """Raise Invalid `unit_outside_institution` unless the unit is of the plan's institution."""
    if unit.institution_id != plan.institution_id:
        detail = f"La unidad {unit.code} no es de la institución del plan."
        raise Invalid("unit_outside_institution", detail, field="unit")


def create_plan(*, institution: Unit, year: int, **rules: Any) -> Plan:
    """Make a draft; `rules` are those that `change_plan` takes.

    Raises Invalid `not_an_institution` or `bands_out_of_order`, Conflict `unit_inactive` or `plan_exists`.
    """
    if institution.kind != UnitKind.INSTITUTION:
        raise Invalid(
            "not_an_institution", f"{institution.code} no es una institución: un plan es de una.", field="institution"
        )
    plan = Plan(institution=institution, year=year, **rules)
    _require_bands_in_order(plan)
    if not institution.is_active:
        raise Conflict("unit_inactive", f"La institución {institution.code} está inactiva.", field="institution")
    if Plan.objects.filter(institution=institution, year=year).exists():
        raise Conflict("plan_exists", f"{institution.code} ya tiene un plan operativo {year}.", field="year")
    plan.save(force_insert=True)
    return plan


def change_plan(*, plan: Plan, **rules: Any) -> Plan:
    """Change `requires_review`, `tolerance_percent`, `green_from` or `amber_from` of a locked plan, and return it.

    They hold for what is reported from now on. Raises Conflict `plan_closed`, Invalid `bands_out_of_order`.
    """
    for name, value in rules.items():
        setattr(plan, name, value)
    _require_bands_in_order(plan)
    require_open(plan)
    if rules:
        plan.save(update_fields=list(rules))
    return plan


def _require_bands_in_order(plan: Plan) -> None:
    if plan.amber_from > plan.green_from:
        raise Invalid("bands_out_of_order", "El ámbar no puede empezar por encima del verde.", field="bands")


def approve_plan(*, plan: Plan, resolution: str = "", reason: str = "", effective_on: date | None = None) -> None:
    """Approve a locked draft: its targets become version 1, and its missing periods are made.

    After an approval that was withdrawn this is another record of version 1.

    Raises Conflict `plan_closed` or `plan_not_draft`, or one item per thing that is missing: `plan_empty`,
    `target_missing`, `unit_inactive`.
    """
    require_draft(plan)
    refuse_all(Conflict, missing_for_approval(plan))
    plan.status = PlanStatus.APPROVED
    plan.save(update_fields=["status"])
    _start(plan, resolution=resolution, reason=reason, effective_on=effective_on)


def missing_for_approval(plan: Plan) -> list[ErrorItem]:
    """Return what keeps a draft from being approved, by activity code; two queries."""
    activities = list(plan.activities.filter(figure__cancelled_from=None).select_related("unit").order_by("code"))
    if not activities:
        return [error_item("plan_empty", f"El plan {plan.year} no tiene actividades: agregue al menos una.")]
    targeted = set(Activity.objects.filter(plan=plan, revisions__isnull=False).values_list("pk", flat=True))
    missing = []
    for activity in activities:
        if activity.pk not in targeted:
            detail = f"La actividad {activity.code} no tiene meta: programe sus doce meses."
            missing.append(error_item("target_missing", detail, field="activity"))
        if not activity.unit.is_active:
            detail = f"La unidad {activity.unit.code} de la actividad {activity.code} está inactiva: cambie la unidad."
            missing.append(error_item("unit_inactive", detail, field="unit"))
    return missing


def create_approved_plan(*, institution: Unit, year: int, resolution: str, reason: str) -> Plan:
    """Make an approved plan with version 1 and its twelve periods, as an import does (domain.md, rule 14)."""
    plan = Plan.objects.create(institution=institution, year=year, status=PlanStatus.APPROVED)
    _start(plan, resolution=resolution, reason=reason)
    return plan


def _start(plan: Plan, **head: Any) -> None:
    """Make version 1 of a plan that has become approved, and its missing periods."""
    PlanVersion.objects.create(plan=plan, number=INITIAL_VERSION, **head)
    present = set(plan.periods.values_list("month", flat=True))
    missing = [_default_period(plan, month) for month in range(1, 13) if month not in present]
    ReportingPeriod.objects.bulk_create(missing)


def next_version(plan: Plan) -> int:
    """Return the number that the next version of a plan has."""
    latest: int = plan.versions.aggregate(number=Max("number"))["number"] or 0
    return latest + 1


def create_version(*, plan: Plan, reason: str, resolution: str = "", effective_on: date | None = None) -> PlanVersion:
    """Make the next version of a locked plan."""
    return PlanVersion.objects.create(
        plan=plan, number=next_version(plan), resolution=resolution, reason=reason, effective_on=effective_on
    )


def _default_period(plan: Plan, month: int) -> ReportingPeriod:
    """Return a period that opens on the 1st of its month, is due on the 10th and closes on the 15th of the next."""
    year_after, month_after = (plan.year + 1, 1) if month == 12 else (plan.year, month + 1)
    return ReportingPeriod(
        plan=plan,
        month=month,
        opens_on=date(plan.year, month, 1),
        due_on=date(year_after, month_after, _DUE_DAY),
        closes_on=date(year_after, month_after, _CLOSING_DAY),
    )
