"""What only people need stays out of the way of machines, and of machines alone."""

import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.test import Client

from tests import factories as make
from tests.api import get
from units.choices import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def touched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the requests for which a session was made ready."""
    paths: list[str] = []
    ready = SessionMiddleware.process_request

    def process_request(self: SessionMiddleware, request: HttpRequest) -> None:
        paths.append(request.path)
        ready(self, request)

    monkeypatch.setattr(SessionMiddleware, "process_request", process_request)
    return paths


def test_a_machines_request_has_no_session(touched: list[str]) -> None:
    assert get(make.client(), "/units/").status_code == 200
    assert touched == []


def test_a_persons_has(touched: list[str]) -> None:
    browser = Client()
    browser.force_login(make.person(Role.READER))
    assert browser.get("/api/v1/units/").status_code == 200
    assert touched == ["/api/v1/units/"]


@pytest.mark.parametrize(("path", "status"), [("/", 302), ("/cuenta/entrar/", 200), ("/api/docs/", 200)])
def test_pages_for_people_are_theirs_whatever_the_header_says(touched: list[str], path: str, status: int) -> None:
    assert Client().get(path, headers=make.client().headers).status_code == status
    assert touched == [path]
