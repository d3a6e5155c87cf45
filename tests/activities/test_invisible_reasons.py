"""A reason or a comment of which nothing can be seen is none (domain.md, rules 11 and 12)."""

import pytest

from tests import factories as make
from tests.activities.submitting import entries, item_of, open_plan, put, send_batch, verdicts
from tests.api import delete, patch, post, refused
from units.choices import Role

pytestmark = pytest.mark.django_db

INVISIBLE = pytest.mark.parametrize(
    "reason", ["\u200b", "\u202e\u202c", "\u2066 \u2069", "\u00ad", "\u3164"], ids=ascii
)


@pytest.fixture
def activity():
    return make.activity(open_plan(tolerance_percent=10))


@pytest.fixture
def planner(activity):
    return make.client(Role.PLANNER, activity.plan.institution)


@INVISIBLE
def test_a_deviation_and_a_withdrawal_are_not_explained_by_it(activity, planner, reason):
    assert refused(put(planner, activity, executed=9, reason=reason), 400) == [("reason_required", "reason")]
    assert verdicts(send_batch(planner, [item_of(activity, 1, 9, reason=reason)])) == [["reason_required"]]
    make.entry(activity)
    assert refused(put(planner, activity, executed=None, reason=reason), 400) == [("reason_required", "reason")]
    assert entries(activity) == [2]


@INVISIBLE
def test_a_return_is_not_explained_by_it(activity, planner, reason):
    make.entry(activity, needs_review=True)
    named = {"activity": activity.pk, "year": 2022, "month": 1, "entry_version": 1}
    item = {**named, "verdict": "return", "comment": reason}
    answer = post(planner, "/progress/reviews/", {"mode": "partial", "items": [item]})
    assert verdicts(answer) == [["comment_required"]]


@INVISIBLE
def test_an_act_of_planning_is_not_explained_by_it(activity, planner, reason):
    plan = activity.plan
    closed = plan.periods.get(month=1)
    type(closed).objects.filter(pk=closed.pk).update(due_on="2022-02-10", closes_on="2022-02-15")
    period = f"/periods/{closed.pk}/"
    reopening = make.reopening(plan, 1, activity.unit)
    version = {"reason": reason, "targets": [{"activity": activity.pk, "programmed": [3] * 12}]}
    for answer, code in (
        (patch(planner, period, {"closes_on": "2022-02-28", "reason": reason}), "reason_required"),
        (
            post(planner, f"{period}reopenings/", {"unit": activity.unit.pk, "until": "2199-12-31", "reason": reason}),
            "blank",
        ),
        (delete(planner, f"{period}reopenings/{reopening.pk}/", {"reason": reason}), "blank"),
        (post(planner, f"/plans/{plan.pk}/close/", {"force": True, "reason": reason}), "reason_required"),
        (post(planner, f"/plans/{plan.pk}/versions/", version), "blank"),
    ):
        assert refused(answer, 400) == [(code, "reason")]


def test_a_reason_that_can_be_read_is_kept_to_the_letter(activity, planner):
    assert (
        put(planner, activity, executed=9, reason=" \u2067من\u2069 a\u200bb\n").json()["reason"]
        == "\u2067من\u2069 a\u200bb"
    )
