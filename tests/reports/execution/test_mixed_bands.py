"""A line over plans with other cuts has no band, whichever of both differs; and what has no programme is in no mean."""

import pytest

from tests import factories as make
from tests.reports.execution.asking import execution

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("cuts", "is_mixed"),
    [({}, False), ({"green_from": 90}, True), ({"amber_from": 70}, True), ({"green_from": 90, "amber_from": 70}, True)],
)
def test_it_has_no_band_where_a_cut_differs(cuts, is_mixed):
    for plan in (make.plan(), other := make.plan()):
        for name, value in cuts.items() if plan is other else ():
            setattr(plan, name, value)
        plan.save()
        make.entry(make.activity(plan, programmed=[1, *[0] * 11]), 1, 1)
    make.settle()
    total = execution(group_by="year")["total"]
    assert (total["mixed_bands"], total["band"], total["progress"]) == (is_mixed, None if is_mixed else "green", 100)


@pytest.mark.parametrize("accumulation", ["sum", "last", "average"])
def test_an_activity_without_programme_is_in_no_mean(accumulation):
    plan = make.plan()
    make.entry(make.activity(plan, programmed=[2, *[0] * 11], accumulation=accumulation), 1, 1)
    make.entry(make.activity(plan, programmed=[0] * 12, accumulation=accumulation), 1, 5)
    make.settle()
    assert execution(through=1)["total"]["mean_progress"] == 50
