"""Asking the database to judge a list: what it says of all items is a few columns, of the rejected ones why."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple, Self

from django.db import connection

from activities.services.progress.arrays import NAMED, Column, array, named_by
from activities.services.progress.verdicts import Judged
from poi_api.http import exact_json

_DATES = ("opens_on", "closes_on", "reopened_until")


class Findings(NamedTuple):
    """What the database found of each item, in order; and what it found of those that are rejected, by their places.

    Status and activity, as an answer names it, are those of a good one.
    """

    statuses: Sequence[str]
    versions: Sequence[int | None]
    activities: Sequence[dict[str, Any]]
    rejected: dict[int, Judged]

    @classmethod
    def read(cls, row: Sequence[Any], uses: Sequence[int]) -> Self:
        """Return what a statement of `judging` said of items that use its names so."""
        statuses, versions, rejected, ids, known = row
        named = [{"id": pk, "code": code, "name": name} for pk, (code, name) in zip(ids, known, strict=True)]
        judged = map(_judged, exact_json.own(rejected.encode()) if rejected else ())
        return cls(statuses, versions, [named[use - 1] for use in uses], {each.place: each for each in judged})


def judging(function: str, good: str, status: str) -> str:
    """Return the statement by which a function of SQL judges the items of a list; `judged` asks it.

    Both are SQL: whether its finding `done` of an item is that it is `good`, and of such a one the `status`.
    """
    return f"""{NAMED}
SELECT array_agg(done.{status}), array_agg(done.entry_version), json_agg(done) FILTER (WHERE NOT {good})::text,
       (SELECT activities FROM named),
       ARRAY(SELECT ARRAY[a.code, a.name] FROM named, unnest(activities) WITH ORDINALITY AS n (id, place)
               LEFT JOIN activities_activity a ON a.id = n.id ORDER BY n.place)
  FROM named, {function} AS done"""


def judged(statement: str, column: Column, readable: list[int] | None, values: Sequence[Any]) -> Findings:
    """Return what is found of a list; `values` are those of the function after what says which name an item uses."""
    names, uses = named_by(column)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*names, readable, array(uses), *values])
        return Findings.read(cursor.fetchone(), uses)


def _judged(said: dict[str, Any]) -> Judged:
    days = {name: date.fromisoformat(said[name]) for name in _DATES if said.get(name)}
    return Judged(**said | days)
