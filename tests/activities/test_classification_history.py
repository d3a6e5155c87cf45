"""What an activity was classified by at a moment, and how the feed tells of it."""

import pytest

from tests import factories as make
from tests.api import get, patch, refused, results
from units.choices import Role

pytestmark = pytest.mark.usefixtures("committed")
NOTHING = dict.fromkeys(("oei", "aei", "categoria", "producto", "prioridad", "ubigeo"))
FIRST, SECOND = ("OEI.01", "RECAUDAR"), ("OEI.02", "ATENDER")


def named(pair):
    return dict(zip(("code", "name"), pair, strict=True))


@pytest.fixture
def planner():
    return make.client(Role.PLANNER)


@pytest.fixture
def moment(planner):
    """The moment after which the only activity gets another objective."""
    plan = make.plan(make.institution("I"))
    activity = make.activity(plan, code="A1", classified={"oei": FIRST})
    known = get(planner, "/reports/matrix/", year=2022).json()["as_of"]
    patch(planner, f"/activities/{activity.pk}/", {"classification": {"oei": named(SECOND)}})
    return known


def test_a_list_shows_that_of_its_moment_and_is_narrowed_by_it(planner, moment):
    assert results(planner, "/activities/")[0]["classification"]["oei"] == named(SECOND)
    [then] = results(planner, "/activities/", as_of=moment, oei="OEI.01")
    assert then["classification"]["oei"] == named(FIRST)
    # known today alone: nothing had it then
    assert results(planner, "/activities/", as_of=moment, oei="OEI.02") == []
    assert refused(get(planner, "/activities/", oei="OEI.01"), 400) == [("unknown_code", "oei")]


def test_the_feed_tells_the_change_as_what_is_said(planner, moment):
    [*_, change] = results(planner, "/changes/")
    assert (change["entity"], change["operation"]) == ("activity", "updated")
    assert change["before"] == {"classification": NOTHING | {"oei": named(FIRST)}}
    assert change["after"] == {"classification": NOTHING | {"oei": named(SECOND)}}
