"""Cancelling an activity from a month on: both sides of the month (domain.md, rule 8)."""

from datetime import date

import pytest

from activities.choices import Verdict
from activities.models import Review
from tests import factories as make
from tests.activities import test_reviews_api as reviewing
from tests.activities.planning import TWELVE, modify, revisions_of, target
from tests.activities.submitting import entries, item_of, month_of, open_plan, put, send_batch, verdicts
from tests.api import get, post, refusals, refused, results
from tests.in_one_state import for_each
from units.choices import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(sat):
    return open_plan(sat)


@pytest.fixture
def activity(plan):
    return make.activity(plan, code="A1")


@pytest.fixture
def cancelled(planner, plan, activity):
    """The activity, which ends with July; July and August had been reported."""
    for month in (7, 8):
        make.entry(activity, month, 3)
    assert modify(planner, plan, cancel=[{"activity": "A1", "from_month": 7}]).status_code == 201
    return activity


class TestMonths:
    def test_earlier_months_keep_programme_and_figures_and_later_ones_keep_what_was_done(self, reporter, cancelled):
        for month, programmed, executed in ((6, 2, None), (7, 0, 3), (8, 0, 3), (9, 0, None), (12, 0, None)):
            shown = month_of(reporter, cancelled, month)
            assert (shown["programmed"], shown["executed"]) == (programmed, executed)

    def test_what_was_done_counts_without_a_programme(self, reporter, cancelled):
        for month in range(1, 7):
            make.entry(cancelled, month, 2)
        found = get(reporter, f"/activities/{cancelled.pk}/progress/").json()
        assert (found["annual_target"], found["executed_total"], found["progress"]) == (12, 18, 150)
        assert [(q["programmed"], q["executed"], q["progress"]) for q in found["quarters"][1:3]] == [
            (6, 6, 100),
            (0, 6, None),
        ]

    def test_months_before_take_reports_and_months_from_then_on_do_not(self, reporter, cancelled):
        assert put(reporter, cancelled, 6, executed=2).json()["result"] == "created"
        assert put(reporter, cancelled, 6, executed=1).json()["result"] == "updated"
        for month in (7, 8, 9, 12):
            answer = put(reporter, cancelled, month, executed=1)
            assert refused(answer, 409) == [("activity_cancelled", "month")]
        assert entries(cancelled, 7) == [3]

    def test_a_figure_of_a_cancelled_month_is_not_withdrawn_either(self, reporter, cancelled):
        answer = put(reporter, cancelled, 7, executed=None, reason="Error")
        assert refused(answer, 409) == [("activity_cancelled", "month")]

    def test_no_reason_is_asked_for_where_none_helps(self, plan, reporter, cancelled):
        plan.tolerance_percent = 10
        plan.save()
        assert refused(put(reporter, cancelled, 7, executed=9), 409) == [("activity_cancelled", "month")]
        assert refused(put(reporter, cancelled, 7, executed=None), 409) == [("activity_cancelled", "month")]
        assert refused(put(reporter, cancelled, 6, executed=9), 400) == [("reason_required", "reason")]

    def test_months_before_close_as_any_other(self, plan, reporter, cancelled):
        plan.periods.filter(month__in=(6, 7)).update(due_on=date(2022, 8, 1), closes_on=date(2022, 8, 2))
        assert refused(put(reporter, cancelled, 6, executed=1), 409) == [("period_closed", "month")]
        assert refused(put(reporter, cancelled, 7, executed=1), 409) == [("activity_cancelled", "month")]

    @pytest.mark.parametrize("more", [{}, {"dry_run": True}])
    def test_a_list_says_so_of_each_item(self, reporter, cancelled, more):
        sent = [item_of(cancelled, month) for month in (6, 7, 12)]
        assert verdicts(send_batch(reporter, sent, **more)) == [
            "created",
            ["activity_cancelled"],
            ["activity_cancelled"],
        ]


class TestReviews:
    @pytest.fixture
    def plan(self, sat):
        return open_plan(sat, requires_review=True)

    def test_what_waited_in_a_cancelled_month_is_not_reviewed_any_more(self, sat, planner, plan, activity):
        for month in (6, 7):
            make.entry(activity, month, 3, needs_review=True)
        modify(planner, plan, cancel=[{"activity": "A1", "from_month": 7}])
        reviewer = make.client(Role.REVIEWER, sat)
        sent = [reviewing.item(activity, month) for month in (6, 7)]
        assert verdicts(reviewing.send(reviewer, *sent)) == ["accepted", ["activity_cancelled"]]
        assert Review.objects.count() == 1
        assert month_of(reviewer, activity, 7)["pending"] == {"executed": 3, "entry_version": 1}
        modify(planner, plan, targets=[target("A1")])
        assert verdicts(reviewing.send(reviewer, sent[1])) == ["accepted"]

    def test_what_was_returned_is_owed_before_and_not_from_then_on(self, planner, plan, reporter, activity):
        plan.periods.update(opens_on=date(2022, 1, 1))
        for month in (6, 7):
            make.review(make.entry(activity, month, 3, needs_review=True), Verdict.RETURN, "Corrija")
        modify(planner, plan, cancel=[{"activity": "A1", "from_month": 7}])
        owed = {row["month"]: row["status"] for row in results(reporter, "/progress/due/")}
        assert owed == {**dict.fromkeys(range(1, 6), "unreported"), 6: "returned"}


class TestClosing:
    def test_months_before_are_owed_and_later_ones_are_not(self, planner, plan, activity):
        for month in (1, 2, 3, 4, 5):
            make.entry(activity, month, 2)
        for month in (6, 7):
            make.entry(activity, month, 2, needs_review=True)
        modify(planner, plan, cancel=[{"activity": "A1", "from_month": 7}])
        answer = post(planner, f"/plans/{plan.pk}/close/", {})
        assert [code for code, *_ in refusals(answer, 409)] == ["plan_incomplete", "review_pending"]
        assert answer.json()["totals"] == {"month_unreported": 0, "review_pending": 1}
        make.review(activity.entries.get(month=6))
        assert post(planner, f"/plans/{plan.pk}/close/", {}).status_code == 200


class TestFromMonth:
    @pytest.mark.parametrize(("day", "month"), [("2022-01-01", 1), ("2022-06-30", 6), ("2022-12-31", 12)])
    def test_unless_said_it_is_that_of_the_day_from_which_the_version_is_in_effect(
        self, planner, plan, activity, day, month
    ):
        assert modify(planner, plan, effective_on=day, cancel=[{"activity": "A1"}]).status_code == 201
        assert revisions_of(activity)[1:] == [(2, [2] * (month - 1) + [0] * (13 - month), month, "SAT")]

    @pytest.mark.parametrize("day", ["2021-12-31", "2023-01-01", None])
    def test_a_day_of_another_year_or_none_names_no_month(self, planner, plan, activity, day):
        for item in ({"activity": "A1"}, {"activity": "A1", "from_month": None}):
            answer = modify(planner, plan, effective_on=day, cancel=[item])
            assert refusals(answer, 400) == [("from_month_required", "cancel.from_month", 0)]
        assert modify(planner, plan, effective_on=day, cancel=[{"activity": "A1", "from_month": 3}]).status_code == 201
        assert revisions_of(activity)[1][2] == 3

    @for_each("month", [0, 13, -1, "7", 7.5, True, [7]])
    def test_it_is_a_month(self, planner, plan, activity, month):
        answer = modify(planner, plan, cancel=[{"activity": "A1", "from_month": month}])
        assert refusals(answer, 400) == [("invalid", "cancel.from_month", 0)]

    def test_an_activity_that_ends_can_end_earlier_and_not_later(self, planner, plan, activity):
        def ends_with(month):
            return modify(planner, plan, cancel=[{"activity": "A1", "from_month": month}])

        assert [ends_with(month).status_code for month in (7, 5)] == [201, 201]
        assert refusals(ends_with(5), 400) == [("nothing_changes", None, None)]
        other = make.activity(plan, activity.unit, code="A9")
        beside = {"targets": [{"activity": "A9", "programmed": [4] * 12}]}
        for lists in ({}, beside):
            later = modify(planner, plan, cancel=[{"activity": "A1", "from_month": 6}], **lists)
            assert refusals(later, 409) == [("activity_cancelled", "cancel.from_month", 0)]
        same = modify(planner, plan, cancel=[{"activity": "A1", "from_month": 5}], **beside)
        assert [change["activity"]["id"] for change in same.json()["changes"]] == [other.pk]
        assert [row[2] for row in revisions_of(activity)] == [None, 7, 5]

    def test_an_activity_without_a_programme_left_is_cancelled_all_the_same(self, planner, plan, reporter):
        nothing = make.activity(plan, code="A5", programmed=[2] * 6 + [0] * 6)
        assert put(reporter, nothing, 9, executed=1).status_code == 200
        assert modify(planner, plan, cancel=[{"activity": "A5", "from_month": 9}]).status_code == 201
        assert put(reporter, nothing, 8, executed=1).status_code == 200
        assert put(reporter, nothing, 9, executed=2).status_code == 409


class TestRevival:
    def test_a_later_target_brings_it_back_and_versions_stay_as_they_were(self, planner, plan, reporter, cancelled):
        assert modify(planner, plan, targets=[target("A1")]).status_code == 201
        assert put(reporter, cancelled, 7, executed=4).json()["result"] == "updated"
        path = f"/activities/{cancelled.pk}/"
        shown = [get(planner, path, version=version).json() for version in ("initial", "2", "current")]
        assert [(row["is_cancelled"], row["cancelled_from"]) for row in shown] == [
            (False, None),
            (True, 7),
            (False, None),
        ]
        assert [row["programmed"] for row in shown] == [[2] * 12, [2] * 6 + [0] * 6, TWELVE]
        told = results(planner, f"{path}revisions/")
        assert [row["cancelled_from"] for row in told] == [None, 7, None]

    def test_progress_in_a_version_that_cancelled_it_has_its_programme(self, planner, plan, cancelled):
        modify(planner, plan, targets=[target("A1")])
        path = f"/activities/{cancelled.pk}/progress/"
        targets = [get(planner, path, version=version).json()["annual_target"] for version in ("1", "2", "3")]
        assert targets == [24, 12, 66]
