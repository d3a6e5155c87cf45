"""A month, a review and the periods as of a past day: the figures of then, and nothing that could be sent."""

from datetime import date
from types import SimpleNamespace

import pytest

from activities.choices import Verdict
from activities.models import Activity
from tests import factories as make
from tests.activities.pages.months import SHEET, cells, entries, send
from tests.activities.submitting import open_plan
from tests.pages_kit import Opened, visit
from units.choices import Role
from units.models import ChangeSet, Membership

pytestmark = pytest.mark.usefixtures("committed")
FIELDS = "//main//form[@method='post'] | //main//table//input | //main//table//select"


@pytest.fixture
def world() -> SimpleNamespace:
    """What was reported waits for its review; later it was returned and reported anew, and much else was changed."""
    plan = open_plan(requires_review=True)
    unit = make.unit(plan.institution, "U1", "PLANIFICACIÓN")
    one = make.activity(plan, unit, code="A001", name="Actas")
    person = make.person(Role.REVIEWER, unit)
    Membership.objects.create(user=person, unit=plan.institution, role=Role.PLANNER)
    entry = make.entry(one, 3, 3, "Se pospuso", needs_review=True)
    then = ChangeSet.objects.latest("position").committed_at
    make.review(entry, Verdict.RETURN, "Falta el acta")
    make.entry(one, 3, 4)
    Activity.objects.filter(pk=one.pk).update(name="Actas de sesión")
    make.activity(plan, unit, code="A002", name="De después")
    plan.periods.filter(month=3).update(closes_on=date(2099, 1, 31))
    open_plan(plan.institution, year=2023)
    assert then is not None
    return SimpleNamespace(plan=plan, one=one, visitor=visit(person), then=then.isoformat(), day=f"{then:%d/%m/%Y}")


def only_read(page: Opened) -> bool:
    """Tell whether the page says that it shows a past day, leads back to today, and has nothing to send."""
    says = "Un día pasado solo se lee" in page.text
    return says and "as_of" not in page.links()["vuelva a lo de hoy"] and not page.document.xpath(FIELDS)


def test_a_months_sheet_has_the_figures_of_then(world: SimpleNamespace) -> None:
    page = world.visitor.open(SHEET, month="2022-03", as_of=world.then)
    assert page.status == 200
    assert only_read(page)
    [row] = [row for row in page.rows() if len(row) > 1]
    assert row[0].startswith("A001 Actas (")
    assert row[1:6] == ["2", "—", "3", "3", "Se pospuso"]
    assert "En revisión" in row[7]
    assert "En revisión (1)" in page.links()
    story = world.visitor.open(page.links()["Historia"])
    assert ("Falta el acta" in story.text, "Se pospuso" in story.text) == (False, True)
    today = world.visitor.open(SHEET)
    assert ("Actas de sesión" in today.text, "De después" in today.text) == (True, True)
    assert today.document.xpath(FIELDS)
    refused = send(world.visitor, cells(world.one, 2, executed="9"), path=f"{SHEET}&as_of=2022-01-01")
    assert (refused.status, len(entries(world.one))) == (409, 2)
    assert "solo se lee" in refused.text
    assert world.visitor.open(SHEET, as_of="ayer").status == 400
    assert "no se registraba ningún mes" in world.visitor.open("/mi-mes/", as_of="2000-01-01").text
    assert "no se registraba ese mes" in world.visitor.open("/mi-mes/", as_of=world.then, month="2023-03").text


def test_the_queue_of_a_review_has_what_waited_then(world: SimpleNamespace) -> None:
    page = world.visitor.open("/revision/", as_of=world.then)
    assert page.status == 200
    assert only_read(page)
    assert [row[:5] for row in page.rows()] == [["PLANIFICACIÓN (1)"], ["A001 Actas", "MAR 2022", "2", "3", "—"]]
    assert "as_of=" in page.links("//*[@class='downloads']//a")["CSV"]
    assert "No hay nada que espere" in world.visitor.open("/revision/").text
    assert "No había nada que esperara" in world.visitor.open("/revision/", as_of="2000-01-01").text
    assert world.visitor.send("/revision/?as_of=2022-01-01", {"verdict": "accept"}).status == 409
    start = world.visitor.open("/", as_of=world.then)
    assert "1 cifra espera su revisión" in start.text
    assert ("Lo que le toca" in start.text, "Últimos cambios" in start.text) == (False, False)


def test_the_windows_of_a_plan_are_those_of_then(world: SimpleNamespace) -> None:
    address = f"/planes/{world.plan.pk}/periodos/"
    page = world.visitor.open(address, as_of=world.then)
    assert page.status == 200
    assert only_read(page)
    closes = [visited.rows()[2][3] for visited in (page, world.visitor.open(address, as_of=world.then))]
    assert closes[0] == closes[1] != "31/01/2099"
    assert world.visitor.open(address).values()[f"r{world.plan.periods.get(month=3).pk}-closes_on"] == "2099-01-31"
    assert world.visitor.send(f"{address}?as_of=2022-01-01", {}).status in (404, 409)
