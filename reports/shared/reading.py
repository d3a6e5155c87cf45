"""Asking the database for a report: one statement gives how fresh it is, its head, and sets of rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import orjson
from django.db import connection

from poi_api.database.rows import values_of
from poi_api.http import exact_json
from poi_api.http.places import with_members
from reports.shared.paging import NOTHING_AROUND, Around, Paging
from reports.shared.question import PagedQuestion, Question
from reports.shared.selection import named_values
from units.access.grants import Access
from units.history.past import NOT_KNOWN
from units.models.point import LAST_POINT, point_at
from units.requests.conditional import Freshness, last_change_sql
from units.requests.renewal import Again
from units.serializers.references import reference

Row = tuple[Any, ...]
_CHUNK = 500  # rows of a table that are held at once
_LIMA = timezone(timedelta(hours=-5))  # all year since 1994, and for every moment that is shown
# The moment whose knowledge an answer shows: the one asked for, or that of the last change on which it depends.
_MOMENT = """coalesce(%(as_of)s, greatest(
    (SELECT committed_at FROM units_changeset c WHERE c.position = last_change), %(known_since)s::timestamptz))"""
_SCOPE = """ARRAY(SELECT ARRAY[id::text, code, name] FROM units_unit WHERE id = ANY (%(units)s::bigint[]){known}
                   ORDER BY name_key, code)"""
_KNOWN = f" AND id NOT IN ({NOT_KNOWN.format('unit')})"
_HEAD = f"1 AS place, point, {point_at('last_change')}, {_MOMENT} AS moment, {_SCOPE} AS scope"


@dataclass(frozen=True, slots=True)
class Document:
    """A report in JSON: `members` in their order; a page has `count`, and `next` and `previous` to be filled.

    `again` makes it once more by one statement, if that is possible.
    """

    freshness: Freshness
    members: dict[str, Any]
    around: Around = NOTHING_AROUND
    again: "Again[Document] | None" = None

    def values(self) -> dict[str, Any]:
        """Return the members as values, also those that the database made JSON of."""
        values: dict[str, Any] = exact_json.own(exact_json.dumps(self.members))
        return values

    def linked(self, question: Question, url: str) -> dict[str, Any]:
        """Return the members, those of a page with links to the pages around it; `url` is the request's own."""
        if not isinstance(question, PagedQuestion):
            return self.members
        return self.members | question.part.links(url, question.order, self.around.ends, more=self.around.more)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a statement read: the members that every report starts with, the single `cells`, and each set's rows.

    `moment`, in Lima, is that of the knowledge shown; None where nothing was known.
    """

    freshness: Freshness
    moment: datetime | None
    head: dict[str, Any]
    cells: Row
    sets: list[list[Row]]
    around: Around = NOTHING_AROUND

    def document(self, members: dict[str, Any]) -> Document:
        """Return the report in JSON: its head, then `members`, those of a page (`page`) last if it has pages."""
        return Document(self.freshness, self.head | members, self.around)


def page(count: int, rows: list[Any] | orjson.Fragment, question: PagedQuestion) -> dict[str, Any]:
    """Return the members of a page of `rows`, `count` in all, with the members asked for.

    JSON that the database made has these alone already.
    """
    if not isinstance(rows, orjson.Fragment) and question.fields is not None:
        rows = [with_members(row, question.fields) for row in rows]
    return {"count": count, "next": None, "previous": None, "results": rows}


@dataclass(frozen=True, slots=True)
class Asking:
    """A statement with its named values, and what its rows are read by."""

    question: Question
    access: Access
    paging: Paging | None
    statement: str
    values: dict[str, Any]

    def read(self, **more: Any) -> Reading:
        """Ask, with further named values if it takes `more`."""
        with self.question.reading(), connection.cursor() as cursor:
            cursor.execute(self.statement, self.values | more)
            return self.told([column.name for column in cursor.description], cursor.fetchall())

    def told(self, names: Sequence[str], rows: list[Row]) -> Reading:
        """Return what rows tell, whose columns have these names."""
        starts = [number for number, name in enumerate(names) if name == "place"]
        bounds = list(pairwise([*starts, len(names)]))
        _, point, change, moment, scope, *single = rows[0][: bounds[0][1]]
        around = len(self.paging.cells) if self.paging else 0
        return Reading(
            Freshness.read(point, change, of_the_past=self.question.moment is not None),
            moment := moment and moment.astimezone(_LIMA),
            _head(self.question, self.access, moment, scope),
            tuple(single[: len(single) - around]),
            [[row[start + 1 : end] for row in rows if row[start] is not None] for start, end in bounds[1:]],
            self.paging.around(*single[-around:]) if self.paging else NOTHING_AROUND,
        )


def read(question: Question, access: Access, parts: str, **more: Any) -> Reading:
    """Ask what `asking` returns."""
    return asking(question, access, parts, **more).read()


def asking(
    question: Question,
    access: Access,
    parts: str,
    *,
    cells: Sequence[str] = (),
    sets: Sequence[str] = (),
    paging: Paging | None = None,
    **named: Any,
) -> Asking:
    """Return one statement. `parts` are its CTEs, `cells` SQL of single values, `named` further named values.

    Each of `sets` is a query whose first column is `place`, its rows' number from 1; without it they are returned in
    that order. Sets stand side by side in the answer, so that all of it is of one moment. With `paging` the rows of a
    page are among the CTEs, and what is around it is read too.
    """
    around = paging.cells if paging else ()
    named |= paging.named if paging else {}
    last_change, of_change = last_change_sql(access, question.institutions, question.moment)
    values = named_values(question, access) | of_change | {"known_since": question.known_since} | named
    head = _HEAD.format(known=_KNOWN if question.moment is not None else "")
    return Asking(question, access, paging, _statement(last_change, parts, [head, *cells, *around], sets), values)


def _statement(last_change: str, parts: str, head: Iterable[str], sets: Sequence[str]) -> str:
    names = [f"set_{number}" for number in range(len(sets))]
    queries = "".join(f", {name} AS ({query})" for name, query in zip(names, sets, strict=True))
    joins = "".join(f" FULL JOIN {name} USING (place)" for name in names)
    places = ", ".join(f"{name}.place" for name in ("head", *names))
    return f"""
        WITH freshness AS MATERIALIZED (SELECT {LAST_POINT} AS point, {last_change} AS last_change),
        {parts},
        head AS MATERIALIZED (
            SELECT {", ".join(head)}
              FROM freshness){queries}
        SELECT head.*{"".join(f", {name}.*" for name in names)} FROM head{joins} ORDER BY coalesce({places})"""


def _head(question: Question, access: Access, moment: datetime | None, scope: list[list[str]]) -> dict[str, Any]:
    """Return the members that every report starts with."""
    basis = question.basis
    return {
        "from_year": question.from_year,
        "to_year": question.to_year,
        "version": basis.version_name,
        "as_of": _shown(moment),
        "include": "submitted" if basis.with_pending else None,
        "draft": question.draft,
        "labels": question.labels,
        "scope": {
            "installation": access.everywhere(),
            "units": [reference(int(number), code, name) for number, code, name in scope],
        },
    }


def moment_shown(question: Question, freshness: Freshness) -> str | None:
    """Return the `as_of` of a report's head where only its question and how fresh it is are known: one small query."""
    values = {
        "as_of": question.basis.as_of,
        "last_change": freshness.last_change.position,
        "known_since": question.known_since,
    }
    statement = f"SELECT {_MOMENT} FROM (SELECT %(last_change)s::bigint AS last_change) known"
    return _shown(values_of(statement, values)[0][0])


def _shown(moment: datetime | None) -> str | None:
    return moment.astimezone(_LIMA).isoformat(timespec="microseconds") if moment else None


def stream(question: Question, access: Access, statement: str, **named: Any) -> Iterator[Row]:
    """Yield the rows of a statement, with memory that does not grow, within the transaction that there is."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, named_values(question, access) | named)
        while rows := cursor.fetchmany(_CHUNK):
            yield from rows
