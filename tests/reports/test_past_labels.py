"""Under today's names figures are those of then (domain.md, rule 9)."""

from datetime import date
from typing import Any

import pytest
from django.utils.timezone import localdate

from activities.choices import Accumulation
from activities.models import Activity, Plan
from tests import factories as make
from tests.api import get
from tests.history import now

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def plan() -> Plan:
    return make.plan(make.institution("I"))


@pytest.mark.parametrize("today", [Accumulation.LAST, Accumulation.AVERAGE])
def test_what_was_corrected_later_counts_by_its_rule_of_then(plan: Plan, today: Accumulation) -> None:
    activity = make.activity(plan)
    for month in range(1, 6):
        make.entry(activity, month, month + 1)
    moment = now()
    Activity.objects.filter(pk=activity.pk).update(accumulation=today)
    caller, query = make.client(), {"institution": "I", "year": 2022, "as_of": moment}
    asked: list[tuple[str, dict[str, Any]]] = [
        *(("/reports/execution/", {"group_by": part, "through": 5}) for part in ("year", "quarter", "month")),
        ("/reports/execution/", {"through": 12}),
        ("/reports/poi/", {}),
        ("/reports/alerts/", {"rule": "over", "through": 5}),
    ]
    for path, further in asked:
        then, named = (
            get(caller, path, labels=labels, **query, **further).json() | {"labels": None}
            for labels in ("then", "today")
        )
        assert then["results"], path
        assert named == then, (path, further)
    exported = get(caller, "/exports/months/", labels="today", format="jsonl", **query).getvalue()
    assert b'"accumulation":"sum"' in exported


def test_what_was_due_and_had_closed_is_by_the_periods_of_then(plan: Plan) -> None:
    activity, today = make.activity(plan), localdate()
    plan.periods.filter(month=2).update(due_on=today, closes_on=today)
    make.entry(activity, 2, 1)
    make.version(plan)
    make.target(activity, [1, *[5] * 11], version=2)
    caller, query = make.client(), {"institution": "I", "year": 2022, "as_of": now()}
    plan.periods.filter(month__in=(1, 2)).update(due_on=date(2199, 1, 1), closes_on=date(2199, 1, 1))
    plan.periods.filter(month=3).update(due_on=date(2022, 3, 31))
    for path in ("/reports/completeness/", "/reports/alerts/"):
        then, named = (
            get(caller, path, labels=labels, through=2, **query).json() | {"labels": None}
            for labels in ("then", "today")
        )
        assert named == then, path
    assert [row["rule"] for row in then["results"]] == ["last_moment", "lowered"]
