"""Items with a member too many or too few are not judged: the whole request is refused (api.md, "Batch")."""

import pytest

from activities.models import ProgressEntry
from poi_api.http.problem_items import MOST_ERRORS
from tests.activities.submitting import item_of as item
from tests.activities.submitting import send_batch as send
from tests.activities.submitting import verdicts
from tests.api import refusals
from tests.in_one_state import for_each

pytestmark = pytest.mark.django_db
MEMBERS = {"type", "title", "status", "detail", "errors"}


@for_each("mode", ["atomic", "partial"])
@for_each("dry_run", [True, False])
@for_each("missing", ["activity", "year", "month", "executed"])
def test_what_is_missing_refuses_the_whole_without_verdicts(activity, reporter, mode, dry_run, missing):
    body = item(activity, 2)
    del body[missing]
    answer = send(reporter, [item(activity), body], mode, dry_run=dry_run)
    assert refusals(answer, 400) == [("required", missing, 1)]
    assert answer.json().keys() == MEMBERS
    assert not ProgressEntry.objects.exists()


@for_each(
    ("bad", "error"),
    [
        ({"other": 1}, ("unknown_field", "other", 1)),
        ({"verdict": "accept"}, ("unknown_field", "verdict", 1)),
        (None, ("invalid", None, 1)),
        (3, ("invalid", None, 1)),
        ([], ("invalid", None, 1)),
    ],
)
def test_what_nobody_knows_refuses_the_whole(activity, reporter, bad, error):
    odd = {**item(activity, 2), **bad} if isinstance(bad, dict) else bad
    assert refusals(send(reporter, [item(activity), odd]), 400) == [error]
    assert not ProgressEntry.objects.exists()


def test_what_is_wrong_with_the_values_is_said_once_the_members_are_right(activity, reporter):
    bad, odd = item(activity, 13, -1), {**item(activity, 2), "x": 1}
    assert refusals(send(reporter, [bad, odd]), 400) == [("unknown_field", "x", 1)]
    assert verdicts(send(reporter, [bad])) == [["invalid", "invalid_quantity"]]


@pytest.mark.parametrize(("count", "more"), [(MOST_ERRORS, None), (MOST_ERRORS + 1, 1), (5000, 4900)])
def test_a_hundred_errors_are_said_and_then_how_many_more(reporter, count, more):
    answer = send(reporter, [1] * count)
    body = answer.json()
    assert (answer.status_code, len(body["errors"]), body.get("more_errors")) == (400, MOST_ERRORS, more)
    assert str(count) in body["detail"]


def test_the_names_of_one_item_and_of_many_are_counted_together(activity, reporter):
    many = {**item(activity), **{f"x{n}": 1 for n in range(150)}}
    without = {"activity": activity.pk, "year": 2022}
    body = send(reporter, [many, without, without]).json()
    assert [error["field"] for error in body["errors"]] == [f"x{n}" for n in range(100)]
    assert body["more_errors"] == 50 + 2 + 2


@pytest.mark.parametrize("mode", ["atomic", "partial"])
def test_every_row_has_its_verdict_however_many_are_rejected(activity, reporter, mode):
    sent = [item("A9", 1)] * 2 + [item(activity, 13, n) for n in range(MOST_ERRORS + 1)]
    answer = send(reporter, sent, mode)
    body = answer.json()
    assert [bool(found["errors"]) for found in body["items"]] == [True] * len(sent)
    assert body["summary"]["rejected"] == len(sent)
    if mode == "atomic":
        assert (len(body["errors"]), body["more_errors"]) == (MOST_ERRORS, len(sent) - MOST_ERRORS)
