"""Review: what waits, what is done with many rows at once, and what is said of each."""

from typing import Any

import pytest

from activities.models import Activity
from tests import factories as make
from tests.activities.submitting import open_plan
from tests.pages_kit import Opened, Visit, visit
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.usefixtures("committed")
QUEUE = "/revision/"


@pytest.fixture
def plan() -> Any:
    return open_plan(requires_review=True)


@pytest.fixture
def unit(plan: Any) -> Unit:
    return make.unit(plan.institution, "U1", "PLANIFICACIÓN")


@pytest.fixture
def one(plan: Any, unit: Unit) -> Activity:
    return submitted(make.activity(plan, unit, code="A001", name="Actas"))


@pytest.fixture
def other(plan: Any, unit: Unit) -> Activity:
    return submitted(make.activity(plan, unit, code="A002", name="Informes"))


@pytest.fixture
def reviewer(unit: Unit) -> Visit:
    return visit(make.person(Role.REVIEWER, unit))


def submitted(activity: Activity, executed: int = 3, month: int = 3, **more: Any) -> Activity:
    """Have somebody else report a month."""
    make.entry(activity, month, executed, needs_review=True, **more)
    return activity


def key(activity: Activity, month: int = 3) -> str:
    return f"{activity.pk}-2022-{month}"


def row(
    activity: Activity, comment: str = "", version: int = 1, month: int = 3, *, chosen: bool = True
) -> dict[str, str]:
    """Return the fields of a row as a browser sends them."""
    name = key(activity, month)
    fields = {f"version-{name}": str(version), f"unit-{name}": activity.unit.code, f"comment-{name}": comment}
    return fields | ({f"chosen-{name}": "1"} if chosen else {})


def judge(browser: Visit, verdict: str, *rows: dict[str, str], **more: Any) -> Opened:
    form: dict[str, Any] = {name: value for fields in rows for name, value in fields.items()}
    names = [name.removeprefix("version-") for name in form if name.startswith("version-")]
    return browser.send(QUEUE, form | {"row": names, "verdict": verdict, **more})


def verdicts(activity: Activity) -> list[tuple[str, str]]:
    found = activity.entries.order_by("month", "entry_version", "reviews__id").exclude(reviews=None)
    return list(found.values_list("reviews__verdict", "reviews__comment"))


def waiting(page: Opened) -> list[str]:
    return [text.split()[0] for text in page.texts("//form[@data-typed]//tbody/tr[td]/th")]


def test_the_queue_says_what_is_needed_to_judge(one: Activity, reviewer: Visit) -> None:
    make.entry(one, 4, 1), make.entry(one, 4, 3, "Se adelantó", "https://intranet.example/a", needs_review=True)
    page = reviewer.open(QUEUE)
    assert waiting(page) == ["A001", "A001"]
    assert page.rows()[2][1:7] == ["A001 Actas", "ABR 2022", "2", "3", "1", "+50.00\u00a0%".replace("\u00a0", " ")]
    link = page.document.xpath("//a[@href='https://intranet.example/a']")[0]
    assert (link.get("rel"), link.get("target")) == ("noopener noreferrer nofollow", "_blank")


def test_what_is_no_web_address_is_no_link(one: Activity, reviewer: Visit) -> None:
    make.entry(one, 4, 3, evidence_url="javascript:alert(1)", needs_review=True)
    assert "javascript:alert(1)" in reviewer.open(QUEUE).text
    assert reviewer.open(QUEUE).document.xpath("//a[starts-with(@href, 'javascript')]") == []


def test_only_what_was_chosen_is_accepted(one: Activity, other: Activity, reviewer: Visit) -> None:
    page = judge(reviewer, "accept", row(one), row(other, chosen=False))
    assert (verdicts(one), verdicts(other)) == ([("accept", "")], [])
    assert "Aceptado: 1" in page.text
    assert waiting(page) == ["A002"]


def test_all_of_a_unit_are_chosen_together(one: Activity, other: Activity, plan: Any) -> None:
    elsewhere = submitted(make.activity(plan, make.unit(plan.institution)))
    rows = [row(each, chosen=False) for each in (one, other, elsewhere)]
    judge(visit(make.person(Role.REVIEWER, plan.institution)), "accept", *rows, units=[one.unit.code])
    assert [verdicts(each) for each in (one, other, elsewhere)] == [[("accept", "")], [("accept", "")], []]


def test_what_is_returned_needs_a_comment_and_the_rest_is_done(one: Activity, other: Activity, reviewer: Visit) -> None:
    page = judge(reviewer, "return", row(one, "Falta el informe"), row(other))
    assert (verdicts(one), verdicts(other)) == ([("return", "Falta el informe")], [])
    assert "una devolución necesita un comentario" in page.text
    assert waiting(page) == ["A002"]
    assert page.document.xpath("//input[@type='checkbox' and @checked]/@name") == [f"chosen-{key(other)}"]


def test_a_row_that_cannot_be_is_no_row(one: Activity, reviewer: Visit) -> None:
    for name in ("9" * 20 + "-2022-3", f"{one.pk}-2022", f"{one.pk}-0-3", "a-2022-3"):
        page = reviewer.send(QUEUE, {"row": [name], f"chosen-{name}": "1", "verdict": "accept"})
        assert "No eligió ninguna fila" in page.text
    assert verdicts(one) == []


def test_comments_stay_where_nothing_was_chosen(one: Activity, reviewer: Visit) -> None:
    page = judge(reviewer, "return", row(one, "Falta el informe", chosen=False))
    assert page.status == 400
    assert "No eligió ninguna fila" in page.text
    assert page.values("//form[@data-typed]")[f"comment-{key(one)}"] == "Falta el informe"


def test_what_was_reported_anew_is_not_judged_and_said(one: Activity, reviewer: Visit) -> None:
    make.entry(one, 3, 8, needs_review=True)
    page = judge(reviewer, "accept", row(one, "Bien", version=1))
    assert verdicts(one) == []
    assert "Se registró de nuevo desde que usted lo vio" in page.text
    values = page.values("//form[@data-typed]")
    assert (values[f"version-{key(one)}"], values[f"comment-{key(one)}"]) == ("2", "Bien")
    assert f"chosen-{key(one)}" not in values


def test_what_somebody_else_judged_meanwhile_is_said(one: Activity, reviewer: Visit) -> None:
    make.review(one.entries.get())
    assert "ya está aceptado" in judge(reviewer, "return", row(one, "No")).text


def test_one_s_own_is_shown_and_not_offered(one: Activity, unit: Unit) -> None:
    person = make.person(Role.REVIEWER, unit)
    browser = visit(person)
    change = {"executed": 9}
    path = f"/api/v1/activities/{one.pk}/progress/5/"
    assert browser.client.put(path, change, content_type="application/json").status_code == 200
    page = browser.open(QUEUE)
    assert waiting(page) == ["A001"]
    assert page.rows("(//table)[last()]") == [["A001 Actas", "PLANIFICACIÓN", "MAY 2022", "9"]]
    page = judge(browser, "accept", row(one, month=5))
    assert "Nadie revisa lo que registró" in page.text
    assert verdicts(one) == []


def test_it_is_narrowed_by_month_and_unit(one: Activity, reviewer: Visit) -> None:
    submitted(one, month=4)
    assert len(waiting(reviewer.open(QUEUE))) == 2
    assert len(waiting(reviewer.open(QUEUE, period="2022-04"))) == 1
    assert "ABR 2022 (1)" in reviewer.open(QUEUE).text
    assert reviewer.open(QUEUE, unit="NADA").status == 400


def test_what_is_shown_anew_counts_what_waits_by_now(one: Activity, other: Activity, reviewer: Visit) -> None:
    page = judge(reviewer, "accept", row(one), row(other, chosen=False))
    assert page.texts("//*[@id='queue']//option") == ["Todos", "MAR 2022 (1)", "Todas", "PLANIFICACIÓN (1)"]


def test_who_reports_does_not_review(one: Activity, unit: Unit) -> None:
    reporter = visit(make.person(Role.REPORTER, unit))
    assert (reporter.open(QUEUE).status, judge(reporter, "accept", row(one)).status) == (403, 403)
    assert "pídalo a quien planifica" in reporter.open(QUEUE).text
    assert verdicts(one) == []
