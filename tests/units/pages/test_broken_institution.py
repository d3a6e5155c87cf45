"""Whatever an institution's log-in answers, a person reads what to do, and the log says what was wrong."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from tests.in_one_state import for_each
from tests.units.pages.broken_institution import Answered, answering, document, said
from tests.units.pages.coming_in import is_in
from tests.units.pages.institution import BACK, ENTER, way
from units.access.attempts import STARTS
from units.models import LoginAttempts

pytestmark = pytest.mark.django_db
DISCOVERY, TOKEN = "/.well-known/openid-configuration", "/token"


@pytest.fixture
def answers() -> dict[str, Answered]:
    return {}


@pytest.fixture
def issuer(answers: dict[str, Answered], settings: Any) -> Iterator[str]:
    cache.clear()
    with answering(answers) as found:
        answers[DISCOVERY] = said(document(found))
        settings.OIDC_ISSUER, settings.OIDC_NAME = found, "Keycloak del MEF"
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "poi", "secreto"
        yield found
    cache.clear()


def is_told(answer: Any, caplog: Any) -> bool:
    """Tell whether a page says what to do and the log what was wrong."""
    assert (answer.status_code, "no entiende" in answer.content.decode()) == (502, True)
    return "is not to be used" in caplog.text


@pytest.mark.parametrize(
    "answered",
    [
        (200, "text/html", b"<h1>Mantenimiento</h1>"),
        (200, "application/json", b""),
        (200, "application/json", b"\xff\xfe"),
        said({}, 404),
        said({}, 500),
        *map(said, ([], "x", 5, None, {})),
    ],
)
def test_a_document_that_is_none(issuer: str, answers: dict[str, Answered], answered: Answered, caplog: Any) -> None:
    answers[DISCOVERY] = answered
    assert is_told(Client().post(ENTER), caplog)


@pytest.mark.parametrize("place", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize("says", [None, "", 5, [], "javascript:alert(1)", "/authorize"])
def test_a_document_without_a_place(
    issuer: str, answers: dict[str, Answered], place: str, says: Any, caplog: Any
) -> None:
    answers[DISCOVERY] = said(document(issuer, **{place: says}))
    assert is_told(Client().post(ENTER), caplog)
    assert place in caplog.text


def test_it_is_asked_again_as_soon_as_it_is_right(issuer: str, answers: dict[str, Answered]) -> None:
    answers[DISCOVERY] = said([])
    assert Client().post(ENTER).status_code == 502
    answers[DISCOVERY] = said(document(issuer))
    assert Client().post(ENTER).status_code == 200


def sent_back(browser: Client) -> str:
    """Return the address to which one comes back with a code."""
    state = parse_qs(urlsplit(way(browser.post(ENTER)).address).query)["state"][0]
    return f"{BACK}?code=x&state={state}"


@pytest.mark.parametrize(
    "answered",
    [
        (200, "", b"{}x"),
        (200, "application/json", b"{"),
        said({"access_token": "x"}),
        said({"access_token": "x", "id_token": "a.b.c", "expires_in": "mañana"}),
        said(5),
    ],
)
def test_an_answer_to_the_code_that_is_none(
    issuer: str, answers: dict[str, Answered], answered: Answered, caplog: Any
) -> None:
    browser = Client()
    back = sent_back(browser)
    answers[TOKEN] = answered
    assert is_told(browser.get(back), caplog)
    assert not is_in(browser)


@for_each(
    "answered",
    [
        said([]),
        said({"error": "invalid_grant"}, 400),
        said({"access_token": "x", "id_token": 5}),
        said({"access_token": "x", "id_token": "a.b.c"}),
    ],
)
def test_an_answer_to_the_code_that_says_nobody(issuer: str, answers: dict[str, Answered], answered: Answered) -> None:
    browser = Client()
    back = sent_back(browser)
    answers[TOKEN] = answered
    assert browser.get(back).status_code in (400, 502)
    assert not is_in(browser)


def test_what_the_institution_says_that_is_wrong_is_in_the_log_in_one_line(issuer: str, caplog: Any) -> None:
    browser = Client()
    state = sent_back(browser).partition("&")[2]
    assert browser.get(f"{BACK}?error=invalid_scope&error_description=a%0AERROR+b&{state}").status_code == 400
    (line,) = caplog.messages
    assert line.endswith(r"failed: {'error': 'invalid_scope', 'error_description': 'a\nERROR b'}")


def test_who_comes_back_while_it_is_away_reads_so(issuer: str, answers: dict[str, Answered], settings: Any) -> None:
    browser = Client()
    back = sent_back(browser)
    cache.clear()
    answers[DISCOVERY] = said([])
    assert browser.get(back).status_code == 502


class TestSettingOut:
    def test_the_last_of_an_address_is_sent_there_and_the_next_is_not(self, issuer: str) -> None:
        assert Client().post(ENTER).status_code == 200
        LoginAttempts.objects.update(attempts=STARTS.most - 1)
        assert Client().post(ENTER).status_code == 200
        browser = Client()
        answer = browser.post(ENTER)
        assert answer.status_code == 429
        assert STARTS.seconds - 60 < int(answer["Retry-After"]) <= STARTS.seconds
        assert "contraseña que escribió" not in answer.content.decode()
        assert "sessionid" not in browser.cookies
        assert Client().post(ENTER, REMOTE_ADDR="192.0.2.9").status_code == 200

    def test_passwords_are_counted_apart(self, issuer: str) -> None:
        Client().post(ENTER)
        LoginAttempts.objects.update(attempts=STARTS.most)
        assert Client().post("/cuenta/entrar/", {"login": "nadie", "password": "x"}).status_code == 200
