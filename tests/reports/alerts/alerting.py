"""How tests of alerts ask, and make activities that deserve a look."""

from collections.abc import Sequence
from typing import Any

from activities.models import Activity, Plan
from tests import factories as make
from tests.api import get

PATH = "/reports/alerts/"


def ask(caller: make.Caller | None = None, **query: Any) -> dict[str, Any]:
    answer = get(caller or make.client(), PATH, **{"year": 2022, **query})
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def found(rule: str, **query: Any) -> list[dict[str, Any]]:
    alerts: list[dict[str, Any]] = ask(rule=rule, **query)["results"]
    return alerts


def reported(plan: Plan, programmed: Sequence[make.Quantity], executed: Sequence[Any], **more: Any) -> Activity:
    """Make an activity with what it executed from January on; None is unreported."""
    activity = make.activity(plan, programmed=[*programmed, *[0] * (12 - len(programmed))], **more)
    for month, quantity in enumerate(executed, start=1):
        if quantity is not None:
            make.entry(activity, month, quantity)
    return activity
