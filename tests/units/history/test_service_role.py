"""The service's own connection cannot rewrite the past: it owns nothing, and has only the rights it needs."""

from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from poi_api.database.roles import owns_something
from tests.committed import Connect, connection_parameters, owner_parameters
from tests.history import HISTORY, world

HISTORY_TABLES = sorted(model._meta.db_table for model in HISTORY)
OF_THE_OWNER = {
    *("django_migrations", "django_content_type", "auth_permission", "units_restoration"),
    "socialaccount_socialapp",
}
EVERYTHING = {"SELECT", "INSERT", "UPDATE", "DELETE"}
OTHERS = {"units_apiclient": {"SELECT", "INSERT", "UPDATE"}, "socialaccount_socialtoken": {"SELECT", "DELETE"}}
CHANGE_SET = {"SELECT", "INSERT", "DELETE", "UPDATE (position)"}
# Who besides the owner of a thing has which right to it; what has no list of rights has those it begins with
_RIGHTS = """
WITH things (kind, name, owner, acl) AS (
    SELECT relkind::text, relname::text, relowner,
           coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))
      FROM pg_class
     WHERE relnamespace IN ('public'::regnamespace, 'past'::regnamespace) AND relkind IN ('r', 'p', 'v', 'm', 'S')
     UNION ALL
    SELECT prokind::text, oid::regprocedure::text, proowner, coalesce(proacl, acldefault('f', proowner))
      FROM pg_proc WHERE pronamespace = 'public'::regnamespace
     UNION ALL
    SELECT 'database', 'it', datdba, coalesce(datacl, acldefault('d', datdba))
      FROM pg_database WHERE datname = current_database()
     UNION ALL
    SELECT 'schema', nspname, nspowner, coalesce(nspacl, acldefault('n', nspowner))
      FROM pg_namespace WHERE nspname IN ('public', 'past')
)
SELECT kind, name, grantee, privilege_type FROM things, aclexplode(acl) WHERE grantee <> owner
 UNION ALL
SELECT 'r', c.relname, grantee, privilege_type || ' (' || attname || ')'
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid CROSS JOIN aclexplode(attacl)
 WHERE relnamespace = 'public'::regnamespace AND grantee <> relowner"""
ON_ANY_TABLE = {
    "disable a trigger": "ALTER TABLE {table} DISABLE TRIGGER append_only",
    "disable all triggers": "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "drop a trigger": "DROP TRIGGER append_only ON {table}",
    "make a trigger": "CREATE TRIGGER mine BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "make a rule": "CREATE RULE mine AS ON INSERT TO {table} DO INSTEAD NOTHING",
    "drop it": "DROP TABLE {table} CASCADE",
    "alter it": "ALTER TABLE {table} ADD COLUMN mine int",
    "rename it": "ALTER TABLE {table} RENAME TO mine",
    "own it": "ALTER TABLE {table} OWNER TO CURRENT_USER",
    "inherit from it": "CREATE TABLE mine () INHERITS ({table})",
    "truncate it": "TRUNCATE {table} CASCADE",
    "delete from it": "DELETE FROM {table}",
    "merge into it": "MERGE INTO {table} t USING {table} s ON s.id = t.id WHEN MATCHED THEN DELETE",
}
ANYWHERE = {
    "replace a function": "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN RETURN NEW; END'",
    "alter a function": "ALTER FUNCTION guard_change_set() RESET ALL",
    "drop a function": "DROP FUNCTION refuse_change() CASCADE",
    "create a table": "CREATE TABLE public.mine (id int)",
    "create a function": "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "create a schema": "CREATE SCHEMA mine",
    "create a database": "CREATE DATABASE mine",
    "create a role": "CREATE ROLE mine",
    "be a replica": "SET session_replication_role = replica",
    "keep being a replica": "ALTER ROLE CURRENT_USER SET session_replication_role = replica",
    "be the owner": 'SET ROLE "{owner}"',
    "be the owner from the start": 'SET SESSION AUTHORIZATION "{owner}"',
    "get the owner's rights": 'GRANT "{owner}" TO CURRENT_USER',
    "change what owner's rights apply to": 'ALTER DEFAULT PRIVILEGES FOR ROLE "{owner}" GRANT ALL ON TABLES TO PUBLIC',
    "rename the schema": "ALTER SCHEMA public RENAME TO mine",
    "rewrite the catalogue": "UPDATE pg_trigger SET tgenabled = 'D'",
    "say which migrations were run": "DELETE FROM django_migrations",
    "set a number back": "SELECT setval('units_changeset_id_seq', 1)",
    "run a program": "COPY units_change TO PROGRAM 'true'",
    "backdate a change set": "UPDATE units_changeset SET committed_at = '2001-01-01'",
    "say another did it": "UPDATE units_changeset SET actor = 'x'",
}


def expected_rights(table: str) -> set[str]:
    """Return what the service may do with a table."""
    if table == "units_changeset":
        return CHANGE_SET
    if table in OF_THE_OWNER:
        return {"SELECT"}
    return {"SELECT", "INSERT"} if table in HISTORY_TABLES else OTHERS.get(table, EVERYTHING)


def rights(kind: str) -> dict[str, set[str]]:
    """Return which rights others than the owner have to each thing of a kind, having seen that only the service has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::regrole::oid", [f'"{connection_parameters()["user"]}"'])
        (service,) = cursor.fetchone()
        cursor.execute(_RIGHTS)
        found: dict[str, set[str]] = {}
        for sort, name, grantee, right in cursor.fetchall():
            if sort == kind:
                assert grantee == service, (name, right)
                found.setdefault(name, set()).add(right)
    return found


@pytest.mark.django_db
def test_its_rights_on_each_table_are_exactly_these() -> None:
    tables = connection.introspection.table_names()
    assert set(HISTORY_TABLES) | OF_THE_OWNER < set(tables)
    assert rights("r") == {table: expected_rights(table) for table in tables}


@pytest.mark.django_db
def test_its_other_rights_are_exactly_these_and_nobody_else_has_any() -> None:
    """Who may connect can hold the lock that every write waits for; a procedure is called by migrations alone."""
    assert rights("database") == {"it": {"CONNECT", "TEMPORARY"}}
    assert rights("schema") == {"public": {"USAGE"}, "past": {"USAGE"}}
    assert {frozenset(found) for found in rights("S").values()} == {frozenset({"SELECT"})}
    assert {frozenset(found) for found in rights("f").values()} == {frozenset({"EXECUTE"})}
    assert "open_change_set()" in rights("f")
    assert {frozenset(found) for found in rights("v").values()} == {frozenset({"SELECT"})}
    assert "units_unit" in rights("v")
    assert [rights(kind) for kind in "pm"] == [{}, {}]


@pytest.mark.django_db
def test_the_owner_owns_everything_and_the_service_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class
             WHERE relnamespace IN ('public'::regnamespace, 'past'::regnamespace)
             UNION SELECT pg_get_userbyid(proowner) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
             UNION SELECT pg_get_userbyid(typowner) FROM pg_type WHERE typnamespace = 'public'::regnamespace
             UNION SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()""")
        assert cursor.fetchall() == [(owner_parameters()["user"],)]


@pytest.mark.django_db
def test_one_function_runs_as_the_owner() -> None:
    """It takes statistics, and is given nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        )
        assert cursor.fetchall() == [("know_what_was_imported()",)]


def test_it_cannot_change_history_nor_what_guards_it(connect: Connect) -> None:
    world()
    other = connect()
    for table in HISTORY_TABLES:
        before = other.execute(f"SELECT count(*) FROM {table}").fetchone()
        for attempt, statement in ON_ANY_TABLE.items():
            with pytest.raises(psycopg.Error) as refusal:
                other.execute(statement.format(table=table))
            assert refused_well(refusal.value, table), (table, attempt, refusal.value)
        assert other.execute(f"SELECT count(*) FROM {table}").fetchone() == before, table


def refused_well(error: psycopg.Error, table: str) -> bool:
    """Tell whether a right is missing, or, for the one table whose rows its triggers may delete, a trigger refused."""
    guarded = table == "units_changeset" and error.diag.constraint_name == "append_only"
    return error.sqlstate == "42501" or guarded


def test_it_can_neither_become_another_nor_make_anything(connect: Connect) -> None:
    world()
    owner = owner_parameters()["user"]
    for attempt, statement in ANYWHERE.items():
        with pytest.raises(psycopg.Error) as refusal:
            connect().execute(statement.format(owner=owner))
        assert refusal.value.sqlstate in {"42501", "0LP01"}, (attempt, refusal.value)


@pytest.mark.usefixtures("committed")
def test_what_it_gives_itself_it_does_not_have(connect: Connect) -> None:
    """PostgreSQL only warns who gives what they do not own."""
    before = rights("r")
    connect().execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO CURRENT_USER")
    assert rights("r") == before


def test_a_table_that_comes_later_gets_the_rights_of_its_kind(connect_owner: Connect) -> None:
    owner = connect_owner()
    owner.execute("CREATE TABLE later (id int); CREATE TABLE kept (id int); CALL make_append_only('kept')")
    try:
        call_command("migrate", verbosity=0)
        assert {table: rights("r")[table] for table in ("later", "kept")} == {
            "later": EVERYTHING,
            "kept": {"SELECT", "INSERT"},
        }
    finally:
        owner.execute("DROP TABLE later, kept")


GIVEN = [
    "UPDATE, TRUNCATE ON units_change TO {role}",
    "UPDATE ON units_change TO PUBLIC",
    "UPDATE (entity) ON units_change TO PUBLIC",
    "SELECT ON auth_user TO PUBLIC",
    "USAGE ON SEQUENCE units_changeset_id_seq TO PUBLIC",
    "EXECUTE ON FUNCTION open_change_set() TO PUBLIC",
    "EXECUTE ON PROCEDURE make_append_only(regclass) TO {role}",
    "CREATE ON SCHEMA public TO PUBLIC",
    "CREATE ON SCHEMA public TO {role}",
    "ALL ON DATABASE {database} TO PUBLIC",
    "CREATE ON DATABASE {database} TO {role}",
]


@pytest.mark.usefixtures("committed")
def test_rights_that_somebody_gave_are_taken_back(connect_owner: Connect) -> None:
    role, database = connection_parameters()["user"], connection.settings_dict["NAME"]
    before = rights_so_far = all_rights()
    owner = connect_owner()
    for given in GIVEN:
        owner.execute(f"GRANT {given.format(role=role, database=database)}")
        assert all_rights() != rights_so_far, given
        rights_so_far = all_rights()
    call_command("migrate", verbosity=0)
    assert all_rights() == before
    assert not owns_something()


@pytest.mark.parametrize("options", [{"plan": True}, {"check_unapplied": True}])
@pytest.mark.usefixtures("committed")
def test_who_only_looks_changes_no_rights(connect_owner: Connect, options: dict[str, bool]) -> None:
    owner = connect_owner()
    owner.execute("GRANT SELECT ON units_unit TO PUBLIC")
    given = all_rights()
    call_command("migrate", verbosity=0, **options)
    assert all_rights() == given
    owner.execute("REVOKE SELECT ON units_unit FROM PUBLIC")


def all_rights() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_RIGHTS} ORDER BY 1, 2, 3, 4")
        return list(cursor.fetchall())
