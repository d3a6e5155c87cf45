"""What COPY sends, many lines at once: to take each through a cursor costs several times as much as to read it."""

from collections.abc import Generator, Mapping
from typing import Any

from django.db import connection
from psycopg.abc import PQGen
from psycopg.generators import fetch_many
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn
from psycopg.waiting import WAIT_R

from poi_api.database.prepared import require

_AT_ONCE = 50  # lines


def copied(statement: str, values: Mapping[str, Any]) -> Generator[list[bytes], None, None]:
    """Yield the lines that `COPY … TO STDOUT` sends, some at once, each with its end.

    Whoever stops early closes it, which ends the COPY: the connection is everybody's.
    """
    connection.ensure_connection()
    link, more = connection.connection, True
    with connection.wrap_database_errors, link.cursor() as cursor, cursor.copy(statement, values):
        while more:
            lines: list[bytes] = []
            more = link.wait(_read(link.pgconn, lines))
            if lines:
                yield lines


def _read(link: PGconn, lines: list[bytes]) -> PQGen[bool]:
    """Add the next lines to `lines`; return whether there may be more."""
    while len(lines) < _AT_ONCE:
        size, line = link.get_copy_data(1)
        if size > 0:
            lines.append(bytes(line))
        elif size == 0:
            while not (yield WAIT_R):
                pass
            link.consume_input()
        else:
            require(ExecStatus.COMMAND_OK, (yield from fetch_many(link))[0])
            return False
    return True
