"""A month that is submitted while somebody else commits: what its cursor promises, and what `If-Match` holds."""

from typing import Any

import pytest

from tests import factories as make
from tests.activities.submitting import entries, open_plan, put
from tests.activities.test_figures_concurrency import ENTRY
from tests.api import get
from tests.committed import Connect
from tests.door import DoorClient
from tests.threads import in_threads, until_blocked, until_waiting
from units.choices import Role
from units.models import ChangeSet

WAYS = {"plain": {}, "holding on": {"If-Match": "*"}, "with a key": {"Idempotency-Key": "a"}}


@pytest.mark.parametrize("way", WAYS)
def test_what_others_committed_between_is_not_skipped_by_the_cursor(connect: Connect, way: str):
    activity = make.activity(open_plan())
    reporter = make.client(Role.REPORTER)
    before = get(reporter, "/units/").headers["Change-Cursor"]
    other, watch = connect(), connect()
    other.execute("BEGIN")
    other.execute("INSERT INTO activities_measurementunit (code, name) VALUES ('X', 'X')")
    other.execute("SET CONSTRAINTS ALL IMMEDIATE")  # has its place, so that ours waits for it
    finish = in_threads(lambda: put(reporter, activity, headers=WAYS[way], executed=2))
    until_waiting(watch, 1)
    other.execute("COMMIT")
    (answer,) = finish()
    assert (answer.status_code, answer.json()["result"]) == (200, "created")
    assert answer.headers["Change-Cursor"] == before
    news = get(reporter, "/changes/", after=before).json()["results"]
    assert {change["entity"] for change in news} == {"measurement_unit", "progress_entry"}


def test_a_month_written_at_the_door_is_shown_as_of_its_own_place(connect: Connect):
    """Its place is taken before it is read, so that all that came before it is in what is shown."""
    activity, path = make.activity(open_plan()), "/api/v1/activities/{}/progress/1/"
    reporter, client = make.client(Role.REPORTER), DoorClient()
    other, watch = connect(), connect()

    def at_the_door(body: bytes) -> Any:
        where = path.format(activity.pk)
        return client.generic("PUT", where, body, "application/json", headers=reporter.headers)

    assert at_the_door(b'{"executed": 1}').status_code == 200  # the whole way goes first
    other.execute("BEGIN")
    other.execute("INSERT INTO activities_measurementunit (code, name) VALUES ('X', 'X')")
    other.execute("SET CONSTRAINTS ALL IMMEDIATE")
    finish = in_threads(lambda: at_the_door(b'{"executed": 2}'))
    until_waiting(watch, 1)
    other.execute("COMMIT")
    (answer,) = finish()
    assert (answer.status_code, answer.json()["executed"]) == (200, 2)
    assert get(reporter, "/changes/", after=answer.headers["Change-Cursor"]).json()["results"] == []
    assert [each.change_set.client_id for each in activity.entries.order_by("pk")] == [reporter.client.pk] * 2
    assert activity.entries.latest("pk").change_set.position == ChangeSet.objects.latest("position").position


def test_who_starts_from_a_state_that_another_is_changing_waits_and_is_refused(connect: Connect):
    activity = make.activity(open_plan())
    reporter = make.client(Role.REPORTER)
    etag = get(reporter, f"/activities/{activity.pk}/progress/1/")["ETag"]
    other, watch = connect(), connect()
    other.execute("BEGIN")
    other.execute(ENTRY, [activity.pk, 1, 1, 8])
    finish = in_threads(lambda: put(reporter, activity, headers={"If-Match": etag}, executed=2))
    until_blocked(watch, 1)
    other.execute("COMMIT")
    (answer,) = finish()
    assert (answer.status_code, entries(activity)) == (412, [8])
