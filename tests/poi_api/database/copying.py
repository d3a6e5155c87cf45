"""An empty database to restore into, what is in one, and programs in the place of PostgreSQL's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

from poi_api.database.roles import as_owner
from tests.committed import close_owners


@contextmanager
def elsewhere(*, migrated: bool = False) -> Iterator[None]:
    """Have the connection be to a new database beside the one under test: an empty one, or a copy of that one.

    To copy what was migrated takes a tenth of migrating.
    """
    here, name = connection.settings_dict["NAME"], f"{connection.settings_dict['NAME']}_restored"
    connection.close()
    close_owners()
    with as_owner(), connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {here if migrated else 'template0'}")
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = here
        with as_owner(), connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


def named(directory: Path, name: str, version: int, does: str) -> None:
    """Put a program of our own where `PG_BIN` will name it."""
    program = directory / name
    program.write_text(
        f'#!/bin/bash\n[ "$1" = --version ] && {{ echo "{name} (PostgreSQL) {version}.1"; exit; }}\n{does}\n'
    )
    program.chmod(0o755)


def version_of_the_server() -> int:
    link: Any = connection
    return int(link.pg_version) // 10_000


def contents() -> dict[str, list[tuple]]:
    """Return every row of ours."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names()):
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
            found[table] = cursor.fetchall()
    return found
