"""Committed, isolated state for tests with several connections, or with commits of their own.

Django's own way of emptying tables is TRUNCATE, which the tables of history refuse, and for which the service has no
right. Here all tables inherit from an empty one, and its owner deletes what is in it: a statement runs the triggers of
the table that it names, and those of each row. No trigger is touched, so nobody has to plan anew what is about these
tables. It is done for every sixth test.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.db.backends.base.creation import TEST_DATABASE_PREFIX
from django.test.utils import setup_databases, teardown_databases
from psycopg.pq import TransactionStatus
from pytest_django import DjangoDbBlocker

from poi_api.database.embedded import binaries
from poi_api.database.roles import as_owner
from tests.states import forget_answers

Connect = Callable[[], psycopg.Connection]
_KEPT = {"django_migrations", "django_content_type", "auth_permission"}
_TRIGGERS = """
SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger
 WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM pg_class WHERE relpersistence = 'p') ORDER BY 1, 2
"""
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
_IDS_BEGIN_ANEW = f"""
SELECT setval(s.oid::regclass, 1, false) FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
 WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid::regclass::text NOT IN ('{"', '".join(sorted(_KEPT))}')
"""
_AS_IF_NEW = "DISCARD TEMP; RESET ALL; UNLISTEN *; SELECT pg_advisory_unlock_all()"
_SETS = "units_changeset"  # which guards each of its rows
_NOTHING = """
CREATE SCHEMA tests; GRANT USAGE ON SCHEMA tests TO PUBLIC;
CREATE TABLE tests.everything (); GRANT SELECT ON tests.everything TO PUBLIC
"""  # who copies the database reads it
_GUARD = "SELECT pg_get_functiondef('guard_change_set'::regproc)"
_EMPTYING = """
CREATE OR REPLACE FUNCTION guard_change_set() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END';
WITH others AS (DELETE FROM tests.everything) DELETE FROM units_changeset;
SET CONSTRAINTS ALL IMMEDIATE;
"""
_owners: list[psycopg.Connection] = []


def connection_parameters() -> dict[str, Any]:
    """Return how psycopg connects to the test database, as the application's own role."""
    names = {"host", "port", "dbname", "user", "password"}
    return {name: value for name, value in connection.get_connection_params().items() if name in names and value}


def is_test_database() -> bool:
    return str(connection.settings_dict["NAME"]).startswith(TEST_DATABASE_PREFIX)


@pytest.fixture(scope="session")
def test_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database, also for a run in which no test asks for it in pytest-django's own ways."""
    with django_db_blocker.unblock():
        made = None if is_test_database() else setup_databases(verbosity=0, interactive=False)
        _inherit()
    yield
    close_owners()
    if made is not None:
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)


def _inherit() -> None:
    link = _owners_connection()
    link.execute(_NOTHING)
    for (table,) in link.execute(_TABLES).fetchall():
        if table not in {*_KEPT, _SETS}:
            link.execute(f"ALTER TABLE {table} INHERIT tests.everything")


def close_owners() -> None:
    """Close the connections that emptied tables: nobody may be connected to a database that goes."""
    while _owners:
        _owners.pop().close()


@pytest.fixture
def committed(test_database: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the test commit; afterwards every table is empty again. No answer is kept before it."""
    with django_db_blocker.unblock():
        assert not connection.in_atomic_block, "nothing can be committed inside the transaction of a module"
        as_if_new()
        forget_answers()  # tests within a transaction may have kept some, of positions that come again
        yield
        as_if_new()
        empty_tables()


def as_if_new() -> None:
    """Leave the connection as a new one, but for what is prepared and planned; one that is not idle is closed.

    A new one would read PostgreSQL's catalogue and all functions again, which takes 20 ms.
    """
    link = connection.connection
    if link is None or link.closed or link.info.transaction_status != TransactionStatus.IDLE:
        connection.close()
        return
    try:
        link.execute(_AS_IF_NEW, prepare=False)
        connection.init_connection_state()
    except psycopg.Error:
        connection.close()


@pytest.fixture
def owned(test_database: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the test be the tables' owner, in a transaction that is undone: only rules of the database hold it."""
    with django_db_blocker.unblock(), as_owner(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def owner_parameters() -> dict[str, Any]:
    """Return how psycopg connects to the test database as the tables' owner, who is held by triggers alone."""
    with as_owner():
        return connection_parameters()


def psql(script: str, where: dict[str, Any] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a script in a real psql, connected by `where`; without it, as the application."""
    where = where or connection_parameters()
    command = [str(binaries.directory() / "psql"), "-X", "-v", "ON_ERROR_STOP=1", "-d", where["dbname"], "-c", script]
    for option, name in (("-h", "host"), ("-p", "port"), ("-U", "user")):
        if name in where:
            command += [option, str(where[name])]
    environment = {**os.environ, "PGPASSWORD": where.get("password", "")}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)


@pytest.fixture
def connect(committed: None) -> Iterator[Connect]:
    """Return a function that opens further connections, which are closed with the test."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(closing(psycopg.connect(**connection_parameters(), autocommit=True)))


@pytest.fixture
def connect_owner(committed: None) -> Iterator[Connect]:
    """Return a function that opens connections of the tables' owner, which are closed with the test."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(closing(psycopg.connect(**owner_parameters(), autocommit=True)))


def empty_tables() -> None:
    """Empty every table of the project and of its users, whatever its triggers refuse; ids begin with 1 again."""
    assert is_test_database()
    link = _owners_connection()
    [[guard]] = link.execute(_GUARD)
    link.execute(f"{_EMPTYING}; {guard}; {_IDS_BEGIN_ANEW}")
    forget_answers()  # positions begin anew


def _owners_connection() -> psycopg.Connection:
    """Return the tables' owner's connection to the test database, kept for the next time."""
    if not _owners or _owners[-1].closed:
        _owners.append(psycopg.connect(**owner_parameters(), autocommit=True, prepare_threshold=None))
    return _owners[-1]


def unguarded(script: str, *tables: str) -> str:
    """Return a script for the tables' owner, during which no trigger of these tables runs."""
    off = "; ".join(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables)
    on = off.replace("DISABLE", "ENABLE")
    return f"{off}; {script}; SET CONSTRAINTS ALL IMMEDIATE; {on}; CALL fire_always()"


def triggers() -> list[tuple[str, str, str]]:
    """Return each trigger's table, name and whether it is enabled ("A": always)."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS)
        return [(table, name, enabled) for table, name, enabled in cursor.fetchall()]
