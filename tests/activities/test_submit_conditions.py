"""What a submission is refused with that only a read heeds, at the door as well as inside."""

from typing import Any

import pytest
from django.test import Client

from tests.activities.submitting import entries
from tests.activities.test_submit_short_way import put, reporting
from tests.door import DoorClient

pytestmark = pytest.mark.usefixtures("committed")


@pytest.mark.parametrize("client", [DoorClient(), Client()], ids=["door", "inside"])
def test_a_write_is_refused_with_a_condition_for_reads(client: Any) -> None:
    reporter, activity = reporting()
    put(reporter, activity, executed=1)  # the manner is known at the door now
    answer = put(reporter, activity, client, {"If-None-Match": "*"}, executed=7)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unexpected_if_none_match")
    assert "entry_version: 0" in answer.json()["detail"]
    assert put(reporter, activity, client, executed=7, entry_version=0).status_code == 412
    assert entries(activity) == [1]
