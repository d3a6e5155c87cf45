"""Closing a plan, of which what its units still owe keeps it unless a reason is given, and opening it again."""

from typing import NamedTuple

from activities.choices import MONTHS, PlanStatus
from activities.models import Plan
from activities.services.plans.plans import require_approved
from poi_api.database.rows import values_of
from poi_api.http.exceptions import Conflict, require_reason
from poi_api.http.problem_items import MOST_ERRORS, ErrorItem, error_item

LISTED = MOST_ERRORS - 1  # months that are named, after what sums them up; the totals count all

# The months `m` that activities `a` owe: those to report, and those that wait for their review
OWED_MONTHS = """
      FROM activities_activity a
      JOIN activities_figure f ON f.activity_id = a.id
     CROSS JOIN LATERAL unnest(f.programmed, f.executed, f.pending_version)
                        WITH ORDINALITY AS m (programmed, executed, pending_version, month)
     WHERE NOT a.is_struck_out AND (m.month >= f.cancelled_from) IS NOT TRUE
       AND (m.pending_version IS NOT NULL OR m.programmed > 0 AND m.executed IS NULL)"""
_OWED = f"""
WITH owed AS (
    SELECT a.code, m.month, m.pending_version IS NOT NULL AS in_review {OWED_MONTHS} AND a.plan_id = %(plan)s
)
SELECT code, month, in_review,
       count(*) FILTER (WHERE NOT in_review) OVER (), count(*) FILTER (WHERE in_review) OVER ()
  FROM owed ORDER BY code, month LIMIT %(listed)s
"""


class OwedMonths(NamedTuple):
    """What a plan still owes: months expected and not reported, months that wait for their review."""

    unreported: int
    in_review: int
    listed: list[ErrorItem]


def close_plan(*, plan: Plan, force: bool = False, reason: str = "") -> None:
    """Close a locked, approved plan.

    Raises Conflict `plan_incomplete`, with the totals and the first months that are owed, unless `force`;
    Invalid `reason_required` when `force` comes without a reason; Conflict `plan_closed`, `plan_not_approved`.
    """
    if force:
        require_reason(reason)
    require_approved(plan)
    owed = owed_months(plan)
    if (owed.unreported or owed.in_review) and not force:
        raise _incomplete(plan, owed)
    plan.status = PlanStatus.CLOSED
    plan.save(update_fields=["status"])


def reopen_plan(*, plan: Plan, reason: str) -> None:
    """Open a locked, closed plan again; its periods stay as they are.

    Raises Invalid `reason_required`, Conflict `plan_not_closed`.
    """
    require_reason(reason)
    if plan.status != PlanStatus.CLOSED:
        raise Conflict("plan_not_closed", f"El plan {plan.year} no está cerrado.")
    plan.status = PlanStatus.APPROVED
    plan.save(update_fields=["status"])


def owed_months(plan: Plan) -> OwedMonths:
    """Return what the plan owes by its current version: one query."""
    rows = values_of(_OWED, {"plan": plan.pk, "listed": LISTED})
    unreported, in_review = rows[0][3:] if rows else (0, 0)
    return OwedMonths(unreported, in_review, [_owed_month(*row[:3]) for row in rows])


def _owed_month(code: str, month: int, in_review: bool) -> ErrorItem:
    name = MONTHS[month - 1]
    if in_review:
        return error_item("review_pending", f"{code}, {name}: espera revisión.", field="activity")
    return error_item("month_unreported", f"{code}, {name}: sin reportar.", field="activity")


def _incomplete(plan: Plan, owed: OwedMonths) -> Conflict:
    detail = (
        f"Al plan {plan.year} le faltan: meses sin reportar, {owed.unreported:,}; "
        f"meses por revisar, {owed.in_review:,}. Complételos, o cierre con «force» y un motivo."
    )
    totals = {"month_unreported": owed.unreported, "review_pending": owed.in_review}
    errors = [error_item("plan_incomplete", detail), *owed.listed]
    more = owed.unreported + owed.in_review - len(owed.listed)
    return Conflict("plan_incomplete", detail, errors=errors, members={"totals": totals}, more=more)
