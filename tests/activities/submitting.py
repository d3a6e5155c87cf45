"""What the tests of submitting and reviewing share."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from activities.choices import PlanStatus
from activities.models import Activity, Plan, ProgressEntry
from poi_api.database.clock import today
from tests import factories as make
from tests.api import get, post, send
from units.models import Unit

ALWAYS = timedelta(days=3650)


def open_plan(institution: Unit | None = None, **options: Any) -> Plan:
    """Make an approved plan whose months are all open, and not due for years."""
    plan = make.plan(institution, **options)
    day = today()
    plan.periods.update(opens_on=date(1999, 1, 1), due_on=day + ALWAYS, closes_on=day + ALWAYS)
    return plan


def draft(**options: Any) -> Plan:
    return make.plan(status=PlanStatus.DRAFT, **options)


def put(caller: Any, activity: Activity, month: int = 1, headers: Any = None, **body: Any) -> Any:
    """Submit a month; `body` is what is sent."""
    return send("PUT", caller, f"/activities/{activity.pk}/progress/{month}/", body, headers)


def month_of(caller: Any, activity: Activity, month: int = 1) -> Any:
    answer = get(caller, f"/activities/{activity.pk}/progress/{month}/")
    assert answer.status_code == 200
    return answer.json()


def history(caller: Any, activity: Activity, month: int = 1) -> Any:
    return get(caller, f"/activities/{activity.pk}/progress/{month}/history/").json()["results"]


def entries(activity: Activity, month: int = 1) -> list[Any]:
    """Return the month's quantities, oldest first."""
    found = ProgressEntry.objects.filter(activity=activity, month=month).order_by("entry_version")
    return list(found.values_list("executed", flat=True))


def item_of(activity: Any, month: int = 1, executed: Any = 2, **more: Any) -> dict[str, Any]:
    """Return an item of a batch; the activity is given itself or as it is to be named."""
    named = activity.pk if isinstance(activity, Activity) else activity
    return {"activity": named, "year": 2022, "month": month, "executed": executed, **more}


def send_batch(caller: Any, items: Iterable[Any], mode: str = "partial", headers: Any = None, **more: Any) -> Any:
    return post(caller, "/progress/batch/", {"mode": mode, "items": list(items), **more}, headers)


def verdicts(answer: Any, status: int = 200) -> list[Any]:
    """Return for each item of a list its status, or the codes of its errors."""
    assert answer.status_code == status, answer.content.decode()
    return [[e["code"] for e in found["errors"]] or found["status"] for found in answer.json()["items"]]
