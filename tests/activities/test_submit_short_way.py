"""A submission of a month that says nothing else is one statement, and only its time tells (`says_nothing_else`)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import ProgressEntry
from tests import factories as make
from tests.activities.submitting import entries, open_plan, put
from tests.api import refused
from units.access.lookup import State, confirmed_by_key
from units.choices import Role
from units.history.cursors import cursor_at
from units.models import ChangeSet

LONG = {"If-Match": "*"}
ANSWERED = ("Content-Type", "ETag", "Cache-Control", "Vary", "Allow", "X-Request-Id")
BODIES: list[dict[str, Any]] = [
    {"executed": 2},
    {"executed": 2},
    {"executed": 3, "reason": "Se adelantó", "entry_version": 1},
    {"executed": None, "reason": "No era de este mes"},
    {"executed": 0, "evidence_url": "https://intranet.example/3"},
]


def statements(act: Any) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    return [query["sql"].split()[0] for query in captured if "SAVEPOINT" not in query["sql"]]


def last_position() -> int:
    return ChangeSet.objects.latest("position").position or 0


def told(answer: Any) -> Any:
    return answer.status_code, answer.json(), {name: answer.headers.get(name) for name in ANSWERED}


@pytest.mark.django_db
def test_a_good_month_is_two_statements():
    activity = make.activity(open_plan())
    reporter = make.client(Role.REPORTER, activity.unit)
    put(reporter, activity, executed=1)
    assert statements(lambda: put(reporter, activity, executed=2)) == ["WITH", "SELECT"]
    assert entries(activity) == [1, 2]


@pytest.mark.django_db
@pytest.mark.parametrize("requires_review", [False, True])
def test_both_ways_give_the_same_answers(requires_review):
    plan = open_plan(requires_review=requires_review)
    short, long = make.activity(plan), make.activity(plan)
    reporter = make.client(Role.REPORTER, plan.institution)
    identity = {"X-Request-Id": "pedido-1"}
    for body in BODIES:
        assert told(put(reporter, short, headers=identity, **body)) == told(
            put(reporter, long, headers=identity | LONG, **body)
        )
    assert entries(short) == entries(long) == [2, 3, None, 0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"executed": -1}, 400, "invalid_quantity"),
        ({"executed": 5}, 400, "reason_required"),
        ({"executed": None}, 400, "reason_required"),
        ({"executed": 2, "entry_version": 7}, 412, "version_conflict"),
    ],
)
def test_a_refusal_is_explained_and_writes_nothing(body, status, code):
    activity = make.activity(open_plan(tolerance_percent=10))
    answer = put(make.client(Role.REPORTER), activity, **body)
    assert [found for found, _ in refused(answer, status)] == [code]
    assert entries(activity) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "status"), [(Role.READER, 403), (None, 404)])
def test_who_may_not_is_refused(role, status):
    activity = make.activity(open_plan())
    caller = make.client(role, activity.unit) if role else make.client(Role.REPORTER, make.unit())
    assert put(caller, activity, executed=2).status_code == status
    assert entries(activity) == []


@pytest.mark.django_db
@pytest.mark.parametrize("way", [{}, {"Idempotency-Key": "a"}])
def test_who_says_nothing_of_a_format_is_given_json(way):
    activity = make.activity(open_plan())
    answer = put(make.client(Role.REPORTER), activity, headers={"Accept": "", **way}, executed=2)
    assert (answer.status_code, entries(activity)) == (200, [2])


@pytest.mark.django_db
def test_a_large_body_is_not_read_before_it_is_known_who_sends_it(monkeypatch):
    activity = make.activity(open_plan())
    monkeypatch.setattr("poi_api.http.exact_json.loads", pytest.fail)
    answer = put(make.client(), activity, executed=2, reason="x" * 200_000)
    assert (answer.status_code, entries(activity)) == (403, [])


@pytest.mark.django_db
def test_a_wrong_key_is_refused():
    activity = make.activity(open_plan())
    reporter = make.client(Role.REPORTER)
    assert put(reporter._replace(key=reporter.key + "x"), activity, executed=2).status_code == 401
    assert entries(activity) == []


def test_it_is_a_change_set_of_its_own_that_says_who_and_which_request(committed):
    activity = make.activity(open_plan())
    reporter = make.client(Role.REPORTER, activity.unit)
    before = last_position()
    for turn in (1, 2):
        answer = put(reporter, activity, headers={"X-Request-Id": f"pedido-{turn}"}, executed=turn)
        made = ChangeSet.objects.latest("position")
        access = confirmed_by_key(reporter.key).access
        assert answer.headers["Change-Cursor"] == cursor_at(State.now().point, access)
        assert (made.position, made.actor, made.client_id, made.user_id, made.request_id, made.cause) == (
            before + turn,
            f"client:{reporter.client.name}",
            reporter.client.pk,
            None,
            f"pedido-{turn}",
            "",
        )
        assert ProgressEntry.objects.latest("pk").change_set_id == made.pk


def test_what_changes_nothing_takes_no_place(committed):
    activity = make.activity(open_plan())
    reporter = make.client(Role.REPORTER, activity.unit)
    first, second = (put(reporter, activity, executed=2) for _ in range(2))
    assert second.json()["result"] == "unchanged"
    assert second.headers["Change-Cursor"] == first.headers["Change-Cursor"]
