"""Rows of history, written many at a time: by COPY, which needs neither an object nor a statement's values for each."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Model
from psycopg import sql

from activities.models import TargetRevision
from poi_api.database.rows import values_of
from units.history.change_sets import current_change_set

BATCH = 5000
"""How many rows are written by one statement: figures follow each statement, and what it holds is let go after it."""
_COPY = sql.SQL("COPY {} ({}) FROM STDIN")
_UPDATE = sql.SQL("UPDATE {table} SET {set} FROM unnest({arrays}) AS new ({names}) WHERE {table}.id = new.id")
_REVISION = ("activity_id", "version", "programmed", "cancelled_from", "unit_id")


def write_history(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write new rows of a table of history; the change set is looked up once for a batch of them.

    The `rows` have the values of `columns`: arrays as lists, JSON as text. They are taken a batch at a time, so that
    what makes them may ask the database too.
    """
    names = sql.SQL(", ").join(map(sql.Identifier, (*columns, "change_set_id")))
    statement = _COPY.format(sql.Identifier(model._meta.db_table), names)
    for batch in in_batches(rows, BATCH):
        change_set = current_change_set().pk
        with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in batch:
                copy.write_row((*row, change_set))


def save_revisions(revisions: Iterable[TargetRevision]) -> None:
    """Write new targets of activities, if any."""
    rows = (
        (each.activity_id, each.version, list(each.programmed), each.cancelled_from, each.unit_id) for each in revisions
    )
    write_history(TargetRevision, _REVISION, rows)


def update_many(things: Sequence[Model], fields: Sequence[str]) -> None:
    """Write some fields of rows of one table, a batch at a time: a value for each row is looked up and not compared."""
    for batch in in_batches(things, BATCH):
        meta = batch[0]._meta
        columns = [meta.get_field(name) for name in ("id", *fields)]
        values = [[_stored(thing, column) for thing in batch] for column in columns]
        statement = _UPDATE.format(
            table=sql.Identifier(meta.db_table),
            set=sql.SQL(", ").join(sql.SQL("{0} = new.{0}").format(sql.Identifier(c.column)) for c in columns[1:]),
            arrays=sql.SQL(", ").join(sql.SQL("%s::" + c.db_type(connection) + "[]") for c in columns),
            names=sql.SQL(", ").join(sql.Identifier(c.column) for c in columns),
        )
        values_of(statement, values)


def _stored(thing: Model, column: Any) -> Any:
    return column.get_db_prep_save(getattr(thing, column.attname), connection)


def in_batches(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Yield lists of `size` things, the last one of what is left."""
    remaining = iter(things)
    while batch := list(islice(remaining, size)):
        yield batch
