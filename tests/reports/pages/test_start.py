"""The start page tells how the year stands, with the reports' own figures, for what the person may see."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import PlanStatus
from reports.pages.years import last_month_over
from tests import factories as make
from tests.activities.submitting import open_plan
from tests.made_once import as_made
from tests.pages_kit import Opened, visit
from units.choices import Role
from units.models import Membership, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(module_transaction: None) -> SimpleNamespace:
    """A year that is over: one unit that did half of what it promised and misses December, one that did all."""
    sat = make.institution("SAT", "SAT LIMA")
    unit = make.unit(sat, "U1", "PLANIFICACIÓN")
    other, plan = make.unit(sat, "U2", "RENTAS"), make.plan(sat, 2022)
    late, good = make.activity(plan, unit), make.activity(plan, other)
    for month in range(1, 13):
        make.entry(good, month)
        if month < 12:
            make.entry(late, month, executed=1, needs_review=False)
    make.settle()
    return SimpleNamespace(sat=sat, unit=unit, other=other, plan=plan, late=late, good=good)


@pytest.fixture
def world(made: SimpleNamespace) -> SimpleNamespace:
    return as_made(made)


def opened(role: Role, unit: Unit | None, **query: Any) -> Opened:
    return visit(make.person(role, unit)).open("/", **query)


def card(title: str) -> str:
    return f"//section[h2='{title}']"


def test_it_has_the_figures_of_the_reports(world: SimpleNamespace) -> None:
    page = opened(Role.READER, world.sat)
    assert page.heading == "El año 2022"
    assert "72.92 % Rojo 35" in " ".join(page.texts(card("Avance") + "/p[1]"))
    assert "35 ejecutado de 48 programado, de enero a diciembre" in page.text
    assert page.rows(card("Avance por trimestre") + "//table")[3] == [
        "OCT a DIC", "12", "8", "66.67 % Rojo"
    ]  # fmt: skip
    assert len(page.rows(card("Programado y ejecutado por mes") + "//table")) == 12
    assert page.rows(card("Unidades en rojo") + "//table") == [["PLANIFICACIÓN", "45.83 %"]]
    assert page.rows(card("Quién falta") + "//table") == [["PLANIFICACIÓN", "1", "1"]]
    assert "23 de 24" in page.text


def test_the_head_says_whose_figures_they_are(world: SimpleNamespace) -> None:
    for seen, said in ((world.unit, "PLANIFICACIÓN"), (world.sat, "SAT LIMA"), (None, "SAT LIMA")):
        assert opened(Role.READER, seen).texts("//p[@class='subtitle']") == [f"Hasta diciembre · {said}"]
    everywhere = make.person(Role.READER)
    Membership.objects.create(user=everywhere, role=Role.REVIEWER, unit=world.unit)
    assert visit(everywhere).open("/").texts("//p[@class='subtitle']") == ["Hasta diciembre · SAT LIMA"]
    assert "SOLO" not in visit(everywhere).open("/documentos/").text
    assert "IV TRIMESTRE SOLO PLANIFICACIÓN" in visit(make.person(Role.READER, world.unit)).open("/documentos/").text


def test_a_unit_is_told_of_itself_alone(world: SimpleNamespace) -> None:
    page = opened(Role.REPORTER, world.other)
    assert "24 ejecutado de 24 programado" in page.text
    assert "PLANIFICACIÓN" not in page.text
    assert "Ninguna unidad está en rojo." in page.text
    assert "Todas las unidades registraron sus cifras" in page.text


def test_what_waits_is_for_who_reviews(world: SimpleNamespace) -> None:
    make.entry(world.late, 12, needs_review=True)
    assert "1 cifra espera su revisión" in opened(Role.REVIEWER, world.sat).text
    assert "revisión" not in opened(Role.REPORTER, world.sat).text


def test_who_reported_misses_nothing_while_that_waits_for_its_review(world: SimpleNamespace) -> None:
    make.entry(world.late, 12, needs_review=True)
    assert "Todas las unidades registraron sus cifras hasta diciembre." in opened(Role.READER, world.sat).text


def test_the_last_changes_are_told_in_words(world: SimpleNamespace) -> None:
    (act, *_) = opened(Role.READER, world.sat).texts(card("Últimos cambios") + "//li")
    assert "registró 23 avances" in act


def test_its_files_and_its_chart_are_the_api_s(world: SimpleNamespace) -> None:
    browser = visit(make.person(Role.READER, world.sat))
    page = browser.open("/")
    addresses = [link.get("href") for link in page.document.xpath("//*[@class='downloads']/a")]
    pictures = [picture.get("src") for picture in page.document.xpath("//img")]
    assert (len(addresses), len(pictures)) == (8, 1)
    for address in addresses + pictures:
        assert browser.client.get(address).status_code == 200, address


def test_it_can_be_had_as_of_a_day(world: SimpleNamespace) -> None:
    page = opened(Role.READER, world.sat, as_of="2022-01-01")
    assert "Aún no hay un plan aprobado" in page.text
    assert opened(Role.READER, world.sat, as_of="2999-01-01").status == 400


def test_another_year_is_chosen_among_those_that_there_are(world: SimpleNamespace) -> None:
    make.plan(world.sat, 2021)
    make.plan(world.sat, 2024, status=PlanStatus.DRAFT)
    make.plan(world.sat, 2199)
    page = opened(Role.READER, world.sat)
    assert page.heading == "El año 2022"
    assert page.texts("//select[@id='year']/option") == ["2199", "2022", "2021"]
    assert opened(Role.READER, world.sat, year="2021").heading == "El año 2021"
    assert opened(Role.READER, world.sat, year="2199").status == 200
    assert page.texts("//*[@class='notice info']") == []
    for wrong in ("2024", "x", "1", "1" * 5000):
        other = opened(Role.READER, world.sat, year=wrong)
        assert other.heading == "El año 2022"
        (said,) = other.texts("//*[@class='notice info']")
        assert said.startswith("No hay un plan aprobado de «")
        assert said.endswith("que usted pueda ver: se muestra el año 2022.")


def test_without_a_plan_it_says_so() -> None:
    assert "Aún no hay un plan aprobado" in opened(Role.READER, make.institution()).text


@pytest.mark.parametrize(
    ("year", "day", "month"),
    [
        (2022, date(2023, 1, 1), 12),
        (2022, date(2022, 12, 31), 11),
        (2022, date(2022, 2, 1), 1),
        (2022, date(2022, 1, 31), 1),
        (2022, date(2021, 12, 31), 1),
    ],
)
def test_the_last_month_that_is_over(year: int, day: date, month: int) -> None:
    assert last_month_over(year, day) == month


@pytest.fixture
def counted(world: SimpleNamespace) -> int:
    browser = visit(make.person(Role.PLANNER, world.sat))
    browser.open("/")
    with CaptureQueriesContext(connection) as before:
        browser.open("/")
    return len(before)


def test_it_asks_as_much_of_a_large_office_as_of_a_small_one(world: SimpleNamespace, counted: int) -> None:
    for number in range(30):
        activity = make.activity(world.plan, make.unit(world.sat, f"X{number}"))
        make.entry(activity, 1, executed=0, needs_review=True)
    browser = visit(make.person(Role.PLANNER, world.sat))
    browser.open("/")
    with CaptureQueriesContext(connection) as after:
        assert len(browser.open("/").rows(card("Quién falta") + "//table")) == 8
    assert len(after) == counted
    assert counted < 40


def test_each_open_month_that_is_owed_is_said() -> None:
    unit = make.unit()
    plan = make.plan(unit.institution, 2022)
    make.activity(plan, unit)
    for month, until in ((2, "2199-06-30"), (3, "2199-05-31")):
        make.reopening(plan, month, unit, until=date.fromisoformat(until))
    make.settle()
    page = opened(Role.REPORTER, unit)
    [first] = page.texts(card("Lo que le toca") + "/p[1]")
    assert first == "1 cifra de marzo de 2022 por registrar, hasta el 31/05/2199"
    assert page.links(card("Lo que le toca") + "//a")["1 cifra de febrero de 2022"] == "/mi-mes/?month=2022-02"
    assert "1 cifra de febrero de 2022, hasta el 30/06/2199" in page.text


def test_how_many_more_months_are_owed_is_said() -> None:
    unit = make.unit()
    plan = open_plan(unit.institution)
    make.activity(plan, unit)
    make.settle()
    assert "Y 5 meses más, en Mi mes." in opened(Role.REPORTER, unit).texts(card("Lo que le toca"))[0]
    plan.periods.filter(month__lte=4).update(opens_on="2199-01-01", due_on="2199-01-01", closes_on="2199-01-01")
    assert "Y 1 mes más, en Mi mes." in opened(Role.REPORTER, unit).texts(card("Lo que le toca"))[0]
    plan.periods.filter(month=5).update(opens_on="2199-01-01", due_on="2199-01-01", closes_on="2199-01-01")
    assert "más, en" not in opened(Role.REPORTER, unit).text
