"""Closing a plan: what its units still owe is said first (issue: `force` and a reason let it be)."""

from typing import Any, NamedTuple

from django.db import connection

from activities.choices import MONTHS, PlanStatus
from activities.models import Plan
from activities.services.plans.plans import require_approved
from activities.services.refusals import require_reason
from poi_api.http.exceptions import Conflict
from poi_api.http.problem_items import ErrorItem, error_item

LISTED = 100  # months that are named; the totals count all

_OUTSTANDING = """
WITH owed AS (
    SELECT a.code, m.month, m.waits IS NOT NULL AS waits
      FROM activities_activity a
      JOIN activities_figure f ON f.activity_id = a.id
     CROSS JOIN LATERAL unnest(f.programmed, f.executed, f.pending_version)
                        WITH ORDINALITY AS m (programmed, executed, waits, month)
     WHERE a.plan_id = %(plan)s
       AND (m.waits IS NOT NULL OR m.programmed > 0 AND m.executed IS NULL AND NOT f.is_cancelled)
)
SELECT code, month, waits, count(*) FILTER (WHERE NOT waits) OVER (), count(*) FILTER (WHERE waits) OVER ()
  FROM owed ORDER BY code, month LIMIT %(listed)s
"""


class Outstanding(NamedTuple):
    """What a plan still owes: months expected and not reported, months that wait for their review."""

    unreported: int
    in_review: int
    listed: list[ErrorItem]


def close_plan(*, plan: Plan, force: bool = False, reason: str = "") -> None:
    """Close an approved plan that is held.

    Raises Conflict `plan_incomplete`, with the totals and the first months that are owed, unless `force`;
    Invalid `reason_required` when `force` comes without a reason; Conflict `plan_closed`, `plan_not_approved`.
    """
    if force:
        require_reason(reason)
    require_approved(plan)
    owed = outstanding(plan)
    if (owed.unreported or owed.in_review) and not force:
        raise _incomplete(plan, owed)
    plan.status = PlanStatus.CLOSED
    plan.save(update_fields=["status"])


def outstanding(plan: Plan) -> Outstanding:
    """Return what the plan owes by its current version: one query."""
    with connection.cursor() as cursor:
        cursor.execute(_OUTSTANDING, {"plan": plan.pk, "listed": LISTED})
        rows = cursor.fetchall()
    unreported, in_review = rows[0][3:] if rows else (0, 0)
    return Outstanding(unreported, in_review, [_owed(*row[:3]) for row in rows])


def _owed(code: str, month: int, waits: bool) -> ErrorItem:
    name = MONTHS[month - 1]
    if waits:
        return error_item("review_pending", f"{code}, {name}: espera revisión.", field="activity")
    return error_item("month_unreported", f"{code}, {name}: sin reportar.", field="activity")


def _incomplete(plan: Plan, owed: Outstanding) -> Conflict:
    detail = (
        f"Al plan {plan.year} le faltan: meses sin reportar, {owed.unreported}; meses por revisar, {owed.in_review}. "
        "Complételos, o cierre con «force» y un motivo."
    )
    members: dict[str, Any] = {"totals": {"month_unreported": owed.unreported, "review_pending": owed.in_review}}
    return Conflict(
        "plan_incomplete", detail, errors=[error_item("plan_incomplete", detail), *owed.listed], members=members
    )
