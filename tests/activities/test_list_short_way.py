"""A list of months in which all is good and of which nothing else is said is one statement, done at the door."""

import gzip
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import OperationalError, transaction
from django.test import Client

from activities.models import Activity, ProgressEntry
from activities.services.progress import findings
from activities.views.batch import ProgressBatchViewSet
from poi_api.http import exact_json
from tests import factories as make
from tests.activities.submitting import entries, item_of, open_plan
from tests.activities.test_submit_short_way import ENDS, OF_EACH_REQUEST, WORDINGS, told
from tests.door import DoorClient, statements, whole_ways_from_now_on
from tests.factories import Caller
from tests.in_one_state import for_each
from tests.states import state_now
from units.access import lookup
from units.access.lookup import confirmed_by_key
from units.access.permissions import HoldsRole
from units.choices import Role
from units.history.cursors import cursor_at
from units.models import ApiClient, ChangeSet
from units.requests import short_way

pytestmark = pytest.mark.usefixtures("committed")
_AT_THE_DOOR, _INSIDE = DoorClient(), Client()


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "_MINUTE", 10**12)  # nobody's use is noted anew while a test runs
    short_way._known.clear()


@pytest.fixture
def whole_ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return whole_ways_from_now_on(monkeypatch)


def post(caller: Caller, *items: Any, client: Any = _AT_THE_DOOR, headers: Any = None, **more: Any) -> Any:
    """Submit a list at the door, or inside."""
    body, sent = exact_json.dumps({"items": items, **more}), {**caller.headers, **(headers or {})}
    return client.generic("POST", "/api/v1/progress/batch/", body, "application/json", headers=sent)


def reporting(plan: Any = None) -> tuple[Caller, Activity]:
    """Return who reports, with a list done the whole way, and an activity without anything."""
    plan = plan or open_plan()
    reporter = make.client(Role.REPORTER, plan.institution)
    assert post(reporter, item_of(make.activity(plan))).status_code == 200
    return reporter, make.activity(plan)


def test_a_good_list_is_one_statement(whole_ways):
    reporter, activity = reporting()
    whole_ways.clear()
    assert statements(lambda: post(reporter, item_of(activity, 1), item_of(activity, 2))) == ["WITH"]
    assert (entries(activity, 1), entries(activity, 2), whole_ways) == ([2], [2], [])


def plain(answer: Any) -> bytes:
    return gzip.decompress(answer.content) if answer.headers.get("Content-Encoding") == "gzip" else answer.content


def headers_of(answer: Any) -> dict[str, str]:
    """Return the headers that are the same for lists of different activities."""
    of_each = (OF_EACH_REQUEST, "Change-Cursor", "Content-Length")
    return {name: value for name, value in answer.headers.items() if name not in of_each}


def lists(activity: Activity, code: str) -> list[list[Any]]:
    """Return lists of one activity, under its id and under its code."""
    place = activity.plan.institution.code
    return [
        [item_of(activity, month, month, reason="Por partes. «él»\\") for month in range(1, 13)],
        [item_of(code, 2, 3, institution=place), item_of(code, 3, 4, institution=place, entry_version=1)],
        [item_of(activity, 4, None, reason="No era de este mes"), item_of(activity, 5, 1.5)],
        [item_of(activity, 6, 0, evidence_url="https://intranet.example/3"), item_of(activity, 1, 1)],
    ]


@for_each(("requires_review", "wording"), [(True, {}), *((False, wording) for wording in WORDINGS)])
def test_both_ways_give_the_same_answers(requires_review, wording, whole_ways):
    plans = [open_plan(requires_review=requires_review) for _ in range(2)]
    callers = [make.client(Role.REPORTER, plan.institution) for plan in plans]
    made = [make.activity(plan, code="A7", name="Una «sola»") for plan in plans]
    for caller, plan in zip(callers, plans, strict=True):
        post(caller, item_of(make.activity(plan)), headers=wording)
    whole_ways.clear()
    for short, long in zip(*(lists(activity, "A7") for activity in made), strict=True):
        here = post(callers[0], *short, headers=wording)
        inside = post(callers[1], *long, headers=wording, client=_INSIDE)
        assert here.status_code == inside.status_code == 200
        first, second = (b'"id":%d' % activity.pk for activity in made)
        assert plain(here).replace(first, second) == plain(inside)
        assert [headers_of(answer) for answer in (here, inside)] == [headers_of(inside)] * 2
    assert whole_ways == []
    assert all(entries(made[0], month) == entries(made[1], month) for month in range(1, 13))


@for_each("more", [{"mode": "partial"}, {"mode": "atomic"}, {"dry_run": True}, {"dry_run": False}])
def test_what_says_more_goes_the_whole_way(more, whole_ways):
    reporter, activity = reporting()
    whole_ways.clear()
    assert post(reporter, item_of(activity), **more).status_code == 200
    assert whole_ways == ["POST"]


def test_so_does_an_idempotency_key_and_it_does_nothing_twice(whole_ways):
    reporter, activity = reporting()
    whole_ways.clear()
    answers = [post(reporter, item_of(activity), headers={"Idempotency-Key": "a"}) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert (entries(activity), whole_ways) == ([2], ["POST"] * 2)


def test_another_method_has_no_short_way():
    reporter, activity = reporting()
    body = exact_json.dumps({"items": [item_of(activity)]})
    answer = _AT_THE_DOOR.generic("PUT", "/api/v1/progress/batch/", body, "application/json", headers=reporter.headers)
    assert (answer.status_code, entries(activity)) == (405, [])


def test_and_what_a_transaction_is_under_way_for(whole_ways):
    reporter, activity = reporting()
    whole_ways.clear()
    with transaction.atomic():
        post(reporter, item_of(activity))
    assert whole_ways == ["POST"]


@for_each(
    ("bad", "code"),
    [
        ({"executed": -1}, "invalid_quantity"),
        ({"executed": 5}, "reason_required"),
        ({"executed": 2, "reason": "Fal\u200btó"}, "invalid_text"),
        ({"executed": 2, "entry_version": 7}, "version_conflict"),
        ({"executed": 2, "month": 1}, "duplicate_item"),
        ({"executed": 2, "activity": 10**9}, "unknown_activity"),
        ({"executed": 2, "another": 1}, "unknown_field"),
    ],
)
def test_a_list_with_anything_bad_is_explained_and_writes_nothing(bad, code, whole_ways):
    reporter, activity = reporting(open_plan(tolerance_percent=10))
    whole_ways.clear()
    answer = post(reporter, item_of(activity), item_of(activity, 2) | bad)
    assert (answer.status_code, whole_ways) == (400, ["POST"])
    assert code in [error["code"] for error in answer.json()["errors"]]
    assert entries(activity) == entries(activity, 2) == []


@for_each("content", [b"", b"{", b"[]", b"{}", b'{"items": 1}', b'{"items": []}', b'{"items": "a"}'])
def test_what_is_no_list_is_said_as_everywhere(content):
    reporter, _ = reporting()
    path = "/api/v1/progress/batch/"
    here, inside = (
        client.generic("POST", path, content, "application/json", headers=reporter.headers)
        for client in (_AT_THE_DOOR, _INSIDE)
    )
    assert (here.status_code, told(here)) == (400, told(inside))


def test_a_list_that_changes_nothing_takes_no_place(whole_ways):
    reporter, activity = reporting()
    post(reporter, item_of(activity))
    before, _ = ChangeSet.objects.latest("position").position, whole_ways.clear()
    answer = post(reporter, item_of(activity))
    assert (answer.json()["items"][0]["status"], whole_ways) == ("unchanged", ["POST"])
    assert ChangeSet.objects.latest("position").position == before


def test_a_list_that_changes_something_says_what_it_does_not():
    reporter, activity = reporting()
    post(reporter, item_of(activity))
    answer = post(reporter, item_of(activity), item_of(activity, 2), item_of(activity, 3))
    assert [item["status"] for item in answer.json()["items"]] == ["unchanged", "created", "created"]
    assert answer.json()["summary"] == {"created": 2, "updated": 0, "unchanged": 1, "rejected": 0}


@for_each(("end", "status"), ENDS)
def test_what_a_key_may_ends_at_once(end, status):
    reporter, activity = reporting()
    ApiClient.objects.filter(pk=reporter.client.pk).update(**end)
    assert post(reporter, item_of(activity)).status_code == status
    assert entries(activity) == []


def test_what_is_out_of_sight_is_not_there():
    _, activity = reporting()
    other, _ = reporting()
    answer = post(other, item_of(activity))
    assert answer.json()["errors"][0]["code"] == "unknown_activity"
    assert entries(activity) == []


def test_a_view_with_a_permission_of_its_own_is_asked(monkeypatch):
    reporter, activity = reporting()

    class Nobody(HoldsRole):
        def has_permission(self, request: Any, view: Any) -> bool:
            return False

    monkeypatch.setattr(ProgressBatchViewSet, "permission_classes", [Nobody])
    assert post(reporter, item_of(activity)).status_code == 403
    assert entries(activity) == []


@pytest.mark.parametrize(("failing", "written"), [("row_of", []), ("cursor_at", [2])])
def test_what_fails_is_said_and_not_tried_again(monkeypatch, whole_ways, failing, written):
    reporter, activity = reporting()
    whole_ways.clear()
    monkeypatch.setattr(short_way, failing, Mock(side_effect=OperationalError("gone")))
    answer = post(reporter, item_of(activity))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (503, "unavailable")
    assert (entries(activity), whole_ways) == (written, [])


def test_it_is_one_change_set_that_says_who_and_which_request(whole_ways):
    reporter, activity = reporting()
    before, _ = ChangeSet.objects.latest("position").position, whole_ways.clear()
    months = [item_of(activity, month) for month in (1, 2, 3)]
    answer = post(reporter, *months, headers={"X-Request-Id": "pedido-1"})
    made = ChangeSet.objects.latest("position")
    assert answer.headers["Change-Cursor"] == cursor_at(state_now().point, confirmed_by_key(reporter.key).access)
    assert answer.headers[OF_EACH_REQUEST] == "pedido-1"
    assert made.position == (before or 0) + 1
    assert (made.actor, made.client_id, made.user_id, made.request_id, made.cause, made.known_from) == (
        f"client:{reporter.client.name}",
        reporter.client.pk,
        None,
        "pedido-1",
        "",
        None,
    )
    assert {*ProgressEntry.objects.filter(activity=activity).values_list("change_set_id", flat=True)} == {made.pk}
    assert whole_ways == []


def test_the_statement_leaves_nothing_of_itself_to_the_next_one():
    reporter, activity = reporting()
    post(reporter, item_of(activity))
    assert statements(lambda: make.unit())  # by nobody
    assert ChangeSet.objects.latest("position").client_id is None


def test_findings_of_nothing_are_asked_of_nobody(monkeypatch):
    monkeypatch.setattr(findings, "row_of", None)
    assert findings.judged("", lambda _: [], None, []) == ((), (), (), {})
