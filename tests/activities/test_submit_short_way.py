"""A submission of a month that says nothing else is one statement, done at the door; only its time tells."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import OperationalError, transaction
from django.test import Client

from activities.models import Activity, ProgressEntry
from activities.views.progress import MonthViewSet
from poi_api.http import exact_json
from tests import factories as make
from tests.activities.submitting import entries, open_plan
from tests.api import refused
from tests.door import DoorClient, statements, whole_ways_from_now_on
from tests.factories import Caller
from tests.in_one_state import for_each
from tests.states import state_now
from units.access import lookup
from units.access.lookup import confirmed_by_key
from units.access.permissions import HoldsRole
from units.choices import Role
from units.history.cursors import cursor_at
from units.models import ApiClient, ChangeSet, ClientUse
from units.requests import short_way

pytestmark = pytest.mark.usefixtures("committed")
AT_THE_DOOR, INSIDE = DoorClient(), Client()
OF_EACH_REQUEST = "X-Request-Id"
BODIES: list[dict[str, Any]] = [
    {"executed": 2},
    {"executed": 2},
    {"executed": 3, "reason": "Se adelantó", "entry_version": 1},
    {"executed": None, "reason": "No era de este mes"},
    {"executed": 0, "evidence_url": "https://intranet.example/3"},
    {"executed": 1, "reason": "Por partes. " * 150},
]
WORDINGS: list[dict[str, str]] = [
    {},
    {"Accept": ""},
    {"Accept": "application/json, */*;q=0.1"},
    {"Accept-Encoding": "gzip, br"},
    {"Host": "127.0.0.1:8000"},
    {"Origin": "https://tablero.gob.pe", "User-Agent": "tablero/1"},
]


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "_MINUTE", 10**12)  # nobody's use is noted anew while a test runs
    short_way._known.clear()


@pytest.fixture
def whole_ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return whole_ways_from_now_on(monkeypatch)


def put(caller: Caller, activity: Activity, client: Any = AT_THE_DOOR, headers: Any = None, **body: Any) -> Any:
    """Submit January at the door, or inside."""
    path, sent = f"/api/v1/activities/{activity.pk}/progress/1/", {**caller.headers, **(headers or {})}
    return client.generic("PUT", path, exact_json.dumps(body), "application/json", headers=sent)


def reporting(plan: Any = None) -> tuple[Caller, Activity]:
    """Return who reports, with one month done the whole way, and an activity without any."""
    plan = plan or open_plan()
    reporter = make.client(Role.REPORTER, plan.institution)
    put(reporter, make.activity(plan), executed=1)
    return reporter, make.activity(plan)


def told(answer: Any) -> Any:
    headers = {name: value for name, value in answer.headers.items() if name not in (OF_EACH_REQUEST, "Change-Cursor")}
    return answer.status_code, answer.content, headers


def test_a_good_month_is_one_statement():
    reporter, activity = reporting()
    put(reporter, activity, executed=1)
    assert statements(lambda: put(reporter, activity, executed=2)) == ["WITH"]
    assert entries(activity) == [1, 2]


@for_each(("requires_review", "wording"), [(True, {}), *((False, wording) for wording in WORDINGS)])
def test_both_ways_give_the_same_answers(requires_review, wording, whole_ways):
    reporter, short = reporting(open_plan(requires_review=requires_review))
    put(reporter, short, headers=wording, executed=1)
    short, long = make.activity(short.plan), make.activity(short.plan)
    for body in BODIES:
        whole_ways.clear()
        answer = put(reporter, short, headers=wording, **body)
        assert whole_ways == (["PUT"] if json.loads(_plain(answer))["result"] == "unchanged" else [])
        assert told(answer) == told(put(reporter, long, INSIDE, wording, **body))
    assert entries(short) == entries(long) == [2, 3, None, 0, 1]


def _plain(answer: Any) -> bytes:
    return gzip.decompress(answer.content) if answer.headers.get("Content-Encoding") == "gzip" else answer.content


def test_the_whole_way_goes_first_for_each_manner(whole_ways):
    reporter, activity = reporting()
    whole_ways.clear()
    put(reporter, activity, executed=0)
    for turn in (1, 2):
        put(reporter, activity, headers={"Host": "127.0.0.1", "Accept": "*/*"}, executed=turn)
    assert whole_ways == ["PUT"]
    for _ in range(2):
        assert put(reporter, activity, headers={"Host": "otro.pe"}, executed=9).status_code == 400
    assert entries(activity) == [0, 1, 2]


def test_manners_that_are_thought_up_take_no_room(monkeypatch):
    monkeypatch.setattr(short_way, "_MOST", 5)
    reporter, activity = reporting()
    for turn in range(short_way._MOST + 5):
        put(reporter, activity, headers={"Accept": f"application/json, a/{turn}"}, executed=turn)
    assert len(short_way._known) <= short_way._MOST


UNKNOWN = [{"If-Match": "*"}, {"Idempotency-Key": "a"}, {"Cookie": "a=b"}, {"X-Something": "1"}]


@for_each("header", UNKNOWN)
def test_what_says_more_goes_the_whole_way(header, whole_ways):
    reporter, activity = reporting()
    whole_ways.clear()
    answers = [put(reporter, activity, headers=header, executed=2) for _ in range(2)]
    assert ([answer.status_code for answer in answers], whole_ways) == ([200, 200], ["PUT"] * 2)


@pytest.mark.parametrize("path", ["/api/v1/activities/{}/progress/1/?format=json", "/api/v1/activities/{}/"])
def test_so_do_a_query_and_other_addresses(path, whole_ways):
    reporter, activity = reporting()
    whole_ways.clear()
    for _ in range(2):
        where = path.format(activity.pk)
        AT_THE_DOOR.generic("PUT", where, b'{"executed": 2}', "application/json", headers=reporter.headers)
    assert whole_ways == ["PUT"] * 2


def test_what_is_not_said_to_be_json_is_refused():
    reporter, activity = reporting()
    path = f"/api/v1/activities/{activity.pk}/progress/1/"
    answer = AT_THE_DOOR.generic("PUT", path, b'{"executed": 2}', "text/plain", headers=reporter.headers)
    assert (answer.status_code, entries(activity)) == (415, [])


def test_and_what_a_transaction_is_under_way_for(whole_ways):
    reporter, activity = reporting()
    whole_ways.clear()
    with transaction.atomic():
        put(reporter, activity, executed=2)
    assert whole_ways == ["PUT"]


def test_a_view_with_a_permission_of_its_own_is_asked(monkeypatch, whole_ways):
    reporter, activity = reporting()

    class Nobody(HoldsRole):
        def has_permission(self, request: Any, view: Any) -> bool:
            return False

    monkeypatch.setattr(MonthViewSet, "permission_classes", [Nobody])
    assert (put(reporter, activity, executed=2).status_code, entries(activity)) == (403, [])


@for_each(
    ("body", "status", "code"),
    [
        ({"executed": -1}, 400, "invalid_quantity"),
        ({"executed": 5}, 400, "reason_required"),
        ({"executed": 2, "reason": "Fal\u200btó"}, 400, "invalid_text"),
        ({"executed": None}, 400, "reason_required"),
        ({"executed": 2, "entry_version": 7}, 412, "version_conflict"),
        ({"executed": 2, "another": 1}, 400, "unknown_field"),
    ],
)
def test_a_refusal_is_explained_and_writes_nothing(body, status, code):
    plan = open_plan(tolerance_percent=10)
    reporter, activity = reporting(plan)
    answer = put(reporter, activity, **body)
    assert [found for found, _ in refused(answer, status)] == [code]
    assert entries(activity) == []


@for_each("content", [b"", b"{", b"[]", b'{"executed": 2, "executed": 3}'])
def test_what_is_no_month_is_said_as_everywhere(content):
    reporter, activity = reporting()
    path = f"/api/v1/activities/{activity.pk}/progress/1/"
    here, inside = (
        client.generic("PUT", path, content, "application/json", headers=reporter.headers)
        for client in (AT_THE_DOOR, INSIDE)
    )
    assert (here.status_code, told(here)) == (400, told(inside))


@pytest.mark.parametrize(("role", "status"), [(Role.READER, 403), (None, 404)])
def test_who_may_not_is_refused(role, status):
    _, activity = reporting()
    caller = make.client(role, activity.unit) if role else make.client(Role.REPORTER, make.unit())
    for _ in range(2):  # before its key is noted, and after
        assert put(caller, activity, executed=2).status_code == status
    assert entries(activity) == []


def test_a_large_body_is_not_read_before_it_is_known_who_sends_it(monkeypatch):
    _, activity = reporting()
    caller = make.client()
    assert put(caller, activity, executed=2).status_code == 403  # its key is known from here on
    monkeypatch.setattr("poi_api.http.exact_json.loads", pytest.fail)
    assert put(caller, activity, executed=2, reason="x" * 200_000).status_code == 403
    assert entries(activity) == []


def test_a_wrong_key_is_refused():
    reporter, activity = reporting()
    assert put(reporter._replace(key=reporter.key + "x"), activity, executed=2).status_code == 401
    assert entries(activity) == []


LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
ENDS: list[tuple[dict[str, Any], int]] = [
    ({"revoked_at": LONG_AGO}, 401),
    ({"expires_at": LONG_AGO}, 401),
    ({"role": Role.READER}, 403),
]


@for_each(("end", "status"), ENDS)
def test_what_a_key_may_ends_at_once(end, status):
    reporter, activity = reporting()
    assert put(reporter, activity, executed=2).status_code == 200
    ApiClient.objects.filter(pk=reporter.client.pk).update(**end)
    assert put(reporter, activity, executed=3).status_code == status
    assert entries(activity) == [2]


def test_the_use_of_a_key_goes_on_being_noted(monkeypatch, whole_ways):
    reporter, activity = reporting()
    ClientUse.objects.all().delete()
    monkeypatch.setattr(lookup, "_noted", {})
    whole_ways.clear()
    for turn in range(3):
        put(reporter, activity, executed=turn)
    assert (ClientUse.objects.filter(client=reporter.client).exists(), whole_ways) == (True, ["PUT"])


@pytest.mark.parametrize(("failing", "written"), [("row_of", []), ("cursor_at", [2])])
def test_what_fails_is_said_and_not_tried_again(monkeypatch, whole_ways, failing, written):
    reporter, activity = reporting()
    whole_ways.clear()
    monkeypatch.setattr(short_way, failing, Mock(side_effect=OperationalError("gone")))
    answer = put(reporter, activity, executed=2)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (503, "unavailable")
    assert (entries(activity), whole_ways) == (written, [])


def test_a_failure_has_the_headers_that_it_has_the_whole_way(monkeypatch):
    reporter, activity = reporting()
    failing = Mock(side_effect=OperationalError("gone"))
    monkeypatch.setattr(short_way, "row_of", failing)
    monkeypatch.setattr(MonthViewSet, "initial", failing)
    short, whole = (told(put(reporter, activity, client, executed=2)) for client in (AT_THE_DOOR, INSIDE))
    assert (short, short[0]) == (whole, 503)


def test_it_is_a_change_set_of_its_own_that_says_who_and_which_request(whole_ways):
    reporter, activity = reporting()
    whole_ways.clear()
    before = ChangeSet.objects.latest("position").position or 0
    for turn in (1, 2):
        answer = put(reporter, activity, headers={"X-Request-Id": f"pedido-{turn}"}, executed=turn)
        made = ChangeSet.objects.latest("position")
        access = confirmed_by_key(reporter.key).access
        assert answer.headers["Change-Cursor"] == cursor_at(state_now().point, access)
        assert answer.headers[OF_EACH_REQUEST] == f"pedido-{turn}"
        assert (made.position, made.actor, made.cause) == (before + turn, f"client:{reporter.client.name}", "")
        assert (made.client_id, made.user_id, made.request_id) == (reporter.client.pk, None, f"pedido-{turn}")
        assert ProgressEntry.objects.latest("pk").change_set_id == made.pk
    assert whole_ways == []


def test_what_changes_nothing_takes_no_place():
    reporter, activity = reporting()
    first, second = (put(reporter, activity, executed=2) for _ in range(2))
    assert second.json()["result"] == "unchanged"
    assert second.headers["Change-Cursor"] == first.headers["Change-Cursor"]
