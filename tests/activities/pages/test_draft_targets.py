"""A draft's targets are typed row by row; what is refused stays as it was typed, with why."""

from decimal import Decimal

import pytest
from django.test import Client

from activities.models import Activity, Plan
from tests import factories as make
from tests.in_one_state import for_each
from tests.pages_kit import BROWSER, LARGEST, Opened, Visit, visit
from units.choices import Role
from units.models import Membership, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(draft: Plan, unit: Unit) -> dict[str, Activity]:
    made = [make.activity(draft, unit, code=code) for code in ("A1", "A2")]
    return {activity.code: activity for activity in [*made, make.activity(draft, unit, None, code="A3")]}


@pytest.fixture
def planner_of_unit(unit: Unit) -> Visit:
    return visit(make.person(Role.PLANNER, unit))


def cell(activity: Activity, month: int) -> str:
    return f"r{activity.pk}-m{month}"


def programmed(activity: Activity) -> list[int]:
    activity.figure.refresh_from_db()
    return [int(quantity) for quantity in activity.figure.programmed]


def test_rows_that_were_typed_in_are_saved_and_the_others_left(
    draft: Plan, rows: dict[str, Activity], planner_of_unit: Visit
) -> None:
    address = f"/planes/{draft.pk}/metas/"
    page = planner_of_unit.open(address)
    assert page.texts("//output") == ["24", "24", "0"]
    typed = page.values()
    assert typed[cell(rows["A3"], 1)] == ""
    saved = planner_of_unit.send(address, {**typed, "row": ids(rows), cell(rows["A1"], 2): "6,382.0"}, follow=True)
    assert saved.messages() == ["Se guardó la fila."]
    assert programmed(rows["A1"]) == [2, 6382, *[2] * 10]
    assert [rows[code].revisions.count() for code in rows] == [2, 1, 0]


def test_what_is_no_activity_among_the_rows_is_passed_over(
    draft: Plan, rows: dict[str, Activity], planner_of_unit: Visit
) -> None:
    address = f"/planes/{draft.pk}/metas/"
    sent = {**planner_of_unit.open(address).values(), "row": ["٣", "x", "9" * 30, *ids(rows)]}
    assert planner_of_unit.send(address, {**sent, cell(rows["A1"], 2): "7"}).status == 302
    assert programmed(rows["A1"])[1] == 7


def ids(rows: dict[str, Activity]) -> list[int]:
    return [activity.pk for activity in rows.values()]


def test_a_first_target_may_be_nothing(draft: Plan, rows: dict[str, Activity], planner_of_unit: Visit) -> None:
    address = f"/planes/{draft.pk}/metas/"
    typed = {**planner_of_unit.open(address).values(), "row": ids(rows), cell(rows["A3"], 12): "0"}
    assert planner_of_unit.send(address, typed).status == 302
    assert rows["A3"].revisions.count() == 1


@for_each("wrong", ["dos", "-1", "1.0001", "1,234"])
def test_a_wrong_cell_is_marked_and_the_other_rows_are_saved(
    draft: Plan, rows: dict[str, Activity], planner_of_unit: Visit, wrong: str
) -> None:
    address = f"/planes/{draft.pk}/metas/"
    typed = {**planner_of_unit.open(address).values(), "row": ids(rows)}
    page = planner_of_unit.send(address, {**typed, cell(rows["A1"], 4): wrong, cell(rows["A2"], 5): "9"})
    refused = "Filas que no se guardaron: 1. Cada una está marcada y dice por qué."
    assert (page.status, page.messages()) == (400, ["Se guardó la fila.", refused])
    assert page.document.xpath("//input[@aria-invalid]/@name") == [cell(rows["A1"], 4)]
    assert page.values()[cell(rows["A1"], 4)] == wrong
    assert "ABR: " in page.text
    assert programmed(rows["A2"])[4] == 9


def test_among_decimal_commas_a_point_before_three_digits_is_asked_about_where_it_was_typed(
    draft: Plan, unit: Unit, planner_of_unit: Visit
) -> None:
    exact, other = (
        make.activity(draft, unit, [Decimal("1.234"), *[2] * 11], code="A1"),
        make.activity(draft, unit, code="A2"),
    )
    address = f"/planes/{draft.pk}/metas/"
    typed = {**planner_of_unit.open(address).values(), "row": [exact.pk, other.pk], cell(other, 1): "12,5"}
    page = planner_of_unit.send(address, {**typed, cell(exact, 2): "3.125"})
    assert page.document.xpath("//input[@aria-invalid]/@name") == [cell(exact, 2)]
    mended = {**page.values(), "row": [exact.pk, other.pk], cell(exact, 2): "3125"}
    assert planner_of_unit.send(address, mended).status == 302
    assert programmed(exact)[:2] == [1, 3125]


def test_of_two_who_type_in_a_row_the_later_sees_both(
    draft: Plan, rows: dict[str, Activity], planner_of_unit: Visit
) -> None:
    address = f"/planes/{draft.pk}/metas/"
    seen = {**planner_of_unit.open(address).values(), "row": ids(rows)}
    planner_of_unit.send(address, {**seen, cell(rows["A1"], 1): "7"})
    late = planner_of_unit.send(address, {**seen, cell(rows["A1"], 1): "8"})
    assert late.status == 400
    assert "ahora dice 7 2 2 2" in late.text
    assert late.values()[cell(rows["A1"], 1)] == "8"
    assert planner_of_unit.send(address, {**late.values(), "row": ids(rows)}).status == 302
    assert programmed(rows["A1"])[0] == 8


def test_a_row_that_was_taken_away_meanwhile_is_told(
    draft: Plan, rows: dict[str, Activity], planner_of_unit: Visit
) -> None:
    address = f"/planes/{draft.pk}/metas/"
    typed = {**planner_of_unit.open(address).values(), "row": ids(rows), cell(rows["A1"], 1): "7"}
    Activity.objects.filter(pk=rows["A3"].pk).delete()
    page = planner_of_unit.send(address, typed, follow=True)
    assert len(page.messages()) == 2
    assert programmed(rows["A1"])[0] == 7


def test_a_row_of_another_unit_is_refused_beside_it(sat: Unit, draft: Plan, rows: dict[str, Activity]) -> None:
    other = make.unit(sat, "U2")
    person = make.person(Role.READER, sat)
    Membership.objects.create(user=person, role=Role.PLANNER, unit=other)
    visitor, address = visit(person), f"/planes/{draft.pk}/metas/"
    page = visitor.send(address, {**visitor.open(address).values(), "row": ids(rows), cell(rows["A1"], 1): "7"})
    assert page.status == 400
    assert "Su rol no permite esta operación." in page.text


def test_it_is_for_planners_and_drafts(sat: Unit, plan: Plan, draft: Plan) -> None:
    assert visit(make.person(Role.REVIEWER, sat)).open(f"/planes/{draft.pk}/metas/").status == 403
    assert visit(make.person(Role.REVIEWER, sat)).send(f"/planes/{draft.pk}/metas/").status == 403
    page = visit(make.person(Role.PLANNER, sat)).open(f"/planes/{plan.pk}/metas/")
    assert (page.status, page.heading) == (409, "El plan no es un borrador")


@pytest.mark.parametrize("many", [3, 25])
def test_it_takes_as_many_queries_however_many_rows(
    django_assert_num_queries: object, draft: Plan, unit: Unit, planner_of_unit: Visit, many: int
) -> None:
    for _ in range(many):
        make.activity(draft, unit)
    with django_assert_num_queries(17):  # type: ignore[operator]
        page = planner_of_unit.open(f"/planes/{draft.pk}/metas/")
    assert page.loaded() < LARGEST


def test_a_form_of_an_earlier_session_comes_back_and_saves_nothing(
    draft: Plan, rows: dict[str, Activity], unit: Unit
) -> None:
    address = f"/planes/{draft.pk}/metas/"
    visitor = visit(make.person(Role.PLANNER, unit))
    typed = {**visitor.open(address).values(), "row": ids(rows), cell(rows["A1"], 1): "7", "csrfmiddlewaretoken": "x"}
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make.person(Role.PLANNER, unit))
    page = Opened(browser.post(address, typed, headers={**BROWSER, "Origin": "http://testserver"}))
    assert (page.status, page.values()[cell(rows["A1"], 1)]) == (403, "7")
    assert programmed(rows["A1"])[0] == 2
