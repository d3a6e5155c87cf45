"""The rows of a statement: as texts, for one that is asked again and again, or as values."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connections

from poi_api.database.prepared import Texts, numbered, rows_in


def row_of(statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
    """Return the first row that a statement gives, as `rows_of` does; None without one."""
    return next(iter(rows_of(statement, values)), None)


def rows_of(statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Texts]:
    """Return the rows that a statement gives, their columns as the texts that PostgreSQL writes.

    Values are sent as texts too. It is asked past what Django and psycopg's cursors put around it, which is four
    fifths of asking, but for within a transaction, which a statement that is gone would spoil, and where somebody looks
    on at statements.
    """
    connection = cast(Any, connections[DEFAULT_DB_ALIAS])  # that of `poi_api.database.engine`
    texts: Any = texts_of(values.values() if isinstance(values, Mapping) else values)
    if isinstance(values, Mapping):
        texts = dict(zip(values, texts, strict=True))
    if connection.in_atomic_block or connection.queries_logged or connection.execute_wrappers:
        with connection.cursor() as cursor:
            cursor.execute(statement, texts)
            return rows_in(cursor.pgresult)
    if isinstance(texts, Mapping):
        texts = [texts[name] for name in numbered(statement)[1]]
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    link = connection.connection
    with connection.wrap_database_errors, link.lock:
        found: list[Texts] = link.wait(link.prepared.ask(statement, texts))
        return found


def values_of(statement: Any, values: Sequence[Any] | Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Return the rows that a statement gives, as values, none for a command: for what is not asked again and again."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def dicts_of(statement: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the same by the names of their columns."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def texts_of(values: Iterable[Any]) -> list[str | None]:
    """Return values as PostgreSQL reads them."""
    return [_text(value) for value in values]


def _text(value: Any) -> str | None:
    match value:
        case None | str():
            return value
        case bytes():
            return f"\\x{value.hex()}"
        case datetime():
            return value.isoformat()
        case list():
            return "{" + ",".join(map(_element, value)) + "}"
        case _:
            return str(value)


def _element(value: Any) -> str:
    """Return a value of an array."""
    match value:
        case None:
            return "NULL"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case _:
            return str(value)
