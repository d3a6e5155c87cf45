"""The page of alerts says what deserves a look, by rule, as far as the person sees it."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.pages_kit import LARGEST, visit
from tests.reports.alerts.alerting import reported
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db
PATH = "/alertas/"


@pytest.fixture
def world(sat: Unit, unit: Unit) -> SimpleNamespace:
    plan, measure = make.plan(sat, 2022), make.measurement_unit()
    reported(plan, [1], [2], unit=unit, code="A1", measurement_unit=measure)
    reported(plan, [10] * 2, [1] * 2, unit=make.unit(sat, "U9"), code="A2", measurement_unit=measure)
    make.settle()
    return SimpleNamespace(plan=plan, measure=measure)


def test_each_alert_says_its_rule_and_its_figures(world: SimpleNamespace, sat: Unit) -> None:
    page = visit(make.person(Role.READER, sat)).open(PATH)
    assert [(row[0].split()[0], row[3]) for row in page.rows()] == [
        ("A2", "En rojo dos meses seguidos: ENE 10.00 % y FEB 10.00 %."),
        ("A1", "Lo ejecutado es 200.00 % de lo programado hasta DIC."),
    ]
    assert "Hasta" not in page.heading
    assert {text for text in page.links() if text in ("CSV", "XLSX")} == {"CSV", "XLSX"}


def test_a_rule_is_chosen_and_the_others_are_counted_still(world: SimpleNamespace, sat: Unit) -> None:
    page = visit(make.person(Role.READER, sat)).open(PATH, rule="over")
    assert [row[0].split()[0] for row in page.rows()] == ["A1"]
    assert any(text.endswith("(1)") and "seguidos" in text for text in page.texts("//select[@name='rule']/option"))


def test_a_unit_sees_its_own(world: SimpleNamespace, unit: Unit, sat: Unit) -> None:
    assert [row[0].split()[0] for row in visit(make.person(Role.REPORTER, unit)).open(PATH).rows()] == ["A1"]
    empty = visit(make.person(Role.READER, make.institution("OTRA"))).open(PATH)
    assert "Aún no hay un plan aprobado" in empty.text
    assert visit(make.person(Role.READER, sat)).open("/").links()["Ver las alertas: lo que merece una mirada"] == (
        "/alertas/?year=2022"
    )


def test_it_asks_as_much_of_many(world: SimpleNamespace, sat: Unit, unit: Unit) -> None:
    browser = visit(make.person(Role.READER, sat))
    browser.open(PATH)
    with CaptureQueriesContext(connection) as few:
        browser.open(PATH)
    for number in range(60):
        reported(world.plan, [1], [2], unit=unit, code=f"B{number}", measurement_unit=world.measure)
    browser.open(PATH)
    with CaptureQueriesContext(connection) as many:
        page = browser.open(PATH)
    assert (len(page.rows()), len(many) - len(few)) == (50, 0)
    assert page.loaded() < LARGEST
