"""Figures are never stale, whoever else is writing."""

from collections.abc import Callable

import psycopg
import pytest

from tests import factories
from tests.activities.test_figures import asked, rebuilt, stored
from tests.committed import Connect
from tests.in_one_state import for_each
from tests.units.test_tree import until_blocked, waits

ENTRY = """
INSERT INTO activities_progressentry (activity_id, month, entry_version, executed, is_late, needs_review, origin)
VALUES (%s, %s, %s, %s, false, false, 'api')
"""
TARGET = """
INSERT INTO activities_targetrevision (activity_id, version, programmed, unit_id)
SELECT id, 2, array_fill(9::numeric, ARRAY[12]), unit_id FROM activities_activity WHERE id = %s
"""
DELETION = "DELETE FROM activities_activity WHERE id = %s"
Statement = Callable[[int], tuple[str, list]]
STATEMENTS: dict[str, Statement] = {
    "another month": lambda key: (ENTRY, [key, 2, 1, 8]),
    "the same month": lambda key: (ENTRY, [key, 1, 2, 8]),
    "a target": lambda key: (TARGET, [key]),
    "several months": lambda key: (
        ENTRY + ", (%s, 4, 1, 8, false, false, 'api')", [key, 3, 1, 8, key],
    ),
}  # fmt: skip


@pytest.fixture
def links(connect: Connect) -> tuple[psycopg.Connection, ...]:
    """Two writers, and one who watches them."""
    return connect(), connect(), connect()


@for_each("first", STATEMENTS)
@for_each("second", STATEMENTS)
def test_two_writers_at_once_lose_nothing(links: tuple[psycopg.Connection, ...], first: str, second: str) -> None:
    activity = factories.activity()
    factories.entry(activity, 1, 7)
    a, b, watcher = links
    a.execute("BEGIN")
    a.execute(*STATEMENTS[first](activity.pk))
    thread, outcome = waits(b, *STATEMENTS[second](activity.pk))
    until_blocked(watcher, b)
    a.execute("COMMIT")
    thread.join()
    assert isinstance(outcome[0], Exception) == (first == second != "a target"), outcome
    assert stored(activity.pk) == asked(activity.pk)
    assert rebuilt() == 0


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_an_older_snapshot_leaves_no_stale_figure(connect: Connect, level: str) -> None:
    activity = factories.activity()
    a, b = connect(), connect()
    a.execute(f"BEGIN ISOLATION LEVEL {level}")
    a.execute("SELECT 1 FROM units_unit")
    b.execute(ENTRY, [activity.pk, 1, 1, 8])
    with pytest.raises(psycopg.errors.SerializationFailure):
        a.execute(ENTRY, [activity.pk, 2, 1, 9])
    a.execute("ROLLBACK")
    assert stored(activity.pk)["executed"][:2] == [8, None]
    assert rebuilt() == 0


@pytest.mark.parametrize("deleted_first", [False, True])
def test_an_entry_never_loses_its_activity(connect: Connect, deleted_first: bool) -> None:
    activity = factories.activity(programmed=None)
    steps = [(ENTRY, [activity.pk, 1, 1, 8]), (DELETION, [activity.pk])]
    a, b, watcher = connect(), connect(), connect()
    a.execute("BEGIN")
    a.execute(*steps[deleted_first])
    thread, outcome = waits(b, *steps[not deleted_first])
    until_blocked(watcher, b)
    a.execute("COMMIT")
    thread.join()
    assert isinstance(outcome[0], psycopg.errors.ForeignKeyViolation)
    assert outcome[0].diag.constraint_name == "entries_have_activity"


def test_an_older_snapshot_deletes_no_activity_with_entries(connect: Connect) -> None:
    activity = factories.activity(programmed=None)
    a, b = connect(), connect()
    a.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    a.execute("SELECT 1 FROM units_unit")
    b.execute(ENTRY, [activity.pk, 1, 1, 8])
    with pytest.raises(psycopg.errors.SerializationFailure):
        a.execute(DELETION, [activity.pk])
