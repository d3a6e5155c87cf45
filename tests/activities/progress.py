"""What the tests of an activity's figures share."""

import json
from decimal import Decimal
from typing import Any

from activities.models import Activity
from tests import factories as make
from tests.api import get
from units.models import ChangeSet

LARGE = Decimal("12345678901.125")
UNREPORTED = {
    "executed": None,
    "pending": None,
    "status": "unreported",
    "late": None,
    "entry_version": 0,
    "reason": None,
    "evidence_url": None,
}


def address(activity: Activity) -> str:
    return f"/activities/{activity.pk}/progress/"


def progress(activity: Activity, **query: Any) -> dict[str, Any]:
    """Return the answer to an installation's reader; numbers with a point come as exact decimals."""
    answer = get(make.client(), address(activity), **query)
    assert answer.status_code == 200, answer.content.decode()
    shown: dict[str, Any] = json.loads(answer.content, parse_float=Decimal)
    return shown


def last_moment() -> Any:
    return ChangeSet.objects.latest("position").committed_at
