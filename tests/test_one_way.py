"""Every request of every address goes one way: what its view refuses is refused, and what fails is said once."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from rest_framework.permissions import BasePermission
from rest_framework.throttling import BaseThrottle

from poi_api.http.lean_view import LeanView
from tests import factories as make
from tests.operations import OPERATIONS
from tests.routes import NOTHING, Route, filled, routes
from tests.searching import a_third
from units.choices import Role

pytestmark = pytest.mark.django_db
_CLIENT = Client(raise_request_exception=False)  # a new one loads the middleware again
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
WAYS: list[dict[str, Any]] = [
    {},
    {"headers": {"Accept": "application/json"}},
    {"headers": {"Accept": "text/csv, */*;q=0.1"}},
    {"headers": {"If-None-Match": "*"}},
    {"headers": {"If-Match": "*", "Idempotency-Key": "a"}},
    {"query_params": {"format": "json"}},
    {"query_params": {"year": "2022"}},
    {"data": b'{"executed": 1}', "content_type": "application/json"},
]


class Never(BasePermission):
    def has_permission(self, *_: Any) -> bool:
        return False


class TooOften(BaseThrottle):
    def allow_request(self, *_: Any) -> bool:
        return False

    def wait(self) -> float:
        return 7


@pytest.fixture(scope="module")
def every_route() -> list[Route]:
    return routes()


def ask(route: Route, method: str, caller: make.Caller, way: dict[str, Any]) -> Any:
    headers = {**caller.headers, **way.get("headers", {})}
    if method in ("GET", "HEAD", "OPTIONS"):  # a body of theirs is refused before anybody is asked
        way = {name: said for name, said in way.items() if name not in ("data", "content_type")}
    return _CLIENT.generic(method, route.address, **{**way, "headers": headers})


def test_all_that_the_api_offers_is_among_the_routes(every_route: list[Route]) -> None:
    known = {(method, route.address) for route in every_route for method in route.handlers}
    offered = {(method, filled(f"/api/v1{path}")) for method, path in OPERATIONS}
    assert known == offered | {("GET", f"/api/{path}") for path in ("schema/", "docs/", f"docs/{NOTHING}.md")}


def test_every_view_goes_the_one_way_and_none_turns_off_it(every_route: list[Route]) -> None:
    for route in every_route:
        assert issubclass(route.view, LeanView), route
        for step in ("dispatch", "initial", "get_authenticators", "get_permissions", "get_throttles"):
            assert getattr(route.view, step) is getattr(LeanView, step), (route, step)


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize(
    ("policy", "refusing", "status"),
    [("throttle_classes", TooOften, 429), ("permission_classes", Never, 403)],
    ids=["throttle", "permission"],
)
def test_what_a_view_refuses_is_refused_whatever_is_said(
    every_route: list[Route],
    monkeypatch: pytest.MonkeyPatch,
    way: dict[str, Any],
    policy: str,
    refusing: type,
    status: int,
) -> None:
    caller = make.client(Role.PLANNER)
    for route in every_route:
        monkeypatch.setattr(route.view, policy, [refusing])
    answers = {
        (method, route.address): ask(route, method, caller, way)
        for turn, route in enumerate(every_route, WAYS.index(way))
        for method in a_third(METHODS, turn)
    }
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, status)
    assert {answer["Content-Type"] for answer in answers.values()} == {"application/problem+json"}
    if status == 429:
        assert {answer["Retry-After"] for answer in answers.values()} == {"7"}


@pytest.mark.parametrize(
    ("error", "status"), [(ZeroDivisionError("secreto"), 500), (OperationalError("secreto"), 503)], ids=["500", "503"]
)
def test_what_fails_is_logged_once_and_is_a_problem(
    every_route: list[Route],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
) -> None:
    caller, tried = make.client(Role.PLANNER), []

    def fail(*_: Any, **__: Any) -> None:
        tried.append(1)
        raise error

    for route in every_route:
        for handler in route.handlers.values():
            monkeypatch.setattr(route.view, handler, fail)
    for route in every_route:
        for method in route.handlers:
            caplog.clear()
            tried.clear()
            answer = ask(route, method, caller, WAYS[-1] if method == "PUT" else {})
            assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), route
            assert "secreto" not in answer.content.decode()
            assert len(tried) == 1, route
            (record,) = caplog.records
            # Only of our own faults it is told where they happened
            assert (record.exc_info and record.exc_info[1]) == (error if status == 500 else None), route


def test_a_format_that_there_is_not_is_refused_after_what_is_not_there(every_route: list[Route]) -> None:
    caller = make.client(Role.PLANNER)
    for route in every_route:
        if not route.address.startswith("/api/v1/"):
            continue
        expected = 404 if NOTHING in route.address else 400
        for method in route.handlers:
            answer = ask(route, method, caller, {"query_params": {"format": "xml"}})
            assert answer.status_code == expected, (method, route.address, answer.content.decode())
