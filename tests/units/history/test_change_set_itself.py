"""What a change set says of its own transaction, whatever the clock or the number says."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from poi_api.database.roles import as_owner
from tests import factories
from units.models import ChangeSet

pytestmark = pytest.mark.usefixtures("committed")
_GUARDS = ("append_only", "change_set_is_placed")


@contextmanager
def unguarded() -> Iterator[None]:
    """Let the tables' owner change what was committed, in a transaction."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        for guard in _GUARDS:
            cursor.execute(f"ALTER TABLE units_changeset DISABLE TRIGGER {guard}")
        yield
        for guard in _GUARDS:
            cursor.execute(f"ALTER TABLE units_changeset ENABLE ALWAYS TRIGGER {guard}")


def latest() -> ChangeSet:
    return ChangeSet.objects.latest("position")


def committed_at(change_set: ChangeSet) -> datetime:
    assert change_set.committed_at
    return change_set.committed_at


def test_moments_rise_though_the_clock_was_set_back():
    factories.institution()
    with unguarded():
        ahead = committed_at(latest()) + timedelta(hours=1)
        ChangeSet.objects.update(committed_at=ahead)
    for number in (1, 2):
        factories.institution()
        assert committed_at(latest()) == ahead + timedelta(microseconds=number)


def test_a_number_that_comes_again_is_another_transactions():
    factories.institution()
    old = latest()
    with as_owner(), transaction.atomic():
        with unguarded(), connection.cursor() as cursor:
            cursor.execute("UPDATE units_changeset SET xid = pg_current_xact_id()::text::bigint")
        factories.institution()
    assert [made.position for made in ChangeSet.objects.order_by("position")] == [1, 2]
    assert old.changes.count() == latest().changes.count() == 1
