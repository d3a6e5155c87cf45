"""`/reports/poi/template/`: a unit's open months as a workbook to be filled in (api.md, "Reports")."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from activities.choices import PlanStatus
from activities.models import Activity, Plan
from activities.sheets.layout import COLUMNS, Use
from poi_api.database.clock import today
from reports.template import statement
from tests import factories as make
from tests.activities.sheets import FIRST, HEADER, columns, filled, opened, rows, send_sheet, template
from tests.activities.submitting import draft, open_plan, put, verdicts
from tests.api import get, refused
from tests.days import let_it_be
from tests.factories import Caller
from tests.made_once import as_made
from units.choices import Role

pytestmark = pytest.mark.django_db
PATH = "/reports/poi/template/"
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def made(module_transaction: None) -> SimpleNamespace:
    """A plan with an activity, and who reports of it."""
    plan = open_plan(make.institution("SAT"))
    unit = make.unit(plan.institution, name="GERENCIA")
    activity = make.activity(plan, unit, [1, 2, *[0] * 10], "A001", "Informes")
    return SimpleNamespace(plan=plan, activity=activity, caller=make.client(Role.REPORTER, unit))


@pytest.fixture
def world(made: SimpleNamespace) -> SimpleNamespace:
    return as_made(made)


@pytest.fixture
def plan(world: SimpleNamespace) -> Any:
    return world.plan


@pytest.fixture
def activity(world: SimpleNamespace) -> Any:
    return world.activity


@pytest.fixture
def caller(world: SimpleNamespace) -> Any:
    return world.caller


def months(caller: Caller, activity: Activity) -> list[int]:
    return [row["month"] for row in rows(opened(template(caller, activity.unit)))]


class TestRows:
    def test_one_for_each_activity_and_month_with_what_is_known_of_it(self, caller: Caller, activity: Activity) -> None:
        make.entry(activity, month=1, executed=3)
        make.entry(activity, month=2, executed=Decimal("4.5"), needs_review=True)
        first, second, *_ = rows(opened(template(caller, activity.unit)))
        assert first == {
            "year": 2022,
            "month_name": "ENE",
            "code": "A001",
            "activity": activity.pk,
            "month": 1,
            "entry_version": 1,
            "activity_name": "Informes",
            "unit": "GERENCIA",
            "measurement_unit": activity.measurement_unit.name,
            "programmed": 1,
            "official": 3,
            "pending": None,
            "executed": None,
            "reason": None,
            "evidence_url": None,
        }
        assert [second[name] for name in ("programmed", "official", "pending", "entry_version")] == [2, None, 4.5, 1]

    def test_they_are_sorted_by_unit_activity_and_month(self, plan: Plan, activity: Activity) -> None:
        other = make.unit(plan.institution, name="ASESORÍA")
        make.activity(plan, other, [1] * 12, "A009")
        make.activity(plan, activity.unit, [1] * 12, "A000")
        asked = {"institution": "SAT", "unit": f"{activity.unit.code},{other.code}", "year": 2022}
        answer = get(make.client(), PATH, **asked)
        found = [(row["code"], row["month"]) for row in rows(opened(answer.getvalue()))]
        assert found == [(code, month) for code in ("A009", "A000", "A001") for month in range(1, 13)]

    def test_units_below_and_beside_stay_out(self, plan: Plan, activity: Activity) -> None:
        below, beside = make.unit(activity.unit), make.unit(plan.institution)
        for unit in (below, beside):
            make.activity(plan, unit)
        assert {row["code"] for row in rows(opened(template(make.client(), activity.unit)))} == {"A001"}

    def test_what_was_cancelled_drafts_and_closed_plans_stay_out(self, plan: Plan, activity: Activity) -> None:
        caller = make.client()
        make.target(activity, [1, 2, *[0] * 10], version=make.version(plan).number, cancelled_from=3)
        assert months(caller, activity) == [1, 2]
        plan.status = PlanStatus.CLOSED
        plan.save()
        assert months(caller, activity) == []
        make.activity(draft(institution=plan.institution, year=2023), activity.unit)
        assert rows(opened(template(caller, activity.unit, 2023))) == []

    def test_as_many_as_a_batch_takes_and_no_more(
        self, caller: Caller, activity: Activity, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(statement, "MOST_ITEMS", 12)
        assert len(months(caller, activity)) == 12
        monkeypatch.setattr(statement, "MOST_ITEMS", 11)
        asked = {"institution": "SAT", "unit": activity.unit.code, "year": 2022}
        assert refused(get(caller, PATH, **asked), 413) == [("file_too_large", None)]


class TestWindows:
    """A month is in the template when a report of it is taken (domain.md, rule 10)."""

    @pytest.mark.parametrize(
        ("opens", "closes", "is_open"), [(0, 0, True), (-1, -1, False), (1, 1, False), (-9, 0, True), (0, 9, True)]
    )
    def test_both_sides_of_each_boundary(
        self, plan: Plan, activity: Activity, caller: Caller, opens: int, closes: int, is_open: bool
    ) -> None:
        first, last = today() + opens * DAY, today() + closes * DAY
        plan.periods.filter(month=2).update(opens_on=first, due_on=last, closes_on=last)
        assert (2 in months(caller, activity)) is is_open
        assert (put(caller, activity, 2, executed=2).status_code == 200) is is_open

    @pytest.mark.parametrize(("until", "is_open"), [(0, True), (-1, False)])
    def test_a_reopening_opens_a_month_through_its_day(
        self, plan: Plan, activity: Activity, caller: Caller, until: int, is_open: bool
    ) -> None:
        past = date(2022, 3, 1)
        plan.periods.update(opens_on=past, due_on=past, closes_on=past)
        make.reopening(plan, 3, activity.unit, until=today() + until * DAY)
        assert months(caller, activity) == ([3] if is_open else [])
        assert (put(caller, activity, 3, executed=2).status_code == 200) is is_open

    def test_a_day_later_it_is_another_answer(
        self, plan: Plan, activity: Activity, caller: Caller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plan.periods.filter(month=3).update(opens_on=today() + DAY)
        asked = {"institution": "SAT", "unit": activity.unit.code, "year": 2022}
        first = get(caller, PATH, **asked)
        known = {"If-None-Match": first["ETag"]}
        assert get(caller, PATH, known, **asked).status_code == 304
        let_it_be(monkeypatch, today() + DAY)
        answer = get(caller, PATH, known, **asked)
        assert (answer.status_code, 3 in months(caller, activity)) == (200, True)


class TestQuestion:
    @pytest.mark.parametrize("missing", ["institution", "unit", "year"])
    def test_institution_unit_and_year_have_to_be_said(self, caller: Caller, activity: Activity, missing: str) -> None:
        asked = {"institution": "SAT", "unit": activity.unit.code, "year": 2022}
        del asked[missing]
        assert refused(get(caller, PATH, **asked), 400) == [("required", missing)]

    @pytest.mark.parametrize("name", ["as_of", "version", "include", "labels", "draft", "from_year", "raw", "through"])
    def test_it_is_about_now_alone(self, caller: Caller, activity: Activity, name: str) -> None:
        asked = {"institution": "SAT", "unit": activity.unit.code, "year": 2022, name: "1"}
        assert refused(get(caller, PATH, **asked), 400) == [("unknown_parameter", name)]

    def test_a_unit_out_of_sight_is_unknown(self, plan: Plan, caller: Caller) -> None:
        asked = {"institution": "SAT", "unit": make.unit(plan.institution).code, "year": 2022}
        assert refused(get(caller, PATH, **asked), 400) == [("unknown_code", "unit")]


class TestWorkbook:
    @pytest.fixture
    def page(self, caller: Caller, activity: Activity) -> Any:
        return opened(template(caller, activity.unit))

    def test_it_is_locked_but_for_the_cells_to_fill_in(self, page: Any) -> None:
        assert page.protection.sheet
        unlocked = {cell.coordinate for row in page.iter_rows() for cell in row if not cell.protection.locked}
        assert unlocked == {f"{column}{row}" for column in "MNO" for row in range(FIRST, FIRST + 12)}

    def test_what_programs_need_is_hidden(self, page: Any) -> None:
        hidden = {column.name for column in COLUMNS if column.use is Use.HIDDEN}
        assert hidden == {"activity", "month", "entry_version"}
        dimensions = page.column_dimensions
        found = {
            name
            for name, column in columns(page).items()
            if any(each.hidden and each.min <= column <= each.max for each in dimensions.values())
        }
        assert found == hidden

    def test_a_spreadsheet_refuses_what_would_be_refused(self, page: Any) -> None:
        rules = page.data_validations.dataValidation
        kinds = {str(rule.sqref): (rule.type, rule.formula1, rule.formula2) for rule in rules}
        last = FIRST + 11
        assert kinds == {
            f"M{FIRST}:M{last}": ("decimal", "0", "999999999999.999"),
            f"N{FIRST}:N{last}": ("textLength", "5000", None),
            f"O{FIRST}:O{last}": ("textLength", "2000", None),
        }

    def test_its_header_stays_in_sight_and_comes_on_each_page(self, page: Any) -> None:
        assert (page.freeze_panes, page.print_title_rows) == (f"D{FIRST}", f"${HEADER}:${HEADER}")
        assert (page.page_setup.orientation, page.page_setup.fitToHeight) == ("landscape", 0)

    def test_it_says_in_spanish_what_to_do_and_of_which_day_it_is(self, page: Any) -> None:
        assert page["A1"].value == "REGISTRO DE AVANCE DEL PLAN OPERATIVO INSTITUCIONAL 2022"
        assert page["A2"].value.startswith("Llene solo las celdas amarillas")
        assert f"{today():%d/%m/%Y}" in page["A2"].value

    def test_without_an_open_month_it_says_so(self, plan: Plan, activity: Activity, caller: Caller) -> None:
        plan.periods.update(opens_on=date(1999, 1, 1), due_on=date(1999, 1, 1), closes_on=date(1999, 1, 1))
        page = opened(template(caller, activity.unit))
        assert page["A2"].value == f"No hay meses abiertos para registrar el {today():%d/%m/%Y}."

    def test_without_an_activity_of_its_own_a_unit_is_told_that(self, plan: Plan, activity: Activity) -> None:
        caller, above, beside = make.client(), plan.institution, make.unit(plan.institution)
        for asked, units, narrowed in (
            ({}, "La unidad no tiene", ""),
            ({"unit": f"{above.code},{beside.code}"}, "Las unidades pedidas no tienen", ""),
            ({"unit": activity.unit.code, "mef_activity": make.mef_activity().code}, "La unidad no tiene",
             " con esos filtros"),
        ):  # fmt: skip
            page = opened(
                get(caller, PATH, **{"institution": "SAT", "unit": above.code, "year": 2022} | asked).getvalue()
            )
            assert page["A2"].value == f"{units} actividades propias en un plan aprobado de 2022{narrowed}."
            assert rows(page) == []

    @pytest.mark.parametrize("name", ["=1+1", "+A1", "@SUM(A1)", '=HYPERLINK("http://a.pe")'])
    def test_a_name_is_never_a_formula(self, plan: Plan, activity: Activity, name: str) -> None:
        activity.name = name
        activity.save()
        cell = opened(template(make.client(), activity.unit)).cell(FIRST, 7)
        assert (cell.value, cell.data_type) == (name, "s")

    def test_what_is_filled_in_is_taken(self, caller: Caller, activity: Activity) -> None:
        book = filled(template(caller, activity.unit), {(line, "executed"): line for line in range(12)})
        assert verdicts(send_sheet(caller, book)) == ["created"] * 12
