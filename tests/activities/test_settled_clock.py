"""A question about a moment waits for the commits under way, so that its answer stays the same (domain.md, rule 9)."""

from django.db import transaction

from tests.committed import Connect
from tests.threads import in_threads, until_waiting
from units.history.moments import settled_clock
from units.models import ChangeSet

NEW = "INSERT INTO activities_measurementunit (code, name) VALUES ('X', 'X')"


def test_a_moment_is_read_when_what_took_its_place_before_can_be_seen(connect: Connect):
    other, watch = connect(), connect()
    other.execute("BEGIN")
    other.execute(NEW)
    other.execute("SET CONSTRAINTS ALL IMMEDIATE")
    finish = in_threads(settled_clock)
    until_waiting(watch, 1)
    other.execute("COMMIT")
    (moment,) = finish()
    committed_at = ChangeSet.objects.latest("position").committed_at
    assert committed_at
    assert committed_at < moment


def test_nobody_waits_for_who_has_read_it(connect: Connect):
    with transaction.atomic():
        settled_clock()
        other = connect()
        other.execute("SET lock_timeout = '20s'")
        other.execute(NEW)
    assert ChangeSet.objects.count() == 1
