"""`/reports/execution/`: programmed against executed, added up by anything; one statement for all of an answer."""

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

from reports.execution.explanation import EXPLANATION, explanation_values
from reports.matrix.statement import Page
from reports.shared.selection import HEAD, values
from reports.shared.sums.kept import Source, can_be_kept, keep
from reports.shared.sums.pieces import columns
from reports.shared.sums.question import MEASURES, THINGS, WIDTHS, Asked
from reports.shared.sums.statement import COLUMNS, groups, measures_object, parts, shown
from units.access.grants import Access
from units.models.change import LAST_POSITION
from units.requests.conditional import Freshness, last_change_sql

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
    """Return one page of rows and the total, with one statement, whatever the page's size.

    With more of them the first time after a change: totals that can be kept are kept before.
    """
    source = Source.TOTALS if can_be_kept(asked) else Source.FIGURES
    page, lacking = _fetch(asked, access, source, limit, offset)
    if lacking is not None:
        if lacking:
            keep(asked, access, [asked.total, *asked.periods])
        page, _ = _fetch(asked, access, Source.BOTH, limit, offset)
    return page


def _fetch(asked: Asked, access: Access, source: Source, limit: int, offset: int) -> tuple[Page, bool | None]:
    """Return the page and None. If it should come from totals alone and they lack, it is empty: can they be kept?"""
    mark, mark_values = last_change_sql(access, asked.question.institutions)
    named = values(asked.question, access) | mark_values | _named(asked) | {"limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(_statement(asked, source, mark), named)
        position, mark_position, lacking, head, count, rows = cursor.fetchone()
    return Page(Freshness(position, mark_position), head, count, rows, limit, offset), lacking


def _statement(asked: Asked, source: Source, mark: str) -> str:
    explanation = EXPLANATION if asked.explain else ""
    alike = " AND ".join(f"s.{column} = parts.{column}" for column in ("place", *columns(asked)))
    with_parts = f"(SELECT s.*, parts.parts FROM page s LEFT JOIN parts ON {alike})"
    lacking = "(SELECT bool_or(whole) FROM stale)" if source is Source.TOTALS else "NULL::boolean"
    return f"""
        WITH seen AS MATERIALIZED (SELECT {LAST_POSITION} AS position, {mark} AS mark),
        {groups(asked, asked.periods, explanation, source)},
        page AS MATERIALIZED (
            SELECT ordered.*, row_number() OVER () AS rank
              FROM (SELECT s.*{_labels(asked)} FROM {_in_order(asked)}
                     LIMIT %(limit)s OFFSET %(offset)s) AS ordered),
        {parts(asked, "page", explanation)},
        lacking AS (SELECT {lacking} AS whole)
        SELECT seen.position, seen.mark, lacking.whole, answer.*
          FROM seen CROSS JOIN lacking LEFT JOIN LATERAL (SELECT
               {HEAD} || %(asked_json)s || coalesce((
                   SELECT '{{' || {measures_object(explanation)} || '}}' FROM {shown("total")}), %(empty_json)s),
               (SELECT count(*) FROM lines),
               coalesce((
                   SELECT string_agg('{{' || {_keys_json(asked)}{measures_object(explanation)} || '}}', ','
                                     ORDER BY s.rank)
                     FROM {shown(with_parts)}), '')
              OFFSET 0) AS answer ON lacking.whole IS NULL"""


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
        WITH {groups(asked, asked.periods, source=Source.BOTH if can_be_kept(asked) else Source.FIGURES)}
        SELECT {cells} s.first, s.last, {COLUMNS}
          FROM {shown("lines")} {_label_joins(asked)} ORDER BY {_order(asked)}"""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(statement, values(asked.question, access) | _named(asked))
        while rows := cursor.fetchmany(_CHUNK):
            yield from rows


def _labels(asked: Asked) -> str:
    """Return the SELECT items with code and name of everything that rows are grouped by."""
    return "".join(f", l_{name}.code AS {name}_code, l_{name}.name AS {name}_name" for name in asked.things)


def _label_joins(asked: Asked) -> str:
    return "".join(f" JOIN {THINGS[name]} l_{name} ON l_{name}.id = s.k_{name}" for name in asked.things)


def _in_order(asked: Asked) -> str:
    """Return the FROM items of the lines with their labels, in order; measures are made where they are the order."""
    by_measure = asked.ordering.removeprefix("-") in MEASURES
    lines = shown("lines") if by_measure else "lines s"
    return f"{lines}{_label_joins(asked)} ORDER BY {_order(asked)}"


def _number(dimension: str) -> str:
    """Return the SQL of a dimension that is a number."""
    return f"((s.last - 1) / {WIDTHS[dimension]} + 1)" if dimension in WIDTHS else f"s.k_{dimension}"


def _keys_json(asked: Asked) -> str:
    """Return the SQL text of the members that say what a row is about."""
    keys = "".join(
        f"""'"{name}":' || {_reference(name) if name in THINGS else _number(name)} || ',' || """
        for name in asked.dimensions
    )
    return keys + """'"from_month":' || s.first || ',"to_month":' || s.last || ',' || """


def _reference(thing: str) -> str:
    return f"reference_json(s.k_{thing}, s.{thing}_code, s.{thing}_name)"


def _order(asked: Asked) -> str:
    """Return the order asked for, then that of the dimensions; what has no value comes last."""
    name = asked.ordering.removeprefix("-")
    first = _order_of(name) if name else []
    if asked.ordering.startswith("-"):
        first = [f"{column} DESC" for column in first]
    keys = [column for dimension in asked.dimensions for column in _order_of(dimension)]
    ids = [f"s.{column}" for column in columns(asked)]
    return ", ".join([*(f"{column} NULLS LAST" for column in first), *keys, *ids, "s.place"])


def _order_of(name: str) -> list[str]:
    if name in THINGS:
        return [f"l_{name}.code"] if name == "activity" else [f"l_{name}.name_key", f"l_{name}.code"]
    return [_MEASURE_COLUMNS[name] if name in _MEASURE_COLUMNS else _number(name)]


def _named(asked: Asked) -> dict[str, Any]:
    about = {
        "group_by": asked.dimensions,
        "depth": asked.depth if "branch" in asked.dimensions else None,
        "through": asked.through,
        "cumulative": asked.cumulative,
    }
    return {
        "depth": asked.depth,
        "asked_json": f',{json.dumps(about, separators=(",", ":"))[1:-1]},"total":',
        "empty_json": json.dumps(_EMPTY, separators=(",", ":")),
        **(explanation_values() if asked.explain else {}),
    }
