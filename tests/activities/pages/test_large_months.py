"""A month of many activities: pages of a fixed number of queries, none above 150 kB with all that it loads."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Activity, Plan, ProgressEntry
from tests import factories as make
from tests import many
from tests.activities.submitting import open_plan
from tests.pages_kit import LARGEST, Visit, visit
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db
NAME = "Elaboración y supervisión de los informes de la gerencia sobre lo que hicieron sus unidades en el mes, n.º "


@pytest.fixture
def plan() -> Plan:
    return open_plan(requires_review=True)


@pytest.fixture
def unit(plan: Plan) -> Unit:
    return make.unit(plan.institution, "U1", "PLANIFICACIÓN")


def fill(plan: Plan, unit: Unit, count: int) -> None:
    """Make activities, every month of March waiting for its review."""
    said = {"reason": "Se reprogramó para abril", "evidence_url": "https://intranet.example/informes/1"}
    first = Activity.objects.count()
    made = many.activities(plan, {f"A{n:03}": f"{NAME}{n}" for n in range(first, first + count)}, unit)
    ProgressEntry.objects.bulk_create(
        ProgressEntry(activity=each, month=3, entry_version=1, executed=12345, needs_review=True, **said)
        for each in made
    )


def queries(browser: Visit, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert browser.open(path).status == 200
    return len(asked)


@pytest.mark.parametrize(("path", "role"), [("/mi-mes/?month=2022-03", Role.REPORTER), ("/revision/", Role.REVIEWER)])
def test_a_page_of_many_activities_costs_what_one_of_few_does(plan: Plan, unit: Unit, path: str, role: Role) -> None:
    browser = visit(make.person(role, unit))
    fill(plan, unit, 2)
    few = queries(browser, path)
    fill(plan, unit, 118)
    assert queries(browser, path) == few
    page = browser.open(path)
    assert len(page.document.xpath("//input[@name='row']")) == 50
    assert "120" in page.text
    assert page.loaded() < LARGEST
    second = browser.open(path.partition("?")[0] + page.links()["Siguientes →"])
    assert second.document.xpath("//input[@name='row']/@value")[0] not in page.document.xpath(
        "//input[@name='row']/@value"
    )
