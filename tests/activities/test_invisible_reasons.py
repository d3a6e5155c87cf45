"""A reason or a comment of which nothing can be seen is none (domain.md, rules 11 and 12)."""

import pytest

from tests import factories as make
from tests.activities.submitting import entries, item_of, open_plan, put, send_batch, verdicts
from tests.api import delete, patch, post, refused
from tests.in_one_state import for_each
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


@for_each(
    "text", ["Falt\u200bó", "\u202eodnautca", "Faltó\ufeff", "Fal\u00adtó", "Faltó\x07 algo", "a\x1bb", "a\u2028b"]
)
def test_a_reason_or_a_comment_hides_nothing(activity, planner, text):
    hidden = [("invalid_text", "reason")]
    assert refused(put(planner, activity, executed=9, reason=text), 400) == hidden
    assert verdicts(send_batch(planner, [item_of(activity, 1, 9, reason=text)])) == [["invalid_text"]]
    assert refused(post(planner, "/progress/batch/", {"items": [item_of(activity, 1, 9, reason=text)]}), 400) == hidden
    assert entries(activity) == []
    plan = f"/plans/{activity.plan.pk}/"
    assert refused(post(planner, f"{plan}close/", {"force": True, "reason": text}), 400) == hidden
    version = {"reason": text, "targets": [{"activity": activity.pk, "programmed": [3] * 12}]}
    assert refused(post(planner, f"{plan}versions/", version), 400) == hidden
    unit = f"/units/{make.unit(activity.plan.institution).pk}/"
    assert refused(patch(planner, unit, {"is_active": False, "force": True, "reason": text}), 400) == hidden
    make.entry(activity, needs_review=True)
    item = {"activity": activity.pk, "year": 2022, "month": 1, "entry_version": 1, "verdict": "accept", "comment": text}
    assert refused(post(planner, "/progress/reviews/", {"items": [item]}), 400) == [("invalid_text", "comment")]


@for_each("text", ["Faltó personal:\r\n\t1. en marzo\n2. en abril", "Al 99.52\u00a0%", "من", "«é» – 🙂", "Razo\u0301n"])
def test_a_reason_is_kept_to_the_letter_with_its_lines_and_blanks(activity, planner, text):
    assert put(planner, activity, executed=9, reason=f" {text}\n").json()["reason"] == text
    assert put(planner, activity, 2, executed=9, reason=text).json()["reason"] == text
    assert send_batch(planner, [item_of(activity, 3, 9, reason=text)]).json()["summary"]["created"] == 1
