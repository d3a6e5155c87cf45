"""A request of a session that does not show whose it is is told what to do, over the API and on a page."""

import re
from typing import Any

import pytest
from django.test import Client

from tests import factories as make
from tests.api import refused
from tests.in_one_state import for_each
from units.choices import Role

pytestmark = pytest.mark.django_db
TOKEN = "t" * 32


@pytest.fixture
def browser() -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make.person(Role.PLANNER))
    return client


@for_each(
    ("cookie", "sent", "said"),
    [
        (False, {}, "Falta la cookie «csrftoken»"),
        (True, {}, "Falta la cabecera X-CSRFToken"),
        (True, {"X-CSRFToken": "corto"}, "no es el de la cookie"),
        (True, {"X-CSRFToken": "u" * 32}, "no es el de la cookie"),
        (True, {"X-CSRFToken": TOKEN, "Origin": "https://evil.example"}, "El origen de la solicitud"),
    ],
)
def test_a_program_is_told_what_is_missing(browser: Client, cookie: bool, sent: dict[str, str], said: str) -> None:
    if cookie:
        browser.cookies["csrftoken"] = TOKEN
    answer = browser.post("/api/v1/units/", {}, "application/json", headers=sent)
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    (error,) = answer.json()["errors"]
    assert error["code"] == "csrf_failed"
    assert said in error["detail"]
    assert error["detail"] == answer.json()["detail"]


@for_each("referer", [None, "http://testserver/", "https://evil.example/", "https://[evil"])
def test_over_https_a_wrong_referer_is_a_wrong_origin(browser: Client, referer: str | None) -> None:
    browser.cookies["csrftoken"] = TOKEN
    headers = {"X-CSRFToken": TOKEN, **({"Referer": referer} if referer else {})}
    answer = browser.post("/api/v1/units/", {}, "application/json", headers=headers, secure=True)
    assert "El origen de la solicitud" in answer.json()["detail"]


def test_with_the_token_it_is_done(browser: Client) -> None:
    browser.cookies["csrftoken"] = TOKEN
    body: Any = {"code": "SAT", "name": "SAT LIMA", "kind": "institution", "parent": None}
    answer = browser.post("/api/v1/units/", body, "application/json", headers={"X-CSRFToken": TOKEN})
    assert answer.status_code == 201


@pytest.mark.parametrize(("path", "status"), [("/progress/sheet/", 400), ("/progress/batch/", 415)])
def test_the_token_is_taken_from_its_header_alone(browser: Client, path: str, status: int) -> None:
    browser.cookies["csrftoken"] = TOKEN
    answer = browser.post(f"/api/v1{path}", {"csrfmiddlewaretoken": TOKEN})
    assert refused(answer, 403) == [("csrf_failed", None)]
    with_both = browser.post(f"/api/v1{path}", {"csrfmiddlewaretoken": "u" * 32}, headers={"X-CSRFToken": TOKEN})
    assert with_both.status_code == status  # it is read by the view


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_a_body_is_read_once_it_is_known_who_may_send_it(browser: Client, kind: str) -> None:
    """Of 403 and what is wrong with the body the first is answered (api.md, "Errors")."""
    browser.force_login(make.person(Role.READER))
    browser.cookies["csrftoken"] = TOKEN
    answer = browser.post("/api/v1/progress/batch/", "{", kind, headers={"X-CSRFToken": TOKEN})
    assert refused(answer, 403) == [("permission_denied", None)]


def test_who_does_as_it_is_told_gets_there(browser: Client) -> None:
    told = browser.post("/api/v1/units/", {}, "application/json")
    page = re.search(r"pida primero una página, como (\S+),", told.json()["detail"])
    assert page
    token = browser.get(page[1]).cookies["csrftoken"].value
    answer = browser.post("/api/v1/units/", {}, "application/json", headers={"X-CSRFToken": token})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "required")


@pytest.mark.parametrize(
    ("cookie", "headers", "said"),
    [
        (False, {}, "permita las cookies"),
        (True, {}, "recárguela"),
        (True, {"X-CSRFToken": "u" * 32}, "ya no vale"),
        (True, {"Origin": "https://evil.example"}, "desde otra dirección"),
    ],
)
@pytest.mark.parametrize("path", ["/cuenta/entrar/", "/cuenta/salir/", "/cuenta/contrasena/"])
def test_a_form_is_answered_with_a_page(
    browser: Client, path: str, cookie: bool, headers: dict[str, str], said: str
) -> None:
    if cookie:
        browser.cookies["csrftoken"] = TOKEN
    answer = browser.post(path, {"login": "a", "password": "b"}, headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (403, "text/html; charset=utf-8")
    page = answer.content.decode()
    assert "El formulario no se envió" in page
    assert said in page


def test_a_log_in_without_a_token_is_neither_counted_nor_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("units.pages.refusals.attempt", lambda *_: pytest.fail("looked at"))
    answer = Client(enforce_csrf_checks=True).post("/cuenta/entrar/", {"login": "a", "password": "b"})
    assert answer.status_code == 403
