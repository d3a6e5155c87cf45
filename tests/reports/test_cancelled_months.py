"""What an activity that was cancelled from a month on did before counts, in every report (domain.md, rule 8)."""

import json
from typing import Any

import pytest

from activities.models import Activity, MeasurementUnit
from tests import factories as make
from tests.activities.planning import modify
from tests.api import get
from tests.reports.alerts.alerting import found as alerts
from tests.reports.charts.test_charts import drawn, words
from tests.reports.completeness.test_completeness import ask as completeness
from tests.reports.execution.keeping import added_up, body
from tests.reports.exports.test_exports import table

pytestmark = pytest.mark.usefixtures("committed")
SAT: dict[str, Any] = {"year": 2022, "institution": "SAT"}
HALF = [2] * 6 + [0] * 6


@pytest.fixture
def plan(sat: Any) -> Any:
    return make.plan(sat)


@pytest.fixture
def activities(plan: Any) -> list[Activity]:
    """Two that promised 2 a month and did so until June."""
    made = [make.activity(plan, code=code, measurement_unit=unit) for code, unit in zip("AB", _units(), strict=True)]
    for activity in made:
        for month in range(1, 7):
            make.entry(activity, month, 2)
    return made


def _units() -> list[MeasurementUnit]:
    return [make.measurement_unit(code, name) for code, name in (("UM1", "ACCIONES"), ("UM2", "INFORMES"))]


def cancel(planner: Any, plan: Any, code: str = "A", from_month: int = 7) -> None:
    assert modify(planner, plan, cancel=[{"activity": code, "from_month": from_month}]).status_code == 201


def execution(caller: Any, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body(caller, **SAT, **query))
    return found


def total(caller: Any, **query: Any) -> tuple[Any, Any, Any]:
    found = execution(caller, **query)["total"]
    return found["programmed"], found["executed"], found["progress"]


def test_what_was_done_by_june_is_all_that_was_promised_and_not_twice_as_much(planner, plan, activities) -> None:
    """Twelve months at 0 would make it 24 of 12 when both had done all: 200 %."""
    for month in range(7, 13):
        make.entry(activities[1], month, 2)
    assert total(planner) == (48, 36, 75)
    cancel(planner, plan)
    assert total(planner) == (36, 36, 100)
    assert total(planner, version="initial") == (48, 36, 75)
    assert alerts("over", institution="SAT") == []
    [row] = execution(planner, group_by="activity", ordering="programmed", limit=1)["results"]
    assert (row["activity"]["code"], row["programmed"], row["executed"], row["progress"]) == ("A", 12, 12, 100)


def test_what_was_done_from_then_on_counts_without_a_programme(planner, plan, activities) -> None:
    make.entry(activities[0], 7, 6)
    cancel(planner, plan)
    assert total(planner, group_by="month")[:2] == (36, 30)
    july = execution(planner, group_by="activity,month")["results"][6]
    assert (july["month"], july["programmed"], july["executed"], july["progress"]) == (7, 0, 6, None)
    [row, _] = get(planner, "/reports/matrix/", **SAT).json()["results"]
    assert (row["programmed"], row["annual_target"], row["executed_total"], row["progress"]) == (HALF, 12, 18, 150)
    [line, _] = get(planner, "/reports/poi/", **SAT).json()["results"]
    assert (line["programmed"], line["executed"][5:8]) == (HALF, [2, 6, None])
    assert line["quarters"][2] == {"programmed": 0, "executed": 6, "progress": None}


def test_only_months_with_a_programme_are_expected(planner, plan, activities) -> None:
    cancel(planner, plan)
    found = completeness(planner)["total"]
    assert (found["expected"], found["reported"], found["missing"]) == (18, 12, 6)


def test_a_table_of_months_has_the_programme_that_is_left(planner, plan, activities) -> None:
    cancel(planner, plan)
    rows = [row for row in table(planner) if row["activity_code"] == "A"]
    assert [row["programmed"] for row in rows] == [str(quantity) for quantity in HALF]
    assert [row["executed"] for row in rows] == ["2"] * 6 + [""] * 6


def test_charts_show_what_was_promised_until_then(planner, plan, activities) -> None:
    assert words(drawn(planner, institution="SAT")).count("s/d") == 6
    cancel(planner, plan)
    assert words(drawn(planner, institution="SAT")).count("s/d") == 6  # the other's
    cancel(planner, plan, "B")
    assert "s/d" not in words(drawn(planner, institution="SAT"))
    assert any("100 %" in said for said in words(drawn(planner, institution="SAT", chart="units")))


def test_cutting_a_closed_month_deserves_a_look_and_those_before_do_not(planner, plan, activities) -> None:
    cancel(planner, plan, from_month=12)
    [alert] = alerts("lowered", institution="SAT")
    assert [(month["month"], month["before"], month["after"]) for month in alert["figures"]["months"]] == [(12, 2, 0)]


def test_a_total_mixes_units_no_more_where_one_has_no_programme(planner, plan, activities) -> None:
    assert len(alerts("mixed_units", institution="SAT", through=3)) == 1
    cancel(planner, plan, from_month=2)
    assert len(alerts("mixed_units", institution="SAT", through=3)) == 1
    cancel(planner, plan, from_month=1)
    assert alerts("mixed_units", institution="SAT", through=3) == []


ASKED: list[dict[str, str]] = [
    {"group_by": "unit,quarter"},
    {"group_by": "measurement_unit,semester"},
    {"group_by": "institution", "through": "7", "explain": "true"},
]


def test_kept_totals_follow_what_is_cancelled_and_corrected(planner, plan, activities) -> None:
    before = [body(planner, **SAT, **query) for query in ASKED]
    cancel(planner, plan)
    cancelled = [body(planner, **SAT, **query) for query in ASKED]
    item = {"activity": "B", "accumulation": "average", "measurement_unit": "UM1"}
    assert cancelled == [added_up(planner, **SAT, **query) for query in ASKED]
    assert modify(planner, plan, correct=[item]).status_code == 201
    corrected = [body(planner, **SAT, **query) for query in ASKED]
    assert corrected == [added_up(planner, **SAT, **query) for query in ASKED]
    for first, second, third in zip(before, cancelled, corrected, strict=True):
        assert first != second != third
        assert json.loads(third)["total"]["mixed_units"] is False
