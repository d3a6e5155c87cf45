"""Lists of items as the arrays in which the database takes them: it reads JSON ten times slower."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from itertools import count
from typing import Any

# A field of every item by its name, None where one has none
Column = Callable[[str], list[Any]]
_NAME = ("id", "code", "institution_id", "institution", "year")
# SQL: what a list names, of what the caller reads, once for all its items
NAMED = """WITH named AS MATERIALIZED (
    SELECT array_agg(activity_id) AS activities, array_agg(fits) AS fits
      FROM activities_named(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::int[], %s::bigint[]))"""


def array(values: Collection[object]) -> str | None:
    """Return numbers or truths, some of them None, as PostgreSQL writes an array of them; None where all are None."""
    return None if all(value is None for value in values) else _written(values)


def _written(values: Collection[object]) -> str:
    return f"{{{','.join(map(str, values)).replace('None', 'NULL')}}}"


def texts(values: Iterable[str | None]) -> list[str | None] | None:
    """Return texts as they are, None where all are blank or None: nearly always, and an array costs."""
    given = list(values)
    return given if any(given) else None


def named_by(column: Column) -> tuple[list[Any], list[int]]:
    """Return the first values of `NAMED`, each name once, and which of them each item uses, from 1."""
    places = defaultdict[tuple[Any, ...], int](count(1).__next__)
    uses = [places[name] for name in zip(*map(column, _NAME), strict=True)]
    ids, codes, institution_ids, institutions, years = zip(*places, strict=True)
    # One array is there whatever the items say: a name of nothing at all is still a row
    return [array(ids), texts(codes), array(institution_ids), texts(institutions), _written(years)], uses
