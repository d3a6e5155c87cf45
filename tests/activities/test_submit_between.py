"""The cursor of a month that was submitted, where somebody commits between what is shown and its own commit."""

import pytest

from tests import factories as make
from tests.activities.submitting import open_plan, put
from tests.api import get
from tests.committed import Connect
from tests.threads import in_threads, until_waiting
from units.choices import Role
from units.models import ChangeSet

WAYS = {"in one statement": {}, "step by step": {"If-Match": "*"}, "with a key": {"Idempotency-Key": "a"}}


@pytest.mark.parametrize("way", WAYS)
def test_what_others_committed_between_is_not_skipped_by_the_cursor(connect: Connect, way: str):
    activity = make.activity(open_plan())
    reporter = make.client(Role.REPORTER)
    before = ChangeSet.objects.latest("position").position
    other, watch = connect(), connect()
    other.execute("BEGIN")
    other.execute("INSERT INTO activities_measurementunit (code, name) VALUES ('X', 'X')")
    other.execute("SET CONSTRAINTS ALL IMMEDIATE")  # has its place, so that ours waits for it
    finish = in_threads(lambda: put(reporter, activity, headers=WAYS[way], executed=2))
    until_waiting(watch, 1)
    other.execute("COMMIT")
    (answer,) = finish()
    assert (answer.status_code, answer.json()["result"]) == (200, "created")
    assert answer.headers["Change-Cursor"].endswith(f"-{before}")
    news = get(reporter, "/changes/", after=answer.headers["Change-Cursor"]).json()["results"]
    assert {change["entity"] for change in news} == {"measurement_unit", "progress_entry"}
