"""What a browser may do with an answer: a page loads what is from here, and data does nothing at all."""

from typing import Any

import pytest
from django.test import Client

from tests import factories as make
from tests.in_one_state import for_each
from units.choices import Role

pytestmark = pytest.mark.django_db
HEADER = "Content-Security-Policy"
SELF = {"'self'"}
NOTHING = {"'none'"}


def policy(answer: Any) -> dict[str, set[str]]:
    directives = [part.split() for part in answer[HEADER].split(";")]
    return {name: set(values) for name, *values in directives}


@pytest.fixture
def browser() -> Client:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    person = make.person(Role.PLANNER)
    client.force_login(person)
    return client


@for_each(
    ("method", "path", "status"),
    [
        ("get", "/api/docs/", 200),
        ("get", "/", 200),
        ("get", "/cuenta/contrasena/", 200),
        ("get", "/cuenta/salir/", 200),
        ("post", "/cuenta/salir/", 403),
    ],
)
def test_a_page_loads_what_is_from_here_and_runs_nothing_within_it(
    browser: Client, method: str, path: str, status: int
) -> None:
    answer = getattr(browser, method)(path)
    assert answer.status_code == status
    assert policy(answer) == {
        "default-src": NOTHING,
        "script-src": SELF,
        "style-src": SELF,
        "img-src": {"'self'", "data:"},
        "connect-src": SELF,
        "form-action": SELF,
        "frame-ancestors": NOTHING,
        "base-uri": NOTHING,
        "object-src": NOTHING,
    }
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


@for_each("path", ["/api/v1/units/", "/api/v1/nothing/", "/api/schema/", "/nothing", "/api/docs/?x=1"])
def test_data_does_nothing(browser: Client, path: str) -> None:
    answer = browser.get(path)
    assert policy(answer) == dict.fromkeys(["default-src", "base-uri", "form-action", "frame-ancestors"], NOTHING)
    assert "Permissions-Policy" not in answer


def test_so_does_a_failure_of_ours(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allauth.account.views.LogoutView.get", lambda *_: 1 / 0)
    answer = browser.get("/cuenta/salir/")
    assert answer.status_code == 500
    assert policy(answer)["default-src"] == NOTHING


def test_a_drawing_has_the_styles_within_it_and_runs_nothing(browser: Client) -> None:
    make.plan()
    answer = browser.get("/api/v1/reports/execution/chart/?year=2022")
    assert answer["Content-Type"].startswith("image/svg+xml")
    found = policy(answer)
    assert found["default-src"] == NOTHING
    assert found["sandbox"] == set()
    assert "script-src" not in found


def test_an_answer_to_a_key_has_none_which_no_browser_sends_by_itself() -> None:
    answer = Client().get("/api/v1/units/", headers=make.client().headers)
    assert answer.status_code == 200
    assert HEADER not in answer
