"""The address that `make run` prints is the log-in, then the start page."""

from typing import Any

import pytest

from tests import factories as make
from tests.pages_kit import visit
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db
IN = "/cuenta/entrar/"


def test_nobody_is_led_to_the_log_in_and_comes_back() -> None:
    page = visit().open("/")
    assert (page.status, page.leads_to) == (302, f"{IN}?next=/")


def test_the_log_in_shows_the_ways_for_systems_and_they_lead_somewhere() -> None:
    browser = visit()
    links = browser.open(IN).links().values()
    assert set(links) == {"/api/docs/", "/api/schema/?format=json", "/healthz", "/readyz"}
    for address in links:
        assert browser.client.get(address).status_code == 200, address


def test_an_icon_is_where_browsers_look_for_it() -> None:
    answer: Any = visit().client.get("/favicon.ico", follow=True)
    assert answer.redirect_chain == [("/static/pages/icon.svg", 301)]
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert "max-age" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content).startswith(b"<svg")


def test_who_is_logged_in_finds_the_start_page_of_the_institution(sat: Unit, unit: Unit) -> None:
    make.institution("OTRA", "OTRA INSTITUCIÓN")
    page = visit(make.person(Role.READER, unit)).open("/")
    assert (page.status, page.heading) == (200, "Inicio")
    assert page.texts("//*[@class='brand-institution']") == ["SAT LIMA"]


def test_of_several_institutions_none_is_named(sat: Unit) -> None:
    make.institution("OTRA", "OTRA INSTITUCIÓN")
    assert visit(make.person(Role.READER)).open("/").texts("//*[@class='brand-institution']") == []


def test_it_is_only_read(sat: Unit) -> None:
    assert visit(make.person(Role.READER)).send("/").status == 405


def test_who_has_no_role_is_told_whom_to_ask(sat: Unit, unit: Unit) -> None:
    planner, unit_planner, reader = (
        make.person(Role.PLANNER, sat), make.person(Role.PLANNER, unit), make.person(Role.READER, sat)
    )  # fmt: skip
    page = visit(make.person()).open("/")
    assert (page.status, page.heading, page.menu()) == (403, "Aún no tiene un rol", [])
    assert page.texts("//main//li") == [planner.username]
    assert unit_planner.username not in page.text
    assert reader.username not in page.text
    assert page.links() == {"Ver si ya tiene un rol": "/"}
