"""Figures of a past moment are what was known at it, however they are made (domain.md, rule 9)."""

from datetime import datetime

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings

from activities.models import ProgressEntry
from activities.queries.basis import Basis
from tests import factories
from tests.activities.test_figures import COLUMNS, Row, Teller, asked, history, stored
from tests.committed import empty_tables
from units.history.past import past
from units.models import ChangeSet

pytestmark = pytest.mark.usefixtures("committed")


def of_then(key: int, moment: datetime) -> Row:
    """Return the figures that answers about a moment are made of."""
    basis = Basis(as_of=moment)
    with past(moment), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(COLUMNS)} FROM {basis.source('ARRAY[%(id)s]')} f", {"id": key} | basis.values
        )
        found: Row = dict(zip(COLUMNS, cursor.fetchone(), strict=True))
    return found


def test_what_was_known_at_each_commit_is_known_for_ever() -> None:
    @settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(history)
    def replayed(steps: list) -> None:
        empty_tables()
        teller, known = Teller(), {}
        for which, step in steps:
            with transaction.atomic():
                teller.tell(which, step)
            moment = ChangeSet.objects.latest("position").committed_at
            assert moment is not None
            known[moment] = [told.figure() for told in teller.told]
        for moment, figures in known.items():
            assert [asked(activity.pk, None, moment) for activity in teller.activities] == figures
            for activity, figure in zip(teller.activities, figures, strict=True):
                assert of_then(activity.pk, moment) == figure

    replayed()


def test_an_activity_that_was_deleted_had_figures() -> None:
    activity = factories.activity(factories.plan(), programmed=None)
    moment = ChangeSet.objects.latest("position").committed_at
    assert moment is not None
    figure = stored(activity.pk)
    key = activity.pk
    activity.delete()
    assert of_then(key, moment) == figure


@pytest.mark.parametrize("months", [2, 3, 9])
def test_months_that_were_said_together_later_were_not_known(months: int) -> None:
    activity = factories.activity(factories.plan())
    factories.entry(activity, 2, 7)
    moment = ChangeSet.objects.latest("position").committed_at
    assert moment is not None
    figure = stored(activity.pk)
    ProgressEntry.objects.bulk_create(
        ProgressEntry(activity=activity, month=month, entry_version=1 + (month == 2), executed=5)
        for month in range(1, months + 1)
    )
    assert of_then(activity.pk, moment) == figure != stored(activity.pk)
