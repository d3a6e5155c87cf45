"""The door sends once more what the whole way sent, to whom it would send it; all else goes the whole way."""

import time
from datetime import timedelta
from typing import Any, cast

import pytest
from django.contrib.auth.models import User
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from activities.models import Activity
from poi_api.http import files
from poi_api.http.files import bytes_on_disk
from tests import factories as make
from tests.activities.submitting import open_plan
from tests.door import DoorClient, whole_ways_from_now_on
from tests.factories import Caller
from units.choices import Role
from units.models import ApiClient, ClientUse, Membership
from units.requests import door
from units.requests.door import Door

MATRIX = "/api/v1/reports/matrix/?year=2022"
_AT_THE_DOOR, _INSIDE = DoorClient(), Client()
OF_EACH_REQUEST = "X-Request-Id"


@pytest.fixture
def activity(committed: None) -> Activity:
    return make.activity(make.plan(make.institution("SAT")))


@pytest.fixture
def whole_ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return whole_ways_from_now_on(monkeypatch)


def ask(caller: Caller, path: str = MATRIX, method: str = "GET", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return _AT_THE_DOOR.generic(method, path, headers={**caller.headers, **named})


def told(answer: Any) -> Any:
    headers = {name: value for name, value in answer.headers.items() if name != OF_EACH_REQUEST}
    return answer.status_code, answer.content, headers


WORDINGS: list[dict[str, str]] = [
    {},
    {"Accept": "application/json, */*;q=0.1"},
    {"Accept": "text/csv, */*;q=0.1"},
    {"Accept_Encoding": "gzip, br"},
    {"Accept_Encoding": "gzip;q=0"},
    {"Host": "127.0.0.1:8000"},
    {"Origin": "https://tablero.gob.pe"},
    {"User_Agent": "tablero/1", "X_Forwarded_For": "10.0.0.1", "Sec_Fetch_Mode": "cors"},
]


@pytest.mark.parametrize("path", [MATRIX, f"{MATRIX}&format=csv", "/api/v1/activities/{}/progress/"])
def test_what_it_sends_is_what_the_whole_way_sends(
    activity: Activity, caller: Caller, whole_ways: list[str], path: str
) -> None:
    path = path.format(activity.pk)
    for wording in WORDINGS:
        ask(caller, path, **wording)
    for wording in WORDINGS:
        whole_ways.clear()
        named = {name.replace("_", "-"): value for name, value in wording.items()}
        inside = _INSIDE.get(path, headers={**caller.headers, **named})
        assert (told(ask(caller, path, **wording)), whole_ways) == (told(inside), []), wording
        known = wording | {"If_None_Match": inside["ETag"]}
        ask(caller, path, **known)
        whole_ways.clear()
        unchanged = _INSIDE.get(path, headers={**caller.headers, **named, "If-None-Match": inside["ETag"]})
        assert (told(ask(caller, path, **known)), whole_ways) == (told(unchanged), []), wording
        assert unchanged.status_code == 304, wording


def test_who_names_a_format_in_accept_gets_it(caller: Caller) -> None:
    types = ["application/json", "text/csv"] * 3
    answers = [ask(caller, Accept=f"{wanted}, */*;q=0.1") for wanted in types]
    assert [answer["Content-Type"].partition(";")[0] for answer in answers] == types


def test_another_site_s_page_is_told_that_it_may_read_and_no_other_is(caller: Caller, settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS, settings.CORS_URLS_REGEX = ["https://tablero.gob.pe"], r"^/api/"
    settings.MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware", *settings.MIDDLEWARE]
    client = DoorClient(Door(WSGIHandler()))
    allowed = [
        client.get(MATRIX, headers=caller.headers | {"Origin": f"https://{site}"}).get("Access-Control-Allow-Origin")
        for site in ("tablero.gob.pe", "otro.pe") * 3
    ]
    assert allowed == ["https://tablero.gob.pe", None] * 3


UNKNOWN = [{"If_Match": "*"}, {"Range": "bytes=0-1"}, {"Cookie": "a=b"}, {"X_Something": "1"}, {"If_None_Match": '"a"'}]


def test_what_is_not_known_not_to_matter_goes_the_whole_way(caller: Caller, whole_ways: list[str]) -> None:
    ask(caller)
    for header in UNKNOWN:
        whole_ways.clear()
        for _ in range(3):
            assert ask(caller, **header).status_code == 200, header
        assert whole_ways == ["GET"] * 3, header


def test_what_is_passed_by_decides_nothing(caller: Caller) -> None:
    plain = _INSIDE.get(MATRIX, headers=caller.headers)
    for name in door._IDLE:
        said = _INSIDE.get(MATRIX, headers=caller.headers | {name.replace("_", "-"): "en"})
        assert told(said) == told(plain), name


def test_so_do_other_methods_and_bodies(caller: Caller, whole_ways: list[str]) -> None:
    ask(caller)
    whole_ways.clear()
    answers = [ask(caller, method=method) for method in ("HEAD", "OPTIONS", "POST")]
    answers.append(_AT_THE_DOOR.generic("GET", MATRIX, b"{}", "application/json", headers=caller.headers))
    assert [answer.status_code for answer in answers] == [200, 204, 405, 400]
    assert whole_ways == ["HEAD", "OPTIONS", "POST", "GET"]


def test_and_people(caller: Caller, whole_ways: list[str]) -> None:
    """They are sent more headers, and a machine with the same rights is not sent those."""
    person = User.objects.create_user("ana")
    Membership.objects.create(user=person, role=Role.READER)
    client = DoorClient()
    client.force_login(person)
    for _ in range(3):
        assert "Content-Security-Policy" in client.get(MATRIX)
        assert "Content-Security-Policy" not in ask(caller)
    assert whole_ways == ["GET"] * 4


def test_who_is_not_known_is_refused_as_everywhere(caller: Caller) -> None:
    ask(caller)
    for said in ("", "Basic YTpi", "Api-Key x", "Api-Key poi_00000000_x"):
        headers = {"Authorization": said} if said else {}
        refused, inside = (client.get(MATRIX, headers=headers) for client in (_AT_THE_DOOR, _INSIDE))
        assert (refused.status_code, told(refused)) == (401, told(inside)), said


def test_a_key_that_ended_is_refused_at_once(activity: Activity) -> None:
    soon = timezone.now() + timedelta(seconds=1)
    revoked, expiring = make.client(), make.client(expires_at=soon)
    assert [ask(caller).status_code for caller in (revoked, expiring, revoked, expiring)] == [200] * 4
    ApiClient.objects.filter(pk=revoked.client.pk).update(revoked_at=timezone.now())
    assert [ask(caller).status_code for caller in (revoked, expiring, expiring)] == [401, 200, 200]
    time.sleep(max(0.0, (soon - timezone.now()).total_seconds()))
    assert ask(expiring).status_code == 401  # though nothing has changed


def test_each_answer_is_called_by_its_own_request(caller: Caller, whole_ways: list[str]) -> None:
    ask(caller)
    names = [ask(caller)[OF_EACH_REQUEST] for _ in range(3)]
    assert (len({*names}), {len(name) for name in names}) == (3, {32})
    assert ask(caller, X_Request_Id="mine-1")[OF_EACH_REQUEST] == "mine-1"
    assert len(ask(caller, X_Request_Id="{no}")[OF_EACH_REQUEST]) == 32
    assert whole_ways == ["GET"]


def test_the_use_of_the_key_is_noted(caller: Caller, whole_ways: list[str]) -> None:
    another = make.client()
    for each in (caller, another):
        ask(each)
    assert (ClientUse.objects.filter(client=another.client).exists(), whole_ways) == (True, ["GET"])


def test_nobody_is_looked_up_who_comes_to_a_wrong_host(caller: Caller) -> None:
    ask(caller)
    another = make.client()
    assert ask(another, Host="otro.pe").status_code == 400
    assert not ClientUse.objects.filter(client=another.client).exists()


def looked_up(statements: CaptureQueriesContext) -> int:
    return sum("key_hash" in each["sql"] for each in statements)


def test_the_key_is_looked_up_once_whichever_way_it_goes(activity: Activity, caller: Caller) -> None:
    for _ in range(2):
        make.entry(activity)
        with CaptureQueriesContext(connection) as statements:
            ask(caller)
        assert looked_up(statements) == 1
        activity = make.activity(activity.plan)
    for path in (MATRIX, "/api/v1/units/"):
        with CaptureQueriesContext(connection) as statements:
            ask(caller, path)
        assert looked_up(statements) == 1


def test_a_connection_that_went_is_made_anew(caller: Caller, whole_ways: list[str]) -> None:
    before, link = ask(caller), connection.connection
    cast(Any, connection).health_check_done = True  # as whoever served the last request leaves it
    link.close()
    assert told(ask(caller)) == told(before)
    assert (connection.connection is link, whole_ways) == (False, ["GET"] * 2)
    assert (told(ask(caller)), whole_ways) == (told(before), ["GET"] * 2)


def test_so_is_it_for_a_write(committed: None, whole_ways: list[str], same_minute: None) -> None:
    plan = open_plan()
    reporter, path = make.client(Role.REPORTER, plan.institution), f"/api/v1/activities/{make.activity(plan).pk}"

    def report(month: int) -> int:
        sent = b'{"executed": 1}', "application/json"
        return _AT_THE_DOOR.generic("PUT", f"{path}/progress/{month}/", *sent, headers=reporter.headers).status_code

    assert report(1) == 200
    whole_ways.clear()
    link: Any = connection.connection
    cast(Any, connection).health_check_done = True
    link.close()
    assert (report(2), whole_ways) == (200, [])


def test_a_file_that_is_too_large_is_shared_on_the_whole_way(
    activity: Activity, settings: Settings, monkeypatch: pytest.MonkeyPatch, whole_ways: list[str]
) -> None:
    settings.ANSWER_MEMORY_BYTES = 40_000
    monkeypatch.setattr(files, "_BLOCK", 1)
    for code in ("B", "C"):
        make.activity(activity.plan, activity.unit, code=code)
    caller, path = make.client(), "/api/v1/exports/months/?year=2022&format=csv"
    read_later = _INSIDE.get(path, headers=caller.headers)
    given = [ask(caller, path).content for _ in range(3)]
    assert len(given[0]) == bytes_on_disk()
    assert given == [read_later.getvalue()] * 3
    assert whole_ways == ["GET"] * 3
