"""Requests at the same moment: each in a thread with a database connection of its own (fixture `committed`)."""

import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connection

PATIENCE = 60  # seconds; nothing waits as long unless something is wrong
_WAITING = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def in_threads(*requests: Callable[[], Any]) -> Callable[[], list[Any]]:
    """Start the requests at once; the function returned waits for them and returns what they returned."""
    results: list[Any] = [None] * len(requests)
    errors: list[BaseException] = []

    def run(place: int) -> None:
        try:
            results[place] = requests[place]()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(requests))]
    for thread in threads:
        thread.start()

    def finish() -> list[Any]:
        for thread in threads:
            thread.join(PATIENCE)
        if errors:
            raise errors[0]
        return results

    return finish


def until_waiting(watch: psycopg.Connection, count: int) -> None:
    """Return when `count` transactions of the test database wait for an advisory lock."""
    deadline = time.monotonic() + PATIENCE
    while _waiting(watch) != count:
        assert time.monotonic() < deadline


def _waiting(watch: psycopg.Connection) -> int:
    row = watch.execute(_WAITING).fetchone()
    assert row is not None
    return int(row[0])
