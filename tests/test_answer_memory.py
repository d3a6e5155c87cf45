"""Answers that are sent again from memory are what a new computation would answer (docs/decisions/0013)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from rest_framework.permissions import BasePermission
from rest_framework.throttling import BaseThrottle

from activities.models import Activity, Plan
from poi_api.database.clock import today
from reports.views import MatrixView
from tests import factories as make
from tests.days import let_it_be
from tests.door import DoorClient
from tests.factories import Caller
from tests.searching import a_third
from tests.states import forget_answers
from units.choices import Role
from units.models import ApiClient, Unit
from units.requests.answer_memory import MEMORY

_CLIENT = DoorClient()
MATRIX = "/reports/matrix/"
PATHS = [
    (MATRIX, {}),
    (MATRIX, {"format": "csv"}),
    (MATRIX, {"institution": "SAT", "version": "initial"}),
    ("/reports/execution/", {"group_by": "unit,quarter"}),
    ("/reports/execution/", {"format": "csv"}),
    ("/reports/poi/", {"institution": "SAT"}),
    ("/reports/poi/", {"institution": "SAT", "format": "csv"}),
    ("/reports/completeness/", {}),
    ("/reports/alerts/", {}),
    ("/reports/execution/chart/", {"within": "U1"}),
    ("/exports/months/", {}),
    ("/exports/months/", {"format": "jsonl"}),
]


@pytest.fixture
def activity(committed: None) -> Activity:
    """An activity of SAT's U1; another institution, OTRA, has one of its own."""
    activity = make.activity(make.plan(make.institution("SAT")), make.unit(Unit.objects.get(code="SAT"), "U1"))
    make.activity(
        make.plan(make.institution("OTRA")), None, None, None, None, activity.mef_activity, activity.measurement_unit
    )
    make.entry(activity)
    return activity


@pytest.fixture
def other(activity: Activity) -> Activity:
    return Activity.objects.get(plan__institution__code="OTRA")


def read(caller: Caller, path: str = MATRIX, headers: Any = None, **query: Any) -> tuple[Any, list[str]]:
    """Return an answer with its body read, and the statements that it took."""
    year = {} if path.startswith("/activities/") else {"year": 2022}
    with CaptureQueriesContext(connection) as captured:
        answer: Any = _CLIENT.get(f"/api/v1{path}", {**year, **query}, headers={**caller.headers, **(headers or {})})
        answer.body = answer.getvalue()
    return answer, [query["sql"] for query in captured]


def is_made(statements: list[str]) -> bool:
    return any("activities_activity" in statement for statement in statements)


def told(answer: Any) -> Any:
    names = ("Content-Type", "Content-Disposition", "ETag", "Change-Cursor", "Cache-Control", "Vary", "Allow")
    return answer.status_code, answer.body, [answer.get(name) for name in names]


def test_the_same_is_sent_again_for_one_small_statement(activity: Activity) -> None:
    caller = make.client()
    for path, query in PATHS:
        first, statements = read(caller, path, **query)
        assert (first.status_code, len(statements) > 1) == (200, True), (path, query)
        again, statements = read(caller, path, **query)
        assert told(again) == told(first), (path, query)
        assert len(statements) == 1, (path, query)
        unchanged, statements = read(caller, path, {"If-None-Match": first["ETag"]}, **query)
        assert (unchanged.status_code, unchanged.body, len(statements)) == (304, b"", 1), (path, query)


def test_so_are_the_figures_of_an_activity(activity: Activity) -> None:
    caller, path = make.client(), f"/activities/{activity.pk}/progress/"
    first, _ = read(caller, path)
    again, statements = read(caller, path)
    assert (told(again), len(statements)) == (told(first), 1)


def test_to_another_who_may_see_the_same_too(activity: Activity) -> None:
    one, another = (make.client(Role.READER, activity.unit) for _ in range(2))
    first, _ = read(one)
    again, statements = read(another)
    assert (told(again), is_made(statements)) == (told(first), False)


@pytest.mark.parametrize(("first_turn", "role"), list(enumerate([None, "SAT", "U1"])))
def test_what_happens_in_another_institution_leaves_the_etag_and_the_memory(
    activity: Activity, other: Activity, first_turn: int, role: str | None
) -> None:
    caller = make.client(Role.READER, Unit.objects.get(code=role) if role else None)
    for turn, (path, query) in enumerate(a_third(PATHS, first_turn)):
        asked = query if "within" in query else {**query, "institution": "SAT"}
        first, _ = read(caller, path, **asked)
        make.entry(other)
        Plan.objects.filter(pk=other.plan_id).update(green_from=99 - turn % 2)
        Unit.objects.filter(pk=other.unit_id).update(name=f"Otro nombre {turn}")
        again, statements = read(caller, path, **asked)
        assert (again.body, again["ETag"], is_made(statements)) == (first.body, first["ETag"], False), (path, query)
        assert again["Change-Cursor"] == first["Change-Cursor"], (path, query)
        assert read(caller, path, {"If-None-Match": first["ETag"]}, **asked)[0].status_code == 304, (path, query)
        make.entry(activity)
        later, _ = read(caller, path, **asked)
        assert later["ETag"] != first["ETag"], (path, query)


CHANGES: dict[str, Callable[[Activity], Any]] = {
    "a figure": lambda activity: make.entry(activity, 2),
    "the plan's bands": lambda activity: Plan.objects.filter(pk=activity.plan_id).update(green_from=99, amber_from=98),
    "a unit's name": lambda activity: Unit.objects.filter(pk=activity.unit_id).update(name="Otro nombre"),
    "a catalogue": lambda activity: type(activity.mef_activity).objects.update(name="Otra"),
    "a target": lambda activity: make.target(activity, [9] * 12),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("place", [None, "SAT", "U1"])
def test_what_changed_is_answered_anew(activity: Activity, change: str, place: str | None) -> None:
    caller = make.client(Role.READER, Unit.objects.get(code=place) if place else None)
    for query in ({}, {"institution": "SAT"}, {"unit": "U1"}):
        before, _ = read(caller, **query)
    CHANGES[change](activity)
    for query in ({}, {"institution": "SAT"}, {"unit": "U1"}):
        after, _ = read(caller, **query)
        forget_answers()
        computed, _ = read(caller, **query)
        assert told(after) == told(computed)
        assert after.body != before.body


def test_two_scopes_are_answered_their_own(activity: Activity) -> None:
    sat, elsewhere = (make.client(Role.READER, Unit.objects.get(code=code)) for code in ("SAT", "OTRA"))
    assert [read(caller)[0].json()["results"][0]["institution"]["code"] for caller in (sat, elsewhere, sat)] == [
        "SAT",
        "OTRA",
        "SAT",
    ]


def test_the_same_bytes_are_right_on_every_host(activity: Activity) -> None:
    make.activity(activity.plan, activity.unit, None, None, None, activity.mef_activity, activity.measurement_unit)
    caller = make.client()
    here, there = (
        Client().get(
            f"/api/v1{MATRIX}?year=2022&limit=1", headers={**caller.headers, "Host": host}, secure=host != "localhost"
        )
        for host in ("localhost", "127.0.0.1")
    )
    assert here.content == there.content
    assert here.json()["next"].startswith("/api/v1/reports/matrix/?limit=1&page=")


def test_what_leaves_the_caller_s_sight_is_gone(activity: Activity) -> None:
    caller, path = make.client(Role.READER, activity.unit), f"/activities/{activity.pk}/progress/"
    assert [read(caller, path)[0].status_code, len(read(caller)[0].json()["results"])] == [200, 1]
    Activity.objects.filter(pk=activity.pk).update(unit=make.unit(activity.plan.institution, "U2"))
    assert [read(caller, path)[0].status_code, read(caller)[0].json()["results"]] == [404, []]


def test_a_unit_that_moves_away_takes_its_activities_along(activity: Activity) -> None:
    organ = make.organ(activity.plan.institution, "O1")
    Unit.objects.filter(pk=activity.unit_id).update(parent=organ)
    caller = make.client(Role.READER, organ)
    assert len(read(caller, institution="SAT")[0].json()["results"]) == 1
    Unit.objects.filter(pk=activity.unit_id).update(parent=activity.plan.institution)
    assert read(caller, institution="SAT")[0].json()["results"] == []


def test_a_revoked_key_and_another_role_count_at_once(activity: Activity) -> None:
    caller = make.client()
    assert read(caller)[0].status_code == 200
    ApiClient.objects.filter(pk=caller.client.pk).update(unit=Unit.objects.get(code="OTRA"))
    assert [row["institution"]["code"] for row in read(caller)[0].json()["results"]] == ["OTRA"]
    ApiClient.objects.filter(pk=caller.client.pk).update(revoked_at=timezone.now())
    assert read(caller)[0].status_code == 401


def test_a_code_that_names_nothing_any_more_is_refused_and_one_that_names_another_is_answered_anew(
    activity: Activity,
) -> None:
    caller = make.client()
    assert read(caller, institution="SAT")[0].json()["count"] == 1
    sat = Unit.objects.get(code="SAT")
    Unit.objects.filter(pk=sat.pk).update(code="ANTES")
    assert read(caller, institution="SAT")[0].status_code == 400
    Unit.objects.filter(code="OTRA").update(code="SAT")
    [row] = read(caller, institution="SAT")[0].json()["results"]
    assert row["institution"]["id"] != sat.pk


def test_bare_bytes_in_an_address_are_what_they_mean_encoded(activity: Activity) -> None:
    """Read as UTF-8, kept and linked as Latin-1, they would be another code's."""
    Unit.objects.filter(pk=activity.unit_id).update(code="É")
    headers, start = make.client().headers, f"/api/v1{MATRIX}?year=2022&limit=1&offset=1&unit="
    bare, encoded, latin = (Client().get(start + code, headers=headers) for code in ("É", "%C3%89", "%C3%83%C2%89"))
    assert [answer.status_code for answer in (bare, encoded, latin)] == [200, 200, 400]
    assert (bare.content, bare["ETag"]) == (encoded.content, encoded["ETag"])
    assert "unit=%C3%89" in bare.json()["previous"]


def test_another_day_is_another_answer(activity: Activity, monkeypatch: pytest.MonkeyPatch) -> None:
    caller, path = make.client(), "/reports/completeness/"
    first, _ = read(caller, path)
    let_it_be(monkeypatch, today().replace(year=2199))
    later, statements = read(caller, path)
    assert (later.json()["due_by"][:4], later["ETag"] == first["ETag"], is_made(statements)) == ("2199", False, True)


def test_within_a_transaction_nothing_is_kept_or_relied_on(activity: Activity) -> None:
    caller = make.client()
    before, _ = read(caller)
    with transaction.atomic():
        make.entry(activity, 3)
        inside, statements = read(caller)
        assert is_made(statements)
        assert inside.body != before.body
        transaction.set_rollback(True)
    after, statements = read(caller)
    assert (told(after), is_made(statements)) == (told(before), False)


class Never(BasePermission, BaseThrottle):
    def has_permission(self, *_: Any) -> bool:
        return False

    def allow_request(self, *_: Any) -> bool:
        return False

    def wait(self) -> None:
        return None


@pytest.mark.parametrize(("policy", "status"), [("permission_classes", 403), ("throttle_classes", 429)])
def test_an_answer_is_looked_up_after_permission_and_throttle(
    activity: Activity, monkeypatch: pytest.MonkeyPatch, policy: str, status: int
) -> None:
    caller = make.client()
    etag = read(caller)[0]["ETag"]
    monkeypatch.setattr(MatrixView, policy, [Never])
    for headers in ({}, {"If-None-Match": etag}):
        answer, statements = read(caller, MATRIX, headers)
        assert (answer.status_code, is_made(statements)) == (status, False)


def test_what_fails_or_is_refused_is_not_kept(activity: Activity) -> None:
    caller = make.client()
    for query in ({"institution": "X"}, {"limit": "x"}, {"format": "xml"}):
        read(caller, **query)
    read(caller, "/activities/1000000/progress/")
    assert MEMORY.size == 0


class TestBounds:
    def ask(self, count: int) -> None:
        caller = make.client()
        for offset in range(count):
            assert read(caller, offset=offset)[0].status_code == 200

    def test_what_is_too_large_is_answered_and_not_kept(self, activity: Activity, settings: Settings) -> None:
        settings.ANSWER_MEMORY_BYTES = 1000
        self.ask(2)
        for format in ("json", "csv"):
            assert read(make.client(), format=format)[0].status_code == 200
        assert MEMORY.size == 0

    def test_none_is_kept_where_there_is_no_memory(self, activity: Activity, settings: Settings) -> None:
        settings.ANSWER_MEMORY_BYTES = 0
        self.ask(2)
        assert read(make.client(), format="csv")[0].status_code == 200
        assert MEMORY.size == 0
