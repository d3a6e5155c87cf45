"""Nothing is lost (domain.md, rule 13): history refuses to be changed, whatever a connection sets first."""

import re

import psycopg
import pytest
from django.db import connection

from tests.committed import Connect, connection_parameters, owner_parameters, psql, triggers
from tests.history import HISTORY, world
from units.models import ChangeSet

TABLES = [model._meta.db_table for model in HISTORY]
EXPECTED = [
    "units_changeset",
    "units_change",
    "units_restoration",
    "units_accountevent",
    "activities_targetrevision",
    "activities_progressentry",
    "activities_review",
    "activities_planversion",
    "activities_approvalwithdrawal",
    "activities_reopening",
    "activities_reopeningwithdrawal",
    "activities_import",
    "activities_importrow",
    "activities_importapplication",
    "activities_appliedrow",
    "activities_importundoing",
    "reports_publication",
    "reports_publicationcontent",
    "reports_publicationwithdrawal",
]
COLUMNS = {"units_changeset": "actor", "units_change": "entity", "units_restoration": "name"}
EVIL_OBJECTS = """
CREATE TEMP TABLE units_changeset (id bigint, position bigint, committed_at timestamptz, xid bigint, known_from text);
CREATE TEMP TABLE units_change (id bigint, change_set_id bigint);
CREATE FUNCTION pg_temp.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION pg_temp.open_change_set() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE FUNCTION pg_temp.pg_trigger_depth() RETURNS int LANGUAGE sql AS 'SELECT 9';
SET search_path = pg_temp, public, pg_catalog;
"""
SETTINGS = {
    "nothing": "",
    "evil search path": EVIL_OBJECTS,
    "actor": "SET poi.actor = 'x'; SET poi.change_set = '1'; SET poi.ignore = 'all'; SET pgtrigger.ignore = 'all'",
    "transaction defaults": "SET default_transaction_isolation = 'serializable';"
    "SET default_transaction_deferrable = on",
    "immediate constraints": "",
    "row security": "SET row_security = off",
    "planner": "SET plan_cache_mode = force_generic_plan; SET enable_indexscan = off; SET transform_null_equals = on",
    "syntax": "SET standard_conforming_strings = off; SET plpgsql.extra_errors = 'none'",
    "replica, where the role may": """
        DO $$ BEGIN SET session_replication_role = replica;
        EXCEPTION WHEN insufficient_privilege THEN NULL; END $$""",
}


def changes(table: str, column: str) -> dict[str, str]:
    """The ways to change rows of a table that need no right but that of its owner."""
    return {
        "update": f"UPDATE public.{table} SET {column} = {column}",
        "delete": f"DELETE FROM public.{table}",
        "truncate": f"TRUNCATE public.{table} CASCADE",
        "delete in a query": f"WITH gone AS (DELETE FROM public.{table} RETURNING 1) SELECT count(*) FROM gone",
        "merge": f"MERGE INTO public.{table} t USING public.{table} s ON s.id = t.id"
        f" WHEN MATCHED THEN UPDATE SET {column} = t.{column}",
        "view": f"CREATE TEMP VIEW way AS SELECT * FROM public.{table}; UPDATE way SET {column} = {column}",
        "upsert": f"INSERT INTO public.{table} SELECT * FROM public.{table} LIMIT 1"
        f" ON CONFLICT (id) DO UPDATE SET {column} = excluded.{column}",
    }


def test_these_are_the_tables_of_history() -> None:
    assert sorted(TABLES) == sorted(EXPECTED)


def test_history_refuses_every_change_under_any_setting(connect_owner: Connect) -> None:
    """Triggers hold the owner, who has every right; what holds the service besides is in test_service_role.py."""
    world()
    for setting, statement in SETTINGS.items():
        other = connect_owner()
        other.execute(statement)
        other.execute("BEGIN")
        other.execute("SET CONSTRAINTS ALL IMMEDIATE" if "constraints" in setting else "SAVEPOINT one")
        for table in TABLES:
            refuses_every_change(other, table, setting)
        other.close()


def refuses_every_change(link: psycopg.Connection, table: str, setting: str) -> None:
    for statement in changes(table, COLUMNS.get(table, "change_set_id")).values():
        link.execute("SAVEPOINT one")
        with pytest.raises(psycopg.Error) as refusal:
            link.execute(statement)
        assert refusal.value.diag.constraint_name == "append_only", (setting, table, statement, refusal.value)
        link.execute("ROLLBACK TO one")


def test_history_refuses_a_truncated_parent(connect_owner: Connect) -> None:
    world()
    for parent in ("units_unit", "activities_plan", "activities_activity", "activities_reportingperiod"):
        with pytest.raises(psycopg.errors.RestrictViolation):
            connect_owner().execute(f"TRUNCATE {parent} CASCADE")


def test_psql_is_refused_too(committed: None) -> None:
    world()
    for statement in ("DELETE FROM activities_progressentry", "UPDATE units_changeset SET position = 1"):
        refused = [psql(statement, where) for where in (owner_parameters(), connection_parameters())]
        assert [answer.returncode for answer in refused] == [1, 1]
        assert "La historia no se modifica ni se borra" in refused[0].stderr
        assert re.search("La historia no se modifica|permission denied", refused[1].stderr)


def test_nothing_that_is_recorded_can_be_truncated(connect_owner: Connect) -> None:
    guarded = {table for table, name, _ in triggers() if name in {"append_only", "append_only_truncate", "no_truncate"}}
    recorded = {table for table, name, _ in triggers() if name == "record_insert"}
    assert recorded <= guarded
    with pytest.raises(psycopg.errors.RestrictViolation, match="no se vacía"):
        connect_owner().execute("TRUNCATE units_membership")


@pytest.mark.django_db
def test_every_trigger_fires_whatever_the_replication_role() -> None:
    assert {enabled for _, _, enabled in triggers()} == {"A"}


@pytest.mark.django_db
def test_every_function_pins_its_search_path_or_is_bound_when_made() -> None:
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT proname FROM pg_proc
             WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype
               AND NOT coalesce(proconfig::text LIKE '%search_path=public, pg_temp%', false)""")
        assert cursor.fetchall() == []


FORGERIES = {
    "a chosen place": "INSERT INTO units_changeset (actor, xid, position, committed_at)"
    " VALUES ('x', 1, 1, '2001-01-01')",
    "an old change": "INSERT INTO units_change (change_set_id, entity, object_id, operation)"
    " SELECT min(id), 'unit', 1, 'created' FROM units_changeset",
    "an old change set": "INSERT INTO activities_planversion (plan_id, number, reason, change_set_id)"
    " SELECT p.id, 9, 'x', (SELECT min(id) FROM units_changeset) FROM activities_plan p LIMIT 1",
    "a remembered change set": "SET LOCAL poi.change_set = '1';"
    "INSERT INTO activities_planversion (plan_id, number, reason)"
    " SELECT id, 9, 'x' FROM activities_plan LIMIT 1",
    "an old import": "INSERT INTO activities_importrow (source_id, line, status, cells, reading)"
    " SELECT id, 99, 'exact', '{}', '{}' FROM activities_import",
    "an old import with its change set": "INSERT INTO activities_importrow"
    " (source_id, line, status, cells, reading, change_set_id)"
    " SELECT id, 99, 'exact', '{}', '{}', change_set_id FROM activities_import",
    "an old application": "INSERT INTO activities_appliedrow (application_id, row_id, activity_id, doubts)"
    " SELECT a.id, r.id, (SELECT min(id) FROM activities_activity), '{}'"
    " FROM activities_importapplication a JOIN activities_importrow r USING (source_id)"
    " WHERE NOT EXISTS (SELECT FROM activities_appliedrow WHERE row_id = r.id)",
    "another id": "UPDATE units_membership SET id = id + 1000",
    "two change sets": "SELECT open_change_set(); INSERT INTO units_changeset (actor, xid) VALUES ('x', 1)",
}
REFUSALS = {
    "a chosen place": None,
    "an old change": "changes_are_recorded",
    "an old change set": "own_change_set",
    "a remembered change set": "own_change_set",
    "an old import": "import_rows_come_with_import",
    "an old import with its change set": "import_rows_come_with_import",
    "an old application": "applied_rows_come_with_application",
    "another id": "id_stays",
    "two change sets": "one_change_set_per_transaction",
}


def test_a_forgery_is_refused(connect: Connect) -> None:
    world()
    before = list(ChangeSet.objects.order_by("id").values_list())
    for forgery, statement in FORGERIES.items():
        other = connect()
        other.execute("BEGIN")
        if REFUSALS[forgery] is None:
            other.execute(statement)
        else:
            with pytest.raises(psycopg.Error) as refusal:
                other.execute(statement)
            assert refusal.value.diag.constraint_name == REFUSALS[forgery], forgery
        other.execute("COMMIT")
        assert list(ChangeSet.objects.order_by("id").values_list()) == before, forgery


def test_copy_cannot_write_changes_nor_choose_a_place(connect: Connect) -> None:
    world()
    other, before = connect(), ChangeSet.objects.count()
    with (
        pytest.raises(psycopg.errors.RestrictViolation),
        other.cursor().copy("COPY units_change (change_set_id, entity, object_id, operation) FROM STDIN") as copy,
    ):
        copy.write_row((1, "unit", 1, "created"))
    with other.cursor().copy("COPY units_changeset (actor, xid, position, committed_at) FROM STDIN") as copy:
        copy.write_row(("x", 1, 1, "2001-01-01"))
    assert ChangeSet.objects.count() == before


def test_a_place_is_never_chosen(connect_owner: Connect) -> None:
    world()
    last = ChangeSet.objects.order_by("-position")[0]
    assert last.position is not None
    assert last.committed_at is not None
    other = connect_owner()
    other.execute("BEGIN")
    other.execute("UPDATE units_unit SET name = name || ' x' WHERE parent_id IS NOT NULL")
    other.execute(
        "UPDATE units_changeset SET position = 1, committed_at = '2001-01-01', actor = 'y' WHERE position IS NULL"
    )
    other.execute("COMMIT")
    made = ChangeSet.objects.order_by("-position")[0]
    assert made.position == last.position + 1
    assert made.committed_at is not None
    assert made.committed_at > last.committed_at
    assert made.actor.startswith("sql:")


def test_a_trigger_of_ones_own_changes_no_committed_change_set(connect_owner: Connect) -> None:
    """A temporary table's trigger runs as deep as ours do."""
    world()
    other = connect_owner()
    other.execute("CREATE TEMP TABLE lever (sql text)")
    other.execute("""
        CREATE FUNCTION pg_temp.pull() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN EXECUTE NEW.sql; RETURN NULL; END'""")
    other.execute("CREATE TRIGGER pull AFTER INSERT ON lever FOR EACH ROW EXECUTE FUNCTION pg_temp.pull()")
    for statement in (
        "UPDATE units_changeset SET committed_at = '2001-01-01'",
        "DELETE FROM units_changeset",
        "INSERT INTO units_change (change_set_id, entity, object_id, operation)"
        " SELECT min(id), 'unit', 1, 'created' FROM units_changeset",
    ):
        with pytest.raises(psycopg.Error) as refusal:
            other.execute("INSERT INTO lever VALUES (%s)", [statement])
        assert refusal.value.diag.constraint_name in {"append_only", "own_change_set"}


def test_a_path_is_never_chosen(connect: Connect) -> None:
    made = world()
    other = connect()
    other.execute(
        "UPDATE units_unit SET path = ARRAY[%s], institution_id = %s WHERE id = %s",
        [made.other.pk, made.other.pk, made.unit.pk],
    )
    other.execute("UPDATE units_unit SET path = '{}' WHERE id = %s", [made.unit.pk])
    assert other.execute("SELECT path, institution_id FROM units_unit WHERE id = %s", [made.unit.pk]).fetchone() == (
        [made.institution.pk, made.unit.pk],
        made.institution.pk,
    )
