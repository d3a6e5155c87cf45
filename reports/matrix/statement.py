"""The matrix: one row per activity, as in the source document; rows are made by PostgreSQL in one statement."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from rest_framework.utils.urls import replace_query_param

from reports.shared.question import Question
from reports.shared.selection import HEAD, JOINS, conditions, values
from units.access.grants import Access
from units.models.change import LAST_POSITION
from units.requests.conditional import Freshness, last_change_sql

ORDERINGS = {
    "activity": "a.code",
    "name": "a.name_key",
    "unit": "u.name_key, u.code",
    "mef_activity": "m.name_key, m.code",
    "measurement_unit": "k.name_key, k.code",
    "year": "p.year",
    "institution": "i.name_key, i.code",
}
_DEFAULT_ORDER = "p.year, i.name_key, i.code, a.code, a.id"
_CHUNK = 500

_JOINS = f"""{JOINS}
  JOIN units_unit i ON i.id = p.institution_id
  JOIN activities_mefactivity m ON m.id = a.mef_activity_id
  JOIN activities_measurementunit k ON k.id = a.measurement_unit_id"""

# What a page's rows refer to is written once each, not once a row.
_REFERENCES = "".join(
    f"""
        {alias} AS MATERIALIZED (SELECT id, reference_json(id, code, name) AS shown FROM {table}
                            WHERE id IN (SELECT {column} FROM page)),"""
    for alias, table, column in (
        ("i", "units_unit", "institution_id"),
        ("u", "units_unit", "unit_id"),
        ("m", "activities_mefactivity", "mef_activity_id"),
        ("k", "activities_measurementunit", "measurement_unit_id"),
    )
)
_ROWS = """
SELECT string_agg('{"activity":' || reference_json(a.id, a.code, a.name) || ',"year":' || a.year
           || ',"institution":' || i.shown || ',"unit":' || u.shown || ',"mef_activity":' || m.shown
           || ',"measurement_unit":' || k.shown || ',' || f.shown
           || ',' || band_json(f.progress, a.green_from, a.amber_from) || '}', ',' ORDER BY a.place)
  FROM page a JOIN i ON i.id = a.institution_id JOIN u ON u.id = a.unit_id JOIN m ON m.id = a.mef_activity_id
  JOIN k ON k.id = a.measurement_unit_id JOIN figures f ON f.activity_id = a.id"""

_CELLS = """i.code, i.name, p.year, a.code, a.name, u.code, u.name, m.code, m.name, k.code, k.name, f.annual_target,
       f.programmed, f.executed, f.quarter_programmed, f.quarter_executed, f.quarter_progress,
       f.executed_total, f.progress, band(f.progress, p.green_from, p.amber_from), coalesce(f.progress > 100, false)"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the matrix, its parts as JSON text but for the count of all rows, and what it came from."""

    freshness: Freshness
    head: str
    count: int
    rows: str
    limit: int
    offset: int

    def body(self, url: str) -> str:
        """Return the whole answer as JSON text; `url` is the request's own, for the links to other pages."""
        onward = self.offset + self.limit
        following = page_url(url, self.limit, onward) if onward < self.count else None
        preceding = page_url(url, self.limit, max(self.offset - self.limit, 0)) if self.offset else None
        links = f'"count":{self.count},"next":{json.dumps(following)},"previous":{json.dumps(preceding)}'
        return f'{{{self.head},{links},"results":[{self.rows}]}}'


def page_url(url: str, limit: int, offset: int) -> str:
    """Return `url` asking for another page."""
    return replace_query_param(replace_query_param(url, "limit", limit), "offset", offset)


def matrix_page(question: Question, access: Access, *, ordering: str, limit: int, offset: int) -> Page:
    """Return one page of the matrix: one statement, whatever the page's size.

    `ordering` is one of ORDERINGS, with a leading `-` for descending, or empty for the document's own order.
    """
    chosen = f"{_JOINS}{conditions(question)}"
    order = _order(ordering)
    mark, mark_values = last_change_sql(access, question.institutions)
    statement = f"""
        WITH seen AS MATERIALIZED (SELECT {LAST_POSITION} AS position, {mark} AS mark),
        page AS MATERIALIZED (
            SELECT a.id, a.code, a.name, a.unit_id, a.mef_activity_id, a.measurement_unit_id, p.institution_id,
                   p.year, p.green_from, p.amber_from,
                   row_number() OVER (ORDER BY {order}) AS place, count(*) OVER () AS total {chosen}
             ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s),{_REFERENCES}
        figures AS NOT MATERIALIZED (SELECT * FROM {question.basis.source("ARRAY(SELECT id FROM page)")} AS f)
        SELECT seen.position, seen.mark,
               {HEAD},
               coalesce((SELECT max(total) FROM page), (SELECT count(*) {chosen})), coalesce(({_ROWS}), '')
          FROM seen"""
    named = values(question, access) | mark_values | {"limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(statement, named)
        position, mark_position, head, count, rows = cursor.fetchone()
    return Page(Freshness(position, mark_position), head, count, rows, limit, offset)


def matrix_rows(question: Question, access: Access, *, ordering: str) -> Iterator[tuple[Any, ...]]:
    """Yield the matrix row by row, cells as in `csv_header`'s columns, with memory that does not grow."""
    ids = f"ARRAY(SELECT a.id {_JOINS}{conditions(question)})"
    statement = f"""
        SELECT {_CELLS} {_JOINS} JOIN {question.basis.source(ids)} f ON f.activity_id = a.id
        {conditions(question)} ORDER BY {_order(ordering)}"""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(statement, values(question, access))
        while rows := cursor.fetchmany(_CHUNK):
            yield from rows


def _order(ordering: str) -> str:
    if not ordering:
        return _DEFAULT_ORDER
    columns = ORDERINGS[ordering.removeprefix("-")]
    if ordering.startswith("-"):
        columns = ", ".join(f"{column} DESC" for column in columns.split(", "))
    return f"{columns}, {_DEFAULT_ORDER}"
