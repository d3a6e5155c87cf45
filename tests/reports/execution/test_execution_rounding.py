"""A mean of percentages is rounded once (domain.md, rule 7), and subtotals come by the names of their units."""

import pytest

from tests import factories as make
from tests.reports.execution.asking import execution

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("executed", "mean"), [("44.999", 0), ("45", 0), ("49.999", 0), ("50", 0.01), ("149.999", 0.01)]
)
def test_a_mean_is_rounded_half_up_and_once(executed, mean):
    make.entry(make.activity(programmed=[1_000_000, *[0] * 11]), 1, executed)
    make.settle()
    found = execution(group_by="unit")
    assert found["total"]["mean_progress"] == found["results"][0]["mean_progress"] == mean


@pytest.mark.parametrize("names", [("ALFA", "BETA"), ("BETA", "ALFA")])
def test_subtotals_come_by_name(names):
    plan = make.plan()
    for code, name in zip(("K1", "K2"), names, strict=True):
        make.activity(plan, measurement_unit=make.measurement_unit(code, name))
    make.settle()
    found = execution(group_by="unit", subtotals="true")
    for line in (found["total"], found["results"][0]):
        assert [part["measurement_unit"]["name"] for part in line["by_measurement_unit"]] == ["ALFA", "BETA"]
