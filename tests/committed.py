"""Committed, isolated state for tests with several connections, or with commits of their own.

Django's own way of emptying tables is TRUNCATE, which the tables of history refuse, and for which the service has no
right. Here the tables' owner switches their triggers off, empties them, and leaves every trigger as it was.
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
from pytest_django import DjangoDbBlocker

from poi_api.database.embedded import binaries
from poi_api.database.roles import as_owner
from units.requests.answer_memory import MEMORY

Connect = Callable[[], psycopg.Connection]
_KEPT = {"django_migrations", "django_content_type", "auth_permission"}
_ENABLE = {"O": "ENABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA", "D": "DISABLE"}
_TRIGGERS = """
SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger
 WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM pg_class WHERE relpersistence = 'p') ORDER BY 1, 2
"""


def connection_parameters() -> dict[str, Any]:
    """Return how psycopg connects to the test database, as the application's own role."""
    names = {"host", "port", "dbname", "user", "password"}
    return {name: value for name, value in connection.get_connection_params().items() if name in names and value}


def is_test_database() -> bool:
    return str(connection.settings_dict["NAME"]).startswith(TEST_DATABASE_PREFIX)


@pytest.fixture(scope="session")
def test_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database, also for a run in which no test asks for it in pytest-django's own ways."""
    if is_test_database():
        yield
        return
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
        yield
        teardown_databases(made, verbosity=0)


@pytest.fixture
def committed(test_database: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the test commit; afterwards every table is empty again."""
    with django_db_blocker.unblock():
        connection.close()
        yield
        connection.close()
        empty_tables()


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
    """Empty every table of the project and of its users, whatever its triggers refuse."""
    assert is_test_database()
    before = triggers()
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        for table in sorted({table for table, _, _ in before}):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        tables = sorted(set(connection.introspection.table_names(cursor)) - _KEPT)
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY")
        for table, name, enabled in before:
            cursor.execute(f"ALTER TABLE {table} {_ENABLE[enabled]} TRIGGER {name}")
    assert triggers() == before
    MEMORY.clear()  # positions begin anew


def triggers() -> list[tuple[str, str, str]]:
    """Return each trigger's table, name and whether it is enabled ("A": always)."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS)
        return [(table, name, enabled) for table, name, enabled in cursor.fetchall()]
