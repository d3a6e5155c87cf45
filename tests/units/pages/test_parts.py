"""The parts of pages: what the head leads to, pagers, files, the field `as_of`."""

from datetime import date
from typing import Any

import lxml.html
import pytest
from django.template import engines
from django.test import Client, RequestFactory

from poi_api.database.clock import today
from tests import factories as make
from tests.pages_kit import BROWSER, Opened, visit
from units.access.grants import Access, Grant
from units.choices import Role
from units.models import Unit
from units.pages.navigation import ENTRIES, Office


def shown(template: str, address: str = "/actividades/", **context: Any) -> Any:
    request = RequestFactory().get(address)
    text = engines["django"].from_string(template).render({"day": date(2023, 1, 5), **context}, request)
    return lxml.html.fromstring(f"<div>{text}</div>")


def access(role: Role) -> Access:
    return Access(actor="user:a", grants=(Grant(role, None),))


def test_a_pager_leads_on_within_the_page_and_keeps_what_was_asked() -> None:
    answer = {"count": 6382, "results": [1] * 100, "next": "/api/v1/activities/?unit=A&page=x~y", "previous": None}
    part = shown("{% pager found %}", "/actividades/?unit=A&page=old&offset=3", found=answer)
    assert [(link.get("href"), link.text) for link in part.xpath("//a")] == [("?unit=A&page=x~y", "Siguientes →")]
    assert part.xpath("string(//span)") == "100 de 6,382 filas"


def test_of_a_list_on_one_page_all_rows_are_counted() -> None:
    part = shown("{% pager found %}", found={"count": 1, "results": [1], "next": None, "previous": None})
    assert part.xpath("string(//span)") == "1 fila"
    assert part.xpath("//a") == []


def test_files_are_the_api_s_own_and_of_the_day_that_is_asked_about() -> None:
    part = shown('{% downloads "/reports/matrix/" year=2022 %}', as_of="2023-01-05")
    query = "as_of=2023-01-05&year=2022&format="
    assert [link.get("href") for link in part.xpath("//a")] == [
        f"/api/v1/reports/matrix/?{query}csv",
        f"/api/v1/reports/matrix/?{query}xlsx",
    ]


def test_the_field_as_of_keeps_the_rest_of_the_question() -> None:
    part = shown("{% as_of_field %}", "/actividades/?unit=A&as_of=2023-01-02&page=x", as_of="2023-01-02")
    assert dict(part.xpath("//form")[0].form_values()) == {"unit": "A", "as_of": "2023-01-02"}
    assert part.xpath("//input[@type='date']/@max") == ["2023-01-05"]
    assert part.xpath("//a/@href") == ["?unit=A"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "missing"),
    [
        (Role.READER, {"Mi mes", "Revisión", "Importaciones", "Personas"}),
        (Role.REPORTER, {"Revisión", "Importaciones", "Personas"}),
        (Role.REVIEWER, {"Importaciones", "Personas"}),
        (Role.PLANNER, set()),
    ],
)
def test_the_head_leads_to_what_the_role_may(role: Role, missing: set[str]) -> None:
    office = Office(access(role), "/actividades/7/")
    assert {entry.title for entry in ENTRIES} - {title for title, _, _ in office.links} == missing
    assert [title for title, _, is_open in office.links if is_open] == ["Actividades"]


@pytest.mark.django_db
def test_the_start_page_is_open_at_its_own_address_alone(sat: Unit) -> None:
    page = visit(make.person(Role.READER, sat)).open("/cuenta/contrasena/")
    assert "Inicio" in page.menu()
    assert page.texts("//*[@aria-current]") == []
    assert visit(make.person(Role.READER, sat)).open("/").texts("//*[@aria-current]") == ["Inicio"]


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["2022-12-31", " 2022-12-31 "])
def test_a_day_is_shown_with_blanks_around_it_too(sat: Unit, said: str) -> None:
    make.settle()
    page = visit(make.person(Role.READER, sat)).open("/unidades/", as_of=said)
    assert (page.status, page.texts("//form[@class='as-of']/span")) == (200, ["Al 31/12/2022"])
    assert page.document.xpath("//input[@id='as_of']/@value") == ["2022-12-31"]


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["20221231", "2022-W52-6"])
def test_in_another_form_it_is_refused(sat: Unit, said: str) -> None:
    make.settle()
    assert visit(make.person(Role.READER, sat)).open("/unidades/", as_of=said).status == 400


@pytest.mark.django_db
def test_today_is_no_past_day(sat: Unit) -> None:
    page = visit(make.person(Role.READER, sat)).open("/unidades/", as_of=f"{today():%Y-%m-%d}")
    assert page.texts("//form[@class='as-of']/span") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/unidades/999999/", "2022-12-31"),
        ("/unidades/", "2025-02-29"),
        ("/unidades/", "hola"),
        ("/unidades/", "2999-01-01"),
    ],
)
def test_what_was_not_there_on_a_day_leads_back_to_today(sat: Unit, path: str, said: str) -> None:
    page = visit(make.person(Role.READER, sat)).open(path, as_of=said)
    assert page.status == (404 if "9" in path else 400)
    assert page.links()["Ver lo de hoy"] == "?"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/nada/", "/actividades/999999/nada/"])
def test_a_page_that_there_is_not_is_told_to_browsers_with_a_page(path: str) -> None:
    page = visit().open(path)
    assert (page.status, page.heading) == (404, "No encontrado")
    assert visit().client.get(path)["Content-Type"] == "application/problem+json"
    assert visit().client.get(f"/api/v1{path}", headers={"Accept": "text/html"})["Content-Type"] != "text/html"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": "login=x", "content_type": "application/x-www-form-urlencoded; charset=latin-1"}, 415),
        ({"data": {f"f{number}": "1" for number in range(2001)}}, 400),
    ],
)
def test_what_is_refused_before_any_page_is_asked_is_told_with_a_page(sent: dict[str, Any], status: int) -> None:
    answer = Client().post("/cuenta/entrar/", headers=BROWSER, **sent)
    page = Opened(answer)
    assert (page.status, answer["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert page.heading
    assert page.links()["Volver a la página"] == "/cuenta/entrar/"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_a_failure_of_ours_is_told_with_a_page_that_asks_nothing(sat: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = visit(make.person(Role.READER, sat))
    browser.client.raise_request_exception = False
    monkeypatch.setattr("reports.pages.start.StartPage.get", lambda *_: 1 / 0)
    page = browser.open("/")
    assert (page.status, page.heading) == (500, "Error interno")
    assert browser.client.get("/")["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_no_address_with_a_null_character_reaches_the_database(sat: Unit) -> None:
    reader = visit(make.person(Role.PLANNER, sat))
    for path in ("/mi-mes/?unit=%00", "/mi-mes/?search=a%00", "/auditoria/?who=%00", "/auditoria/%00/"):
        assert reader.open(path).status == 400, path
    assert reader.open("/auditoria/?who=%2500").status == 200
