"""Closing a plan: what is still owed is said first."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import PlanStatus, Verdict
from activities.services.plans.closing import LISTED
from tests import factories as make
from tests.api import get, post, refusals

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(sat):
    return make.plan(sat, requires_review=True)


def close(caller, plan, body=None, headers=None):
    return post(caller, f"/plans/{plan.pk}/close/", body, headers)


def status_of(plan):
    plan.refresh_from_db()
    return plan.status


def test_a_complete_plan_closes(plan, planner):
    activity = make.activity(plan, programmed=[1, 0, 0, *[0] * 9])
    make.entry(activity, 1)
    answer = close(planner, plan)
    assert (answer.status_code, answer.json()["status"]) == (200, "closed")
    assert get(planner, f"/plans/{plan.pk}/")["ETag"] == answer["ETag"]


def test_an_expected_month_without_a_figure_is_owed(plan, planner):
    make.entry(make.activity(plan, programmed=[1, 1, 1, *[0] * 9], code="A7"), 2)
    answer = close(planner, plan)
    assert refusals(answer, 409) == [
        ("plan_incomplete", None, None),
        ("month_unreported", "activity", None),
        ("month_unreported", "activity", None),
    ]
    assert [error["detail"] for error in answer.json()["errors"][1:]] == [
        "A7, ENE: sin reportar.",
        "A7, MAR: sin reportar.",
    ]
    assert answer.json()["totals"] == {"month_unreported": 2, "review_pending": 0}
    assert status_of(plan) == PlanStatus.APPROVED


def test_a_reported_zero_is_a_figure(plan, planner):
    make.entry(make.activity(plan, programmed=[1, *[0] * 11]), 1, 0)
    assert close(planner, plan).status_code == 200


def test_what_waits_for_its_review_is_owed_even_where_nothing_was_expected(plan, planner):
    activity = make.activity(plan, programmed=[0] * 12, code="A7")
    make.entry(activity, 9, needs_review=True)
    answer = close(planner, plan)
    assert refusals(answer, 409)[1:] == [("review_pending", "activity", None)]
    assert answer.json()["errors"][1]["detail"] == "A7, SET: espera revisión."


def test_a_month_that_waits_is_owed_once(plan, planner):
    make.entry(make.activity(plan, programmed=[1, *[0] * 11]), 1, needs_review=True)
    assert [code for code, *_ in refusals(close(planner, plan), 409)] == ["plan_incomplete", "review_pending"]


def test_a_returned_entry_is_no_figure(plan, planner):
    entry = make.entry(make.activity(plan, programmed=[1, *[0] * 11]), 1, needs_review=True)
    make.review(entry, Verdict.RETURN, "Falta el sustento")
    assert [code for code, *_ in refusals(close(planner, plan), 409)] == ["plan_incomplete", "month_unreported"]


def test_a_withdrawn_figure_is_owed_again(plan, planner):
    activity = make.activity(plan, programmed=[1, *[0] * 11])
    make.entry(activity, 1)
    make.entry(activity, 1, None, reason="Error")
    assert [code for code, *_ in refusals(close(planner, plan), 409)] == ["plan_incomplete", "month_unreported"]


def test_a_cancelled_activity_owes_nothing(plan, planner):
    activity = make.activity(plan)
    make.version(plan, 2)
    make.target(activity, [0] * 12, 2, is_cancelled=True)
    assert close(planner, plan).status_code == 200


def test_the_list_is_cut_and_the_totals_are_not(plan, planner):
    for _ in range(9):
        make.activity(plan)
    answer = close(planner, plan)
    assert len(answer.json()["errors"]) == LISTED + 1 == 100
    assert answer.json()["more_errors"] == 108 - LISTED
    assert answer.json()["totals"]["month_unreported"] == 108
    assert "108" in answer.json()["errors"][0]["detail"]


class TestForce:
    def test_with_a_reason_it_closes_all_the_same(self, plan, planner):
        make.activity(plan)
        assert close(planner, plan, {"force": True, "reason": "Se fusionó la unidad"}).status_code == 200
        assert status_of(plan) == PlanStatus.CLOSED

    @pytest.mark.parametrize("more", [{}, {"reason": ""}, {"reason": "  "}])
    def test_without_a_reason_it_does_not(self, plan, planner, more):
        make.activity(plan)
        answer = close(planner, plan, {"force": True, **more})
        assert refusals(answer, 400) == [("reason_required", "reason", None)]
        assert status_of(plan) == PlanStatus.APPROVED

    def test_a_reason_alone_is_no_force(self, plan, planner):
        make.activity(plan)
        assert close(planner, plan, {"force": False, "reason": "Porque sí"}).status_code == 409


@pytest.mark.parametrize(
    ("status", "code"), [(PlanStatus.DRAFT, "plan_not_approved"), (PlanStatus.CLOSED, "plan_closed")]
)
def test_only_an_approved_plan_closes(sat, planner, status, code):
    plan = make.plan(sat, status=status)
    for body in (None, {"force": True, "reason": "Porque sí"}):
        assert refusals(close(planner, plan, body), 409) == [(code, None, None)]


def test_a_stale_close_is_refused(plan, planner):
    assert close(planner, plan, None, {"If-Match": '"x"'}).status_code == 412
    assert status_of(plan) == PlanStatus.APPROVED


def test_it_takes_the_same_statements_whatever_is_owed(sat, planner):
    counts = []
    for number, year in ((1, 2020), (20, 2021)):
        plan = make.plan(sat, year)
        for _ in range(number):
            make.activity(plan)
        with CaptureQueriesContext(connection) as queries:
            assert close(planner, plan).status_code == 409
        counts.append(len(queries))
    assert counts[0] == counts[1]
