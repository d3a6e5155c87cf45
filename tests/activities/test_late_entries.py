"""Entries that come late, after a newer one of their month: figures are made anew from the history."""

import pytest
from django.db import transaction

from activities.models import Figure, ProgressEntry
from tests import factories
from tests.activities.test_figures import asked, rebuilt, stored
from tests.activities.test_figures_concurrency import ENTRY
from tests.committed import Connect
from tests.units.test_tree import until_blocked, waits

MORE = ", (%s, %s, %s, %s, false, false, 'api')"


def enter(activity, *entries: tuple[int, int, int]) -> None:
    """Make entries (month, version, quantity) in one statement."""
    ProgressEntry.objects.bulk_create(
        ProgressEntry(activity=activity, month=month, entry_version=version, executed=executed)
        for month, version, executed in entries
    )


@pytest.mark.django_db
def test_an_older_entry_of_a_month_changes_nothing_and_the_following_months_count():
    activity = factories.activity()
    enter(activity, (2, 2, 8))
    enter(activity, (1, 1, 3), (2, 1, 5), (3, 1, 4))
    figure = stored(activity.pk)
    assert (figure["executed"][:4], figure["entry_version"][:4]) == ([3, 8, 4, None], [1, 2, 1, 0])
    assert rebuilt() == 0


@pytest.mark.django_db
def test_an_activity_that_lost_its_figures_gets_all_of_them():
    activity, other = factories.activity(), factories.activity()
    enter(activity, (1, 1, 3))
    Figure.objects.filter(activity=activity).delete()
    ProgressEntry.objects.bulk_create(
        ProgressEntry(activity=which, month=2, entry_version=1, executed=4) for which in (activity, other)
    )
    assert stored(activity.pk)["executed"][:3] == [3, 4, None]
    assert stored(other.pk)["executed"][:3] == [None, 4, None]
    assert rebuilt() == 0


def test_what_others_entered_while_one_waited_for_them_is_newer(connect: Connect):
    activity = factories.activity()
    first, second, watcher = connect(), connect(), connect()
    first.execute("BEGIN")
    first.execute(ENTRY + MORE, [activity.pk, 1, 2, 8, activity.pk, 2, 1, 6])
    older = [activity.pk, 1, 1, 7, activity.pk, 3, 1, 5, activity.pk, 4, 1, 9]
    thread, outcome = waits(second, ENTRY + MORE + MORE, older)
    until_blocked(watcher, second)
    first.execute("COMMIT")
    thread.join()
    assert not isinstance(outcome[0], Exception), outcome
    assert stored(activity.pk)["executed"][:5] == [8, 6, 5, 9, None]
    assert stored(activity.pk) == asked(activity.pk)
    with transaction.atomic():
        assert rebuilt() == 0
