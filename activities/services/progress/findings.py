"""Asking the database to judge a list: what it says of all items is a few columns, of the rejected ones why."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple, Self

import orjson

from activities.services.progress.arrays import NAMED, Column, array, named_by
from activities.services.progress.verdicts import Judged
from poi_api.database.rows import row_of
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
    def read(
        cls, uses: Sequence[int], statuses: str, versions: str, ids: str, names: str, rejected: str | None = None
    ) -> Self:
        """Return what was said, as texts, of items each of which `uses` one of the names, from 1."""
        known = zip(_numbers(ids), orjson.loads(names), strict=True)
        named = [{"id": pk, "code": code, "name": name} for pk, (code, name) in known]
        judged = map(_judged, exact_json.own(rejected.encode()) if rejected else ())
        activities = [named[use - 1] for use in uses]
        return cls(statuses[1:-1].split(","), _numbers(versions), activities, {each.place: each for each in judged})


def judging(function: str) -> str:
    """Return the statement by which a function of SQL judges the items of a list; `judged` asks it."""
    return f"""{NAMED}
SELECT done.statuses, done.versions, activities,
       (SELECT json_agg(json_build_array(a.code, a.name) ORDER BY n.place)
          FROM unnest(activities) WITH ORDINALITY AS n (id, place) LEFT JOIN activities_activity a ON a.id = n.id),
       done.rejected
  FROM named, {function} AS done"""


def judged(statement: str, column: Column, readable: list[int] | None, values: Sequence[Any]) -> Findings:
    """Return what is found of a list; `values` are those of the function after what says which name an item uses."""
    if not column("year"):
        return Findings((), (), (), {})
    names, uses = named_by(column)
    return Findings.read(uses, *row_of(statement, [*names, readable, array(uses), *values]))


def _numbers(array: str) -> list[Any]:
    """Return the whole numbers of an array, None where there is none."""
    numbers: list[Any] = orjson.loads(f"[{array[1:-1].replace('NULL', 'null')}]")
    return numbers


def _judged(said: dict[str, Any]) -> Judged:
    days = {name: date.fromisoformat(said[name]) for name in _DATES if said.get(name)}
    return Judged(**said | days)
