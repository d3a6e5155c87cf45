"""`GET /progress/reviews/`: what waits for the caller's review; each act here is a transaction of its own."""

from typing import Any

import pytest
from django.test import Client

from activities.choices import Accumulation
from tests import factories as make
from tests.activities.submitting import open_plan, put
from tests.api import get, post, results
from tests.factories import Caller
from units.choices import Role
from units.models import ChangeSet

pytestmark = pytest.mark.usefixtures("committed")
QUEUE = "/progress/reviews/"


@pytest.fixture
def activity() -> Any:
    plan = open_plan(requires_review=True)
    return make.activity(plan, make.unit(plan.institution), code="A001", accumulation=Accumulation.SUM)


def waiting(caller: Caller) -> list[tuple[str, int, Any]]:
    return [(row["activity"]["code"], row["month"], row["executed"]) for row in results(caller, QUEUE)]


def judge(caller: Caller, activity: Any, verdict: str) -> None:
    item = {"activity": activity.pk, "year": 2022, "month": 1, "entry_version": 1, "verdict": verdict, "comment": "No"}
    assert post(caller, QUEUE, {"mode": "atomic", "items": [item]}).status_code == 200


def test_what_a_client_submitted_waits_for_all_reviewers_but_itself(activity: Any) -> None:
    one, other = (make.client(Role.REVIEWER, activity.unit) for _ in range(2))
    assert put(one, activity, executed=5).status_code == 200
    assert waiting(other) == [("A001", 1, 5)]
    assert waiting(one) == []


def test_what_a_person_submitted_waits_for_all_reviewers_but_that_person(activity: Any, client: Client) -> None:
    path, month = f"/api/v1{QUEUE}", f"/api/v1/activities/{activity.pk}/progress/1/"
    client.force_login(make.person(Role.REVIEWER, activity.unit))
    assert client.put(month, {"executed": 5}, content_type="application/json").status_code == 200
    assert client.get(path).json()["count"] == 0
    client.force_login(make.person(Role.REVIEWER, activity.unit))
    assert client.get(path).json()["count"] == 1
    assert waiting(make.client(Role.REVIEWER, activity.unit)) == [("A001", 1, 5)]


@pytest.mark.parametrize("verdict", ["accept", "return"])
def test_a_verdict_takes_a_month_out_of_it(activity: Any, verdict: str) -> None:
    reviewer = make.client(Role.REVIEWER, activity.unit)
    put(make.client(Role.REPORTER, activity.unit), activity, executed=5)
    assert waiting(reviewer) == [("A001", 1, 5)]
    judge(reviewer, activity, verdict)
    assert waiting(reviewer) == []


@pytest.mark.parametrize(("from_month", "count"), [(1, 0), (2, 1)])
def test_a_month_that_was_cancelled_leaves_it(activity: Any, from_month: int, count: int) -> None:
    put(make.client(Role.REPORTER, activity.unit), activity, executed=5)
    planner = make.client(Role.PLANNER, activity.plan.institution)
    cancelling = {"reason": "R", "cancel": [{"activity": activity.pk, "from_month": from_month}]}
    assert post(planner, f"/plans/{activity.plan_id}/versions/", cancelling).status_code == 201
    assert len(waiting(make.client(Role.REVIEWER, activity.unit))) == count


def test_nobody_sees_what_they_may_not_review(activity: Any) -> None:
    put(make.client(Role.REPORTER, activity.unit), activity, executed=5)
    assert waiting(make.client(Role.REVIEWER, make.unit(activity.plan.institution))) == []
    assert get(make.client(Role.REPORTER, activity.unit), QUEUE).status_code == 403


def test_what_waited_on_a_past_day_is_still_to_be_asked(activity: Any) -> None:
    one, other = (make.client(Role.REVIEWER, activity.unit) for _ in range(2))
    assert put(one, activity, executed=5).status_code == 200
    then = ChangeSet.objects.latest("position").committed_at
    assert then is not None
    judge(other, activity, "return")
    asked = {"as_of": then.isoformat(), "ordering": "unit"}
    assert [row["executed"] for row in results(other, QUEUE, **asked)] == [5]
    assert (results(one, QUEUE, **asked), waiting(other)) == ([], [])
    assert results(other, QUEUE, as_of="2000-01-01") == []
