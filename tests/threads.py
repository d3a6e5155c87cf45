"""Requests at the same moment: each in a thread with a database connection of its own (fixture `committed`)."""

import threading
import time
from collections.abc import Callable
from typing import Any, LiteralString

import psycopg
from django.db import connection

PATIENCE = 60  # seconds; nothing waits as long unless something is wrong
_WAITING = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_BLOCKED = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0
"""


def in_threads(*requests: Callable[[], Any], patience: float = PATIENCE) -> Callable[[], list[Any]]:
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
            thread.join(patience)
        if errors:
            raise errors[0]
        return results

    return finish


def until_waiting(watch: psycopg.Connection, count: int) -> None:
    """Return when `count` transactions of the test database wait for an advisory lock."""
    _until(watch, _WAITING, count)


def until_blocked(watch: psycopg.Connection, count: int) -> None:
    """Return when `count` transactions of the test database wait for another, whatever for."""
    _until(watch, _BLOCKED, count)


def _until(watch: psycopg.Connection, question: LiteralString, count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while (row := watch.execute(question).fetchone()) is None or row[0] != count:
        assert time.monotonic() < deadline
