"""`/progress/due/`: what is owed although it looks done, and what was returned and cancelled since."""

import pytest
from django.http import Http404

from activities.choices import Verdict
from activities.services.progress.submitting import submit_month
from tests import factories as make
from tests.api import results
from units.access.lookup import confirmed_by_key
from units.choices import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity():
    return make.activity(make.plan(make.institution("SAT"), requires_review=True), code="A001")


@pytest.fixture
def reporter(activity):
    return make.client(Role.REPORTER, activity.unit)


def january(caller):
    return [row["status"] for row in results(caller, "/progress/due/") if row["month"] == 1]


def test_a_withdrawal_that_waits_for_its_review_pays_no_debt(activity, reporter):
    make.entry(activity, 1, None, reason="No hay cifra", needs_review=True)
    assert january(reporter) == ["submitted"]


def test_a_figure_that_waits_for_its_review_does(activity, reporter):
    make.entry(activity, 1, 2, needs_review=True)
    assert january(reporter) == []


@pytest.mark.parametrize(("from_month", "owed"), [(2, ["returned"]), (1, [])])
def test_a_return_is_to_be_mended_unless_its_month_was_cancelled(activity, reporter, from_month, owed):
    make.review(make.entry(activity, 1, 2, needs_review=True), Verdict.RETURN, "Corrija")
    make.target(activity, [2] * (from_month - 1) + [0] * (13 - from_month), 2, cancelled_from=from_month)
    assert january(reporter) == owed


def test_a_return_of_what_was_not_promised_is_to_be_mended_though_later_months_were_cancelled(activity, reporter):
    make.target(activity, [0, *[2] * 11], 2)
    make.review(make.entry(activity, 1, 2, needs_review=True), Verdict.RETURN, "Corrija")
    make.target(activity, [0] * 12, 3, cancelled_from=2)
    assert january(reporter) == ["returned"]


def test_an_activity_that_moved_out_of_sight_meanwhile_is_not_there(activity):
    other = make.client(Role.REPORTER, make.unit(activity.plan.institution))
    item = {
        "place": 0, "id": activity.pk, "year": activity.plan.year, "month": 1, "executed": 1,
        "reason": "", "evidence_url": "", "entry_version": None,
    }  # fmt: skip
    with pytest.raises(Http404):
        submit_month(item, access=confirmed_by_key(other.key).access)
