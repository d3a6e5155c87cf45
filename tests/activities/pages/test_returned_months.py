"""What came back is found whatever its month, and a person is led to the month that is open and owed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import Verdict
from activities.models import Activity
from poi_api.database.clock import today
from tests import factories as make
from tests.activities.submitting import open_plan
from tests.pages_kit import Visit, visit
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db
YESTERDAY = timedelta(days=-1)


@pytest.fixture
def plan(sat: Unit) -> Any:
    plan = open_plan(sat)
    plan.periods.filter(month__gt=3).update(opens_on=today() - 2 * YESTERDAY)
    return plan


@pytest.fixture
def one(plan: Any, unit: Unit) -> Activity:
    return make.activity(plan, unit, code="A001", name="Actas")


@pytest.fixture
def reporter(unit: Unit) -> Visit:
    return visit(make.person(Role.REPORTER, unit))


def closes(plan: Any, month: int, days: int) -> None:
    plan.periods.filter(month=month).update(due_on=today() + timedelta(days), closes_on=today() + timedelta(days))


def returned(activity: Activity, month: int) -> None:
    make.review(make.entry(activity, month, 4, needs_review=True), Verdict.RETURN, "Falta el informe")


def test_what_came_back_in_another_month_is_told_with_its_end(one, plan, reporter):
    returned(one, 1)
    closes(plan, 1, 5)
    closes(plan, 2, 2)
    page = reporter.open("/mi-mes/")
    assert page.heading == "Mi mes: febrero de 2022"
    assert "Enero de 2022 : 1 cifra devuelta por corregir" in page.text.replace("2022:", "2022 :")
    assert page.links()["Enero de 2022"] == "/mi-mes/?month=2022-01&show=returned"
    assert [row[0][:4] for row in reporter.open("/mi-mes/?month=2022-01&show=returned").rows()[1:]] == ["A001"]


@pytest.mark.parametrize("days", [0, -1])
def test_what_came_back_and_closed_says_whom_to_ask(one, plan, reporter, sat, days):
    planner = make.person(Role.PLANNER, sat)
    planner.first_name, planner.last_name = "Rosa", "Quispe"
    planner.save()
    returned(one, 1)
    closes(plan, 1, days)
    text = reporter.open("/mi-mes/?month=2022-02").text
    assert ("el mes ya cerró: pida a Rosa Quispe que lo reabra" in text) == (days < 0)
    assert ("1 cifra devuelta por corregir" in text) == (days == 0)


def test_a_month_that_was_opened_again_is_open(one, plan, reporter, unit):
    returned(one, 1)
    closes(plan, 1, -1)
    make.reopening(plan, 1, unit, until=today())
    assert "por corregir" in reporter.open("/mi-mes/?month=2022-02").text


def test_the_start_leads_to_the_open_month_that_ends_first(one, plan, reporter):
    for month, days in ((1, -1), (2, 9), (3, 3)):
        closes(plan, month, days)
    page = reporter.open("/")
    assert "1 cifra de marzo de 2022 por registrar" in page.text
    assert page.links()["Registrar marzo"] == "/mi-mes/?month=2022-03"
    make.entry(one, 3)
    assert reporter.open("/").links()["Registrar febrero"] == "/mi-mes/?month=2022-02"


def test_what_is_missing_of_closed_months_says_whom_to_ask(one, plan, reporter):
    closes(plan, 1, -1)
    closes(plan, 2, -1)
    assert "2 cifras son de meses que ya cerraron: pida a la oficina" in reporter.open("/").text
    make.entry(one, 1)
    assert "1 cifra es de un mes que ya cerró" in reporter.open("/").text
    make.entry(one, 2)
    assert "ya cerr" not in reporter.open("/").texts("//section[h2='Lo que le toca']")[0]


def test_where_no_month_is_open_the_start_says_so(one, plan, reporter, unit):
    for month in (1, 2, 3):
        closes(plan, month, -1)
    returned(one, 1)
    page = reporter.open("/")
    assert "Ningún mes abierto espera cifras suyas" in page.text
    assert page.links()["1 cifra devuelta es de un mes que ya cerró"] == "/mi-mes/?month=2022-01&show=returned"
    assert "por corregir" not in page.text
    assert "Lo que le toca" not in visit(make.person(Role.READER, unit)).open("/").text


def test_the_start_leads_to_what_came_back_and_can_be_mended(one, plan, reporter):
    for month in (1, 3):
        returned(one, month)
    assert reporter.open("/").links()["2 cifras devueltas por corregir"] == "/mi-mes/?month=2022-03&show=returned"
    closes(plan, 3, -1)
    links = reporter.open("/").links()
    assert links["1 cifra devuelta por corregir"] == "/mi-mes/?month=2022-01&show=returned"
    assert links["1 cifra devuelta es de un mes que ya cerró"] == "/mi-mes/?month=2022-03&show=returned"


def test_what_came_back_counts_once(one, plan, reporter, unit):
    returned(one, 1)
    page = reporter.open("/mi-mes/?month=2022-01")
    assert {"Por reportar (0)", "Devueltas (1)"} <= page.links().keys()
    start = " ".join(reporter.open("/").texts("//section[h2='Lo que le toca']"))
    assert "enero" not in start
    assert "1 cifra de febrero de 2022 por registrar" in start
    assert "1 cifra devuelta por corregir" in start
    for month in (2, 3):
        make.entry(one, month)
    start = " ".join(reporter.open("/").texts("//section[h2='Lo que le toca']"))
    assert start == "Lo que le toca 1 cifra devuelta por corregir"


def test_my_month_asks_as_much_whatever_came_back(one, plan, reporter, unit):
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert reporter.open("/mi-mes/?month=2022-02").status == 200
        return len(asked)

    returned(one, 1)
    few = statements()
    for number in range(20):
        returned(make.activity(plan, unit, code=f"B{number}"), 3)
    assert statements() == few
