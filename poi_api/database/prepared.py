"""The statements that a connection keeps prepared: asked with texts, and answered in texts.

A cursor of psycopg finds out for each value and column how it is written, which takes four times as long as asking.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from psycopg import BaseConnection
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.errors import DataError, OperationalError, error_from_result
from psycopg.generators import execute, fetch_many, send
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.pq.abc import PGconn, PGresult

Texts = Sequence[str | None]
Meanwhile = Callable[[list[Texts]], None]

# The server has it no more, as after psycopg's DEALLOCATE ALL; or its columns are of other types than they were.
# Either is found out before anything is done.
_GONE = (b"26000", b"0A000")
_MOST = 50  # statements that a connection keeps; one of a report may take the server 1 MB
_PLACE = re.compile(r"%(?:\((\w+)\)s|s)")


class Prepared:
    """The statements of one connection, by their words. They are asked outside of transactions."""

    def __init__(self, connection: PGconn) -> None:
        self._connection = connection
        self._names: dict[str, bytes] = {}
        self._made = 0

    def ask(self, statement: str, values: Texts) -> PQGen[Any]:
        """Ask as `result_of` does; return the rows. Raises psycopg.Error."""
        return rows_in((yield from self.result_of(statement, values)))

    def result_of(self, statement: str, values: Texts, meanwhile: Meanwhile | None = None) -> PQGen[PGresult]:
        """Ask a statement, prepared the first time and whenever that is gone; return its result, or its failure.

        Its rows are told to `meanwhile` while the server puts down on disk what was done; that may fail after all.
        It is for `Connection.wait`, of either kind. Raises psycopg.Error.
        """
        sent = [None if value is None else _bytes(value) for value in values]
        if name := self._names.get(statement):
            result = yield from self._asked(name, sent, meanwhile)
            if result.error_field(DiagnosticField.SQLSTATE) not in _GONE:
                self._names[statement] = self._names.pop(statement, name)  # the one used last
                return result
        if len(self._names) >= _MOST:
            self._connection.send_query(b"DEALLOCATE " + self._names.pop(next(iter(self._names))))
            yield from execute(self._connection)
        self._made += 1
        name = b"poi_%d" % self._made
        self._connection.send_prepare(name, numbered(statement)[0])
        require(ExecStatus.COMMAND_OK, (yield from execute(self._connection))[0])
        self._names[statement] = name
        return (yield from self._asked(name, sent, meanwhile))

    def _asked(self, name: bytes, values: Sequence[bytes | None], meanwhile: Meanwhile | None) -> PQGen[PGresult]:
        if meanwhile:
            return (yield from self._asked_apart(name, values, meanwhile))
        self._connection.send_query_prepared(name, values)
        results: list[PGresult] = yield from execute(self._connection)
        return results[-1]  # rows come before the end of the transaction, which may fail after them

    def _asked_apart(self, name: bytes, values: Sequence[bytes | None], meanwhile: Meanwhile) -> PQGen[PGresult]:
        """Ask for rows, and apart from them for the end of the transaction, before which they come."""
        result: PGresult
        end: PGresult
        self._connection.enter_pipeline_mode()
        self._connection.send_query_prepared(name, values)
        self._connection.send_flush_request()
        self._connection.pipeline_sync()
        yield from send(self._connection)
        [result] = yield from fetch_many(self._connection)
        if result.status == ExecStatus.TUPLES_OK:
            meanwhile(rows_in(result))
        try:
            [end] = yield from fetch_many(self._connection)
        except OperationalError:
            if result.status != ExecStatus.FATAL_ERROR:
                raise
            return result  # why the connection was lost
        if end.status != ExecStatus.PIPELINE_SYNC:  # it was not committed
            result = end
            yield from fetch_many(self._connection)
        self._connection.exit_pipeline_mode()
        return result


def values_in(result: PGresult, link: BaseConnection[Any]) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the names of a result's columns, and its rows as values, as a cursor does. Raises psycopg.Error."""
    require(ExecStatus.TUPLES_OK, result)
    names = [(result.fname(column) or b"").decode() for column in range(result.nfields)]
    loader = Transformer(link)
    loader.set_pgresult(result)
    return names, loader.load_rows(0, result.ntuples, tuple)


def rows_in(result: PGresult) -> list[Texts]:
    """Return the rows of a result as texts. Raises psycopg.Error if it is one of a failure."""
    require(ExecStatus.TUPLES_OK, result)
    columns = range(result.nfields)
    return [tuple([_text(result.get_value(row, column)) for column in columns]) for row in range(result.ntuples)]


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


@lru_cache(maxsize=200)
def numbered(statement: str) -> tuple[bytes, list[str]]:
    """Return a statement with its places numbered as PostgreSQL does ($1), and their names, empty if they have none."""
    names: list[str] = []

    def number(place: re.Match[str]) -> str:
        name = place[1] or ""
        if not name or name not in names:
            names.append(name)
        return f"${names.index(name) + 1 if name else len(names)}"

    return _PLACE.sub(number, statement).encode(), names


def require(status: ExecStatus, result: PGresult) -> None:
    """Raise psycopg.Error unless a result has that status."""
    if result.status != status:
        raise error_from_result(result)


def _bytes(value: str) -> bytes:
    """Return a value as libpq takes it, which would end at a zero byte. Raises psycopg.DataError for one with that."""
    if "\0" in value:
        raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return value.encode()
