"""Each transaction has one change set, with its position (architecture.md, "Truth, order, read model")."""

from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, transaction

from tests import factories
from tests.committed import Connect, psql
from tests.history import world
from units.history.change_sets import recorded_transaction
from units.models import Change, ChangeSet, LastChange, Unit

NEW_UNIT = "INSERT INTO units_unit (code, name, kind, path) VALUES (%s, %s, 'institution', '{}')"


def made_and_rolled_back(code: str | None = None, *, placed: bool = False) -> None:
    """Make something inside a savepoint that is rolled back."""
    with suppress(RuntimeError), transaction.atomic():
        factories.institution(code=code)
        if placed:
            factories.settle()
        raise RuntimeError


def change_sets() -> list[ChangeSet]:
    return list(ChangeSet.objects.order_by("id"))


def assert_in_order() -> None:
    """Every change set has a place, without gaps, and a later time than the one before it."""
    found = list(ChangeSet.objects.order_by("position").values_list("position", "committed_at"))
    assert [position for position, _ in found] == list(range(1, len(found) + 1))
    assert all(one and other and one < other for (_, one), (_, other) in pairwise(found))
    assert not Change.objects.exclude(change_set__in=ChangeSet.objects.all()).exists()
    assert not ChangeSet.objects.filter(changes__isnull=True).exists()


@pytest.mark.usefixtures("committed")
class TestEveryTransaction:
    def test_has_one_change_set_with_place_time_and_actor(self) -> None:
        client = factories.client().client
        before = datetime.now(UTC)
        with recorded_transaction(actor="Ana", client_id=client.pk, request_id="r-1", cause="porque sí"):
            factories.unit()
            factories.measurement_unit()
        made = change_sets()[-1]
        assert (made.actor, made.client_id, made.request_id, made.cause) == ("Ana", client.pk, "r-1", "porque sí")
        assert made.position == 2
        assert made.committed_at is not None
        assert before < made.committed_at < datetime.now(UTC)
        assert sorted(made.changes.values_list("entity", flat=True)) == ["measurement_unit", "unit", "unit"]
        assert_in_order()

    def test_says_that_it_came_by_sql_when_nobody_acts(self) -> None:
        with recorded_transaction(actor="Ana"):
            factories.institution()
        factories.institution()
        assert [made.actor for made in change_sets()] == ["Ana", f"sql:{connection.settings_dict['USER']}"]

    def test_is_recorded_from_the_shell(self) -> None:
        call_command(
            "shell",
            command=("from units.models import Unit; Unit.objects.create(code='X', name='X', kind='institution')"),
            no_imports=True,
        )
        assert [c.entity for c in Change.objects.all()] == ["unit"]
        assert_in_order()

    def test_is_recorded_from_psql(self) -> None:
        answer = psql(
            "BEGIN; INSERT INTO units_unit (code, name, kind, path) VALUES ('X', 'X', 'institution', '{}'); COMMIT"
        )
        assert answer.returncode == 0, answer.stderr
        assert [made.actor for made in change_sets()] == [f"sql:{connection.settings_dict['USER']}"]
        assert_in_order()

    def test_that_changes_nothing_leaves_none(self) -> None:
        one = factories.institution()
        before = change_sets()
        with recorded_transaction(actor="Ana"):
            Unit.objects.filter(pk=one.pk).update(name=one.name)
            Unit.objects.filter(pk=-1).update(name="x")
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_change_set()")
            cursor.execute(
                "INSERT INTO activities_planversion (plan_id, number) SELECT id, 1 FROM activities_plan"
                " ON CONFLICT DO NOTHING"
            )
        assert change_sets() == before

    def test_keeps_only_what_its_savepoints_kept(self) -> None:
        with recorded_transaction(actor="Ana"):
            made_and_rolled_back("GONE")
            factories.institution(code="KEPT")
            made_and_rolled_back("GONE2")
        made = change_sets()
        assert len(made) == 1
        assert made[0].actor == "Ana"
        assert [c.after["code"] for c in made[0].changes.all() if c.after] == ["KEPT"]
        assert_in_order()

    def test_whose_only_change_was_rolled_back_leaves_none(self) -> None:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_change_set()")
            made_and_rolled_back()
        assert change_sets() == []

    def test_may_go_on_after_its_constraints_were_checked(self) -> None:
        with recorded_transaction(actor="Ana"):
            first = factories.institution()
            factories.settle()
            second = factories.institution()
            third = factories.unit(second)
        made = change_sets()
        assert [(c.position, c.actor) for c in made] == [(1, "Ana")]
        assert made[0].changes.count() == 3
        marks = dict(LastChange.objects.values_list("unit_id", "position"))
        assert {marks[unit.pk] for unit in (first, second, third)} == {1}
        factories.institution()
        assert_in_order()

    def test_may_begin_with_immediate_constraints(self) -> None:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            factories.activity()
        assert [c.position for c in change_sets()] == [1]
        assert LastChange.objects.filter(position=1).exists()
        factories.institution()
        assert_in_order()

    def test_depends_on_no_words_that_the_server_says_in_its_language(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT proname FROM pg_proc"
                " WHERE pronamespace = 'public'::regnamespace AND prosrc ~* 'PG_(EXCEPTION_)?CONTEXT|MESSAGE_TEXT'"
            )
            assert cursor.fetchall() == []

    def test_may_check_its_constraints_in_a_savepoint_that_is_rolled_back(self) -> None:
        with transaction.atomic():
            factories.institution()
            made_and_rolled_back(placed=True)
            factories.institution()
        assert [c.position for c in change_sets()] == [1]
        assert_in_order()

    def test_marks_the_units_whose_members_see_a_change(self) -> None:
        made = world()
        made.activity.unit = made.sibling
        made.activity.save(update_fields=["unit"])
        last = change_sets()[-1].position
        marks = dict(LastChange.objects.values_list("unit_id", "position"))
        assert marks[made.unit.pk] == marks[made.sibling.pk] == last
        assert marks[made.institution.pk] < last
        factories.measurement_unit()
        assert LastChange.objects.get(unit_id=0).position == last + 1


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_an_older_snapshot_fails_cleanly_and_a_fresh_one_is_right(connect: Connect, level: str) -> None:
    older, other = connect(), connect()
    older.execute(f"BEGIN ISOLATION LEVEL {level}")
    older.execute("SELECT count(*) FROM units_unit")
    other.execute(NEW_UNIT, ["A", "A"])
    older.execute(NEW_UNIT, ["B", "B"])
    with pytest.raises(psycopg.errors.SerializationFailure):
        older.execute("COMMIT")
    older.execute("ROLLBACK")
    older.execute(f"BEGIN ISOLATION LEVEL {level}")
    older.execute(NEW_UNIT, ["B", "B"])
    older.execute("COMMIT")
    assert sorted(Unit.objects.values_list("code", flat=True)) == ["A", "B"]
    assert_in_order()


def test_5000_changed_rows_cost_one_insert_of_changes(connect_owner: Connect) -> None:
    """The owner sets a trigger beside ours, which counts, and takes it back with all the rest."""
    counting = connect_owner()
    counting.execute("BEGIN")
    counting.execute("CREATE TEMP TABLE seen (rows bigint)")
    counting.execute("""
        CREATE FUNCTION count_inserts() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO seen SELECT count(*) FROM written; RETURN NULL; END'""")
    counting.execute("""
        CREATE TRIGGER count_inserts AFTER INSERT ON units_change REFERENCING NEW TABLE AS written
        FOR EACH STATEMENT EXECUTE FUNCTION count_inserts()""")
    counting.execute("""
        INSERT INTO activities_measurementunit (code, name)
        SELECT 'UM' || n, 'MEDIDA ' || n FROM generate_series(1, 5000) n""")
    counting.execute("UPDATE activities_measurementunit SET name = name || ' x'")
    counting.execute("DELETE FROM activities_measurementunit")
    assert counting.execute("SELECT rows FROM seen").fetchall() == [(5000,), (5000,), (5000,)]
    counting.execute("ROLLBACK")
