"""All rows of a statement belong to the change set of its own transaction, the first and the last (rule 13)."""

from typing import Any

import psycopg
import pytest

from tests.committed import Connect, unguarded
from tests.history import world
from tests.in_one_state import for_each

NEW = "INSERT INTO activities_measurementunit (code, name) VALUES (%s, %s)"
LATEST = "SELECT max(id) FROM units_changeset"
VERSIONS = """
INSERT INTO activities_planversion (plan_id, number, reason, change_set_id)
SELECT %s, 10 + place, 'x', set FROM unnest(%s::bigint[]) WITH ORDINALITY AS of (set, place) ORDER BY place
"""
CHANGES = """
INSERT INTO units_change (change_set_id, entity, object_id, operation)
SELECT set, 'unit', 1, 'created' FROM unnest(ARRAY[{}]::bigint[]) WITH ORDINALITY AS of (set, place) ORDER BY place
"""
LEVER = """
CREATE TEMP TABLE lever (sql text);
CREATE FUNCTION pg_temp.pull() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN EXECUTE NEW.sql; RETURN NULL; END';
CREATE TRIGGER pull AFTER INSERT ON lever FOR EACH ROW EXECUTE FUNCTION pg_temp.pull();
"""
PLACES = {"the first": 0, "the one between": 1, "the last": 2}


def number(link: psycopg.Connection, sql: str) -> Any:
    row = link.execute(sql).fetchone()
    assert row
    return row[0]


@pytest.fixture(params=["earlier", "later"])
def sets(request, connect: Connect) -> Any:
    """A transaction that has begun, its own change set, that of another one, earlier or later, and a plan."""
    made = world()
    mine, other = connect(), connect()
    mine.execute(LEVER)
    mine.execute("BEGIN")
    if request.param == "later":
        own = number(mine, "SELECT open_change_set()")
        other.execute(NEW, ["X", "X"])
    foreign = number(other, LATEST)
    if request.param == "earlier":
        own = number(mine, "SELECT open_change_set()")
    assert (foreign < own) == (request.param == "earlier")
    return mine, own, foreign, made.plan.pk


def three(own: int, foreign: int, place: str) -> list[int]:
    """Return a row's change set for each of three rows, foreign at one place."""
    named = [own] * 3
    named[PLACES[place]] = foreign
    return named


@for_each("place", PLACES)
def test_no_row_of_history_names_that_of_another(sets, place):
    mine, own, foreign, plan = sets
    with pytest.raises(psycopg.errors.CheckViolation) as refusal, mine.transaction():
        mine.execute(VERSIONS, [plan, three(own, foreign, place)])
    assert refusal.value.diag.constraint_name == "own_change_set"


@for_each("place", PLACES)
def test_no_change_that_a_trigger_of_ones_own_writes_names_that_of_another(sets, place):
    mine, own, foreign, _ = sets
    statement = CHANGES.format(", ".join(map(str, three(own, foreign, place))))
    with pytest.raises(psycopg.errors.CheckViolation) as refusal, mine.transaction():
        mine.execute("INSERT INTO lever VALUES (%s)", [statement])
    assert refusal.value.diag.constraint_name == "own_change_set"


def test_no_change_names_that_of_an_earlier_one_that_had_its_number(connect: Connect, connect_owner: Connect):
    """As they do that were restored into another server, where transactions are counted anew."""
    world()
    mine, owner = connect(), connect_owner()
    mine.execute(LEVER)
    mine.execute("BEGIN")
    its_number, earlier = number(mine, "SELECT pg_current_xact_id()::text::bigint"), number(owner, LATEST)
    owner.execute(unguarded(f"UPDATE units_changeset SET xid = {its_number} WHERE id = {earlier}", "units_changeset"))
    with pytest.raises(psycopg.errors.CheckViolation) as refusal:
        mine.execute("INSERT INTO lever VALUES (%s)", [CHANGES.format(earlier)])
    assert refusal.value.diag.constraint_name == "own_change_set"


def test_all_of_them_may_name_its_own(sets):
    mine, own, _, plan = sets
    mine.execute(VERSIONS, [plan, [own] * 3])
    mine.execute("COMMIT")
