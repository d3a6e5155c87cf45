"""`/reports/execution/`: programmed against executed, added up by anything; one statement for all of an answer."""

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

from reports.chosen import HEAD, values
from reports.execution_groups import MEASURES, THINGS, WIDTHS, Asked
from reports.execution_sql import COLUMNS, columns, groups, measures_object, shown
from reports.explaining import EXPLANATION, explanation_values
from reports.matrix import Page
from units.access import Access
from units.conditional import LAST_POSITION, Seen, mark_of

_MEASURE_COLUMNS = dict(zip(MEASURES, COLUMNS.replace("\n", "").replace(" ", "").split(","), strict=True))
_MEASURE_COLUMNS["band"] = "array_position(ARRAY['red', 'amber', 'green'], w.band)"
_EMPTY: dict[str, Any] = {
    "activities": 0,
    "programmed": 0,
    "executed": 0,
    "progress": None,
    "band": None,
    "over": False,
    "mean_progress": None,
    "mixed_accumulation": False,
    "mixed_bands": False,
    "mixed_units": False,
    "by_measurement_unit": [],
}
_CHUNK = 500


def execution_page(asked: Asked, access: Access, *, limit: int, offset: int) -> Page:
    """Return one page of rows and the total, with one statement, whatever the page's size."""
    explanation = EXPLANATION if asked.explain else ""
    mark, mark_values = mark_of(access)
    order = _order(asked)
    statement = f"""
        WITH seen AS MATERIALIZED (SELECT {LAST_POSITION} AS position, {mark} AS mark),
        {groups(asked, asked.periods, explanation)}{_labels(asked)},
        page AS (
            SELECT '{{' || {_keys_json(asked)}{measures_object(explanation)} || '}}' AS line,
                   row_number() OVER (ORDER BY {order}) AS place, count(*) OVER () AS lines
              FROM {shown("lines")}{_label_joins(asked)}
             ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s)
        SELECT seen.position, seen.mark,
               {HEAD} || %(asked_json)s || coalesce((
                   SELECT '{{' || {measures_object(explanation)} || '}}' FROM {shown("total")}), %(empty_json)s),
               coalesce((SELECT max(lines) FROM page), (SELECT count(*) FROM lines)),
               coalesce((SELECT string_agg(line, ',' ORDER BY place) FROM page), '')
          FROM seen"""
    named = _named(asked, access) | mark_values | {"limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(statement, named)
        position, mark_position, head, count, rows = cursor.fetchone()
    return Page(Seen(position, mark_position), head, count, rows, limit, offset)


def execution_columns(asked: Asked) -> list[str]:
    """Return the names of the columns of `execution_rows`."""
    keys = [
        column
        for name in asked.dimensions
        for column in ([f"{name}_code", f"{name}_name"] if name in THINGS else [name])
    ]
    return [*keys, "from_month", "to_month", *MEASURES]


def execution_rows(asked: Asked, access: Access) -> Iterator[tuple[Any, ...]]:
    """Yield all rows, cells as in `execution_columns`, with memory that does not grow."""
    cells = "".join(
        f"l_{name}.code, l_{name}.name, " if name in THINGS else f"{_number(name)}, " for name in asked.dimensions
    )
    statement = f"""
        WITH {groups(asked, asked.periods)}{_labels(asked)}
        SELECT {cells} t.first, t.last, {COLUMNS} FROM {shown("lines")}{_label_joins(asked)} ORDER BY {_order(asked)}"""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(statement, _named(asked, access))
        while rows := cursor.fetchmany(_CHUNK):
            yield from rows


def _labels(asked: Asked) -> str:
    """Return CTEs with code, name and reference of everything that rows are grouped by."""
    return "".join(
        f""",
l_{name} AS MATERIALIZED (
    SELECT id, code, name, {"code AS name_key" if name == "activity" else "name_key"},
           reference_json(id, code, name) AS shown
      FROM {THINGS[name]} WHERE id IN (SELECT k_{name} FROM pieces))"""
        for name in asked.things
    )


def _label_joins(asked: Asked) -> str:
    return "".join(f" JOIN l_{name} ON l_{name}.id = s.k_{name}" for name in asked.things)


def _number(dimension: str) -> str:
    """Return the SQL of a dimension that is a number."""
    return f"((t.last - 1) / {WIDTHS[dimension]} + 1)" if dimension in WIDTHS else f"s.k_{dimension}"


def _keys_json(asked: Asked) -> str:
    """Return the SQL text of the members that say what a row is about."""
    keys = "".join(
        f"""'"{name}":' || {f"l_{name}.shown" if name in THINGS else _number(name)} || ',' || """
        for name in asked.dimensions
    )
    return keys + """'"from_month":' || t.first || ',"to_month":' || t.last || ',' || """


def _order(asked: Asked) -> str:
    """Return the order asked for, then that of the dimensions; what has no value comes last."""
    name = asked.ordering.removeprefix("-")
    first = _order_of(name) if name else []
    if asked.ordering.startswith("-"):
        first = [f"{column} DESC" for column in first]
    keys = [column for dimension in asked.dimensions for column in _order_of(dimension)]
    ids = [f"s.{column}" for column in columns(asked)]
    return ", ".join([*(f"{column} NULLS LAST" for column in first), *keys, *ids, "t.place"])


def _order_of(name: str) -> list[str]:
    if name in THINGS:
        return [f"l_{name}.name_key", f"l_{name}.code"]
    return [_MEASURE_COLUMNS[name] if name in _MEASURE_COLUMNS else _number(name)]


def _named(asked: Asked, access: Access) -> dict[str, Any]:
    about = {
        "group_by": asked.dimensions,
        "depth": asked.depth if "branch" in asked.dimensions else None,
        "through": asked.through,
        "cumulative": asked.cumulative,
    }
    return values(asked.question, access) | {
        "depth": asked.depth,
        "asked_json": f',{json.dumps(about, separators=(",", ":"))[1:-1]},"total":',
        "empty_json": json.dumps(_EMPTY, separators=(",", ":")),
        **explanation_values(),
    }
