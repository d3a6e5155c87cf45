"""All that waits of a unit is reviewed at once, also what is on other pages of the queue."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Activity, ProgressEntry, Review
from activities.pages import review_whole
from tests import factories as make
from tests.activities.pages import test_review
from tests.activities.pages.test_review import judge, row, submitted, verdicts
from tests.many import activities
from tests.pages_kit import LARGEST, Visit, visit
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.usefixtures("committed")
plan, unit = test_review.plan, test_review.unit
MANY = 53  # more than a page has


@pytest.fixture
def many(plan: Any, unit: Unit) -> list[Activity]:
    names = {f"A{number:03}": f"Actividad {number}" for number in range(MANY)}
    made = activities(plan, names, unit)
    ProgressEntry.objects.bulk_create(
        ProgressEntry(activity=each, month=3, entry_version=1, executed=3, needs_review=True) for each in made
    )
    return made


@pytest.fixture
def reviewer(plan: Any) -> Visit:
    return visit(make.person(Role.REVIEWER, plan.institution))


def until(reviewer: Visit) -> str:
    return reviewer.open("/revision/").values("//form[@data-typed]")["until"]


def shown(many: list[Activity]) -> list[dict[str, str]]:
    return [row(each, chosen=False) for each in many[:50]]


def test_the_page_says_how_many_of_the_unit_wait(many: list[Activity], reviewer: Visit) -> None:
    page = reviewer.open("/revision/")
    assert f"PLANIFICACIÓN: todo, también lo de otras páginas ({MANY})" in page.text
    assert len(page.document.xpath("//input[@name='row']")) == 50
    assert page.loaded() < LARGEST


def test_all_of_it_is_accepted_in_parts(many: list[Activity], reviewer: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_whole, "LARGEST_PAGE", 20)
    monkeypatch.setattr(review_whole, "MOST_ITEMS", 15)
    page = judge(reviewer, "accept", *shown(many), units=["U1"], until=until(reviewer))
    assert f"Aceptado: {MANY}" in page.text
    assert "Y 3 más." in page.text
    assert Review.objects.count() == MANY


def test_a_comment_for_all_returns_them_and_one_of_a_row_stays(many: list[Activity], reviewer: Visit) -> None:
    own = [row(many[0], "Falta el acta", chosen=False), *shown(many)[1:]]
    more = {"units": ["U1"], "until": until(reviewer), "unit-comment-U1": "Faltan los informes"}
    assert f"Devuelto: {MANY}" in judge(reviewer, "return", *own, **more).text
    assert verdicts(many[0]) == [("return", "Falta el acta")]
    assert {verdicts(each)[0][1] for each in many[1:]} == {"Faltan los informes"}


def test_what_was_reported_after_the_page_was_shown_is_left_waiting(many: list[Activity], reviewer: Visit) -> None:
    before = until(reviewer)
    submitted(many[52], executed=7)
    late = submitted(many[51], month=4)
    judge(reviewer, "accept", *shown(many), units=["U1"], until=before)
    assert Review.objects.count() == MANY - 1
    assert (verdicts(many[52]), len(verdicts(late))) == ([], 1)


@pytest.mark.parametrize("period", ["2022-03", ""])
def test_the_month_that_is_asked_for_counts(many: list[Activity], reviewer: Visit, period: str) -> None:
    other_month = submitted(many[52], month=4)
    form = {"row": [], "verdict": "accept", "units": ["U1"], "until": until(reviewer)}
    reviewer.send(f"/revision/?period={period}", form)
    assert Review.objects.count() == (MANY if period else MANY + 1)
    assert len(verdicts(other_month)) == (1 if period else 2)


def test_other_units_wait_on(many: list[Activity], reviewer: Visit, plan: Any) -> None:
    elsewhere = submitted(make.activity(plan, make.unit(plan.institution)))
    judge(reviewer, "accept", *shown(many), units=["U1"], until=until(reviewer))
    assert (verdicts(elsewhere), Review.objects.count()) == ([], MANY)


def test_a_form_without_its_moment_does_what_it_shows(many: list[Activity], reviewer: Visit) -> None:
    for moment in ("", "mañana", "2199-12-31T00:00:00"):
        judge(reviewer, "accept", *shown(many), units=["U1"], until=moment)
    assert Review.objects.count() == 50


def test_the_queue_asks_as_much_whatever_waits(many: list[Activity], reviewer: Visit, plan: Any, unit: Unit) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            reviewer.open("/revision/")
        return len(asked)

    before = statements()
    for number in range(9):
        submitted(make.activity(plan, unit, code=f"B{number}"))
    assert statements() == before
