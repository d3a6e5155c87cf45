"""What the tests of planning share."""

from datetime import date
from typing import Any

from activities.models import Activity, Plan
from tests.api import post

MID_APRIL = date(2022, 4, 16)
TWELVE = list(range(12))
NEW = {"unit": "U1", "mef_activity": "M01", "measurement_unit": "UM01", "name": "Campaña", "programmed": TWELVE}


def modify(caller: Any, plan: Plan, headers: Any = None, **lists: Any) -> Any:
    """Ask for a version of the plan with these lists, in effect from January on unless they say another day."""
    body = {"reason": "Recorte", "effective_on": f"{plan.year}-01-01", **lists}
    return post(caller, f"/plans/{plan.pk}/versions/", body, headers)


def target(activity: Any, programmed: Any = TWELVE) -> dict[str, Any]:
    """Return an item of a version: the target of an activity, given as it is to be named."""
    return {"activity": activity, "programmed": programmed}


def revisions_of(activity: Activity) -> list[tuple[int, list[int], int | None, str]]:
    """Return version, target, month of cancelling, and unit of each of the activity's revisions, oldest first."""
    return [
        (row.version, [int(quantity) for quantity in row.programmed], row.cancelled_from, row.unit.code)
        for row in activity.revisions.order_by("id")
    ]
