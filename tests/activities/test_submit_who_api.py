"""Who may submit progress."""

import pytest

from tests import factories as make
from tests.activities.submitting import open_plan, put
from units.choices import Role

pytestmark = pytest.mark.django_db
LINK = "https://intranet.example/informe?id=3"


@pytest.fixture
def activity():
    return make.activity(open_plan())


@pytest.fixture
def reporter(activity):
    return make.client(Role.REPORTER, activity.unit)


class TestWho:
    def test_a_reporter_of_a_unit_above_may(self, activity):
        below = make.activity(activity.plan, make.unit(activity.plan.institution))
        assert put(make.client(Role.REPORTER, activity.plan.institution), below, executed=1).status_code == 200

    def test_a_reader_may_not(self, activity):
        assert put(make.client(Role.READER, activity.unit), activity, executed=1).status_code == 403

    def test_a_reporter_elsewhere_does_not_see_it(self, activity):
        elsewhere = make.client(Role.REPORTER, make.unit(activity.plan.institution))
        assert put(elsewhere, activity, executed=1).status_code == 404

    def test_without_a_key_nobody_may(self, activity):
        assert put(None, activity, executed=1).status_code == 401

    def test_whoever_may_not_is_told_so_before_anything_is_wrong(self, activity):
        assert put(make.client(Role.READER, activity.unit), activity, executed="x").status_code == 403

    def test_there_are_twelve_months(self, activity, reporter):
        assert put(reporter, activity, 13, executed=1).status_code == 404
