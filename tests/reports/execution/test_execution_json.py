"""The rows of `/reports/execution/` as JSON, which the database writes."""

import json
from decimal import Decimal
from typing import Any

import pytest

from tests import factories as make
from tests.api import get
from tests.reports.execution.asking import PATH, execution

pytestmark = pytest.mark.django_db
NAMES = 'OFICINA "DE" \\ LÍNEA\t{},\u2028', 'Objetivo "1" \\ {code}, ñ'


def test_whatever_a_name_holds_is_shown_to_the_letter():
    unit_name, class_name = NAMES
    plan = make.plan(make.institution("I"))
    make.activity(plan, make.unit(plan.institution, "U1", unit_name), [1] * 12, classified={"oei": ("O.1", class_name)})
    [row] = execution(group_by="unit,oei,aei")["results"]
    assert (row["unit"]["name"], row["oei"], row["aei"]) == (unit_name, {"code": "O.1", "name": class_name}, None)


def test_quantities_are_numbers_to_the_digit_and_what_is_missing_is_null():
    plan = make.plan(make.institution("I"))
    done = make.activity(plan, None, [Decimal("999999999999.125"), *[0] * 11], "A1")
    make.activity(plan, None, [Decimal("2.5"), *[0] * 11], "A2")
    make.entry(done, 1, Decimal("333333333333.001"))
    answer = get(make.client(), PATH, year=2022, group_by="activity", fields="programmed,executed,progress,over,band")
    first, second = json.loads(answer.content, parse_float=str)["results"]
    assert list(first.values()) == ["999999999999.125", "333333333333.001", "33.33", "red", False]
    assert second == {"programmed": "2.5", "executed": None, "progress": None, "band": None, "over": False}


@pytest.mark.parametrize("more", ["explanation", "by_measurement_unit"])
def test_what_is_asked_for_besides_can_be_all_that_is_asked_for(more):
    plan = make.plan(make.institution("I"))
    make.entry(make.activity(plan, None, [1] * 12), 1, 1)
    asked: dict[str, Any] = {"group_by": "quarter", "explain": "true", "subtotals": "true"}
    whole, some = execution(**asked), execution(**asked, fields=more)
    assert [list(row) for row in some["results"]] == [[more]] * 4
    assert [row[more] for row in some["results"]] == [row[more] for row in whole["results"]]
    assert some["total"] == whole["total"]
    assert {"programmed", "explanation", "by_measurement_unit"} <= some["total"].keys()


def test_without_an_activity_there_is_a_total_of_nothing():
    found = execution(group_by="unit", subtotals="true")
    assert (found["results"], found["total"]["activities"], found["total"]["executed"]) == ([], 0, 0)
    assert found["total"]["by_measurement_unit"] == []
