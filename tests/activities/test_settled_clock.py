"""A question about a moment waits for the commits under way, so that its answer stays the same (domain.md, rule 9)."""

from datetime import timedelta

from django.db import transaction

from poi_api.http.exact_json import loads
from tests import factories as make
from tests.activities.submitting import open_plan, put
from tests.api import get
from tests.committed import Connect
from tests.reports.publications.publishing import content, published
from tests.threads import in_threads, until_waiting
from tests.units.history.test_change_set_itself import committed_at, latest, unguarded
from units.choices import Role
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


def test_a_clock_that_was_set_back_leaves_out_nothing_that_is_known(committed: None):
    """What is published is all that the publisher sees, and its moment can be asked about."""
    activity = make.activity(open_plan(make.institution("SAT")))
    planner = make.client(Role.PLANNER, activity.plan.institution)
    put(planner, activity, 1, executed=7)
    with unguarded():
        ahead = committed_at(latest()) + timedelta(hours=1)
        ChangeSet.objects.filter(pk=latest().pk).update(committed_at=ahead)
    assert settled_clock() == ahead
    asked = {"institution": "SAT", "year": 2022, "through": 1}
    frozen = loads(content(planner, published(planner, "poi", **asked)))
    assert frozen["results"][0]["executed"][0] == 7
    again = get(planner, "/reports/poi/", as_of=frozen["as_of"], **asked)
    assert loads(again.content)["results"] == frozen["results"]
