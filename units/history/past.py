"""Reading the past: all that is recorded, as it was known at a moment (domain.md, rule 9; units/sql/past.sql).

Within `past` a statement reads views in place of tables, whoever wrote it: its names mean those of the schema `past`.
What the views leave alone is of today: keys and roles, changes themselves, and stored figures.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from poi_api.database.rows import row_of
from poi_api.database.snapshot import snapshot
from units.models.reading import is_past, moment_read

# The query of those of an entity that were made later: views keep what a first import may refer to (units/sql/past.sql)
NOT_KNOWN = "SELECT object_id FROM past.undone WHERE entity = '{}' AND operation = 'created'"


@contextmanager
def past(moment: datetime | None, *, by_name: bool = True) -> Iterator[None]:
    """Read within the block what was known at a moment, all of one state; None: what is known now.

    Without `by_name` tables are those of today, and `past.<table>` reads the past. Where nothing changed since, all is
    as it is today.
    """
    if moment is None or moment == moment_read.get():
        yield
        return
    within = connection.in_atomic_block
    with snapshot(), transaction.atomic(savepoint=within):
        (former,) = row_of("SELECT read_past(%s, %s)", [moment, by_name])
        token = moment_read.set(moment if by_name else None)
        try:
            yield
        finally:
            moment_read.reset(token)
        if within:
            _search(former)


@contextmanager
def today() -> Iterator[None]:
    """Read within the block what is known now, also where the past is read around it."""
    moment = moment_read.get()
    if moment is None:
        yield
        return
    (former,) = row_of("SELECT current_setting('search_path')")
    _search("public")
    token = moment_read.set(None)
    try:
        yield
    finally:
        moment_read.reset(token)
    _search(former)


def known(rows: QuerySet, entity: str) -> QuerySet:
    """Return those of `rows` of an entity that were known at the moment that is read; references may lead to others."""
    if not is_past():
        return rows
    return rows.exclude(pk__in=RawSQL(NOT_KNOWN.format(entity), []))  # noqa: S611 - a constant


def _search(schemas: str) -> None:
    row_of("SELECT set_config('search_path', %s, true)", [schemas])
