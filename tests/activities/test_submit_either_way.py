"""What holds of a month that is submitted at the door as of one that goes the whole way."""

import pytest

from activities.models import ProgressEntry
from tests.activities.submitting import entries
from tests.activities.test_submit_short_way import AT_THE_DOOR, INSIDE, put, reporting
from tests.in_one_state import for_each
from units.models import ChangeSet

pytestmark = pytest.mark.usefixtures("committed")


@for_each("client", [AT_THE_DOOR, INSIDE])
def test_a_write_is_refused_with_a_condition_for_reads(client):
    reporter, activity = reporting()
    put(reporter, activity, executed=1)  # the manner is known at the door now
    answer = put(reporter, activity, client, {"If-None-Match": "*"}, executed=7)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unexpected_if_none_match")
    assert "entry_version: 0" in answer.json()["detail"]
    assert put(reporter, activity, client, executed=7, entry_version=0).status_code == 412
    assert entries(activity) == [1]


def test_the_reason_of_a_figure_is_not_that_of_the_act_by_either_way():
    reporter, activity = reporting()
    for turn, client in enumerate((AT_THE_DOOR, INSIDE), 1):
        put(reporter, activity, client, executed=turn, reason="Se adelantó")
        made = ChangeSet.objects.latest("position")
        assert (made.cause, ProgressEntry.objects.get(change_set=made).reason) == ("", "Se adelantó")
