"""When months are reported: changing a period's dates, opening a closed month again (domain.md, rule 10)."""

from datetime import date

from django.db.models import QuerySet

from activities.choices import PlanStatus
from activities.models import Reopening, ReopeningWithdrawal, ReportingPeriod
from activities.services.plans.plans import require_open, require_own_unit
from poi_api.database.clock import today
from poi_api.http.exceptions import Conflict, Invalid, require_reason
from units.models import Unit


def change_period(
    *,
    period: ReportingPeriod,
    opens_on: date | None = None,
    due_on: date | None = None,
    closes_on: date | None = None,
    reason: str = "",
) -> None:
    """Change the dates of a period whose plan is locked; None keeps one. All days count whole, in Lima.

    Raises Invalid `dates_out_of_order`, or `reason_required` when the period has closed, Conflict `plan_closed`.
    """
    days = {"opens_on": opens_on, "due_on": due_on, "closes_on": closes_on}
    changed = {name: day for name, day in days.items() if day is not None and day != getattr(period, name)}
    had_closed = period.closes_on < today()
    for name, day in changed.items():
        setattr(period, name, day)
    if not period.opens_on <= period.due_on <= period.closes_on:
        detail = "Un periodo abre, vence y cierra en ese orden (opens_on, due_on, closes_on)."
        raise Invalid("dates_out_of_order", detail, field=next(iter(changed), None))
    if changed and had_closed:
        require_reason(reason)
    require_open(period.plan)
    if changed:
        period.save(update_fields=list(changed))


def reopen_period(*, period: ReportingPeriod, unit: Unit, until: date, reason: str) -> Reopening:
    """Open a month again for a unit and all below it, through the day `until`; the plan is locked.

    Raises Invalid `reason_required`, `unit_outside_institution`, `until_past` or `until_not_after_close`,
    Conflict `plan_closed` or `period_not_open`.
    """
    require_reason(reason)
    require_own_unit(period.plan, unit)
    day = today()
    if until < day:
        raise Invalid("until_past", f"El {until:%d/%m/%Y} ya pasó: elija hoy o un día posterior.", field="until")
    if until <= period.closes_on:
        detail = f"El mes no cierra hasta el {period.closes_on:%d/%m/%Y}: elija un día posterior."
        raise Invalid("until_not_after_close", detail, field="until")
    require_open(period.plan)
    if day < period.opens_on:
        detail = f"El mes aún no abre: se registra desde el {period.opens_on:%d/%m/%Y}."
        raise Conflict("period_not_open", detail)
    return Reopening.objects.create(period=period, unit=unit, until=until, reason=reason)


def carry_reopenings(*, unit: Unit, into: Unit) -> int:
    """Open for `into` what is open again for a unit that it takes over, and return how many months that are.

    Where `into` can report as long anyway nothing is added. The plans are locked.
    """
    there = {held.period_id: held.until for held in _in_force(into).order_by("until")}
    carried = [held for held in _in_force(unit) if there.get(held.period_id, date.min) < held.until]
    for held in carried:
        reason = f"{held.reason} (de {unit.name}, que se fusionó)"
        Reopening.objects.create(period=held.period, unit=into, until=held.until, reason=reason)
    return len(carried)


def _in_force(unit: Unit) -> QuerySet[Reopening]:
    """Return the reopenings for a unit itself by which it can report today."""
    of_open_plans = Reopening.objects.filter(unit=unit).exclude(period__plan__status=PlanStatus.CLOSED)
    return of_open_plans.filter(until__gte=today(), withdrawal=None).select_related("period").order_by("pk")


def withdraw_reopening(*, reopening: Reopening, reason: str) -> None:
    """End a reopening at once; its plan is locked. Raises Invalid `reason_required`, Conflict `already_withdrawn`."""
    require_reason(reason)
    if ReopeningWithdrawal.objects.filter(reopening=reopening).exists():
        raise Conflict("already_withdrawn", "La reapertura ya se había retirado.")
    ReopeningWithdrawal.objects.create(reopening=reopening, reason=reason)
