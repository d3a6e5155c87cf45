"""`/reports/execution/` as SQL: programmed against executed, added up by anything, with one statement."""

from collections.abc import Iterable, Iterator
from typing import Any

from poi_api.database.keysets import Key, order_sql
from reports.execution.explanation import INPUTS
from reports.shared.columns import Column, Reference, number, select, table_columns
from reports.shared.paging import Paging
from reports.shared.reading import Reading, read, stream
from reports.shared.sums.kept import Source, can_be_kept, keep
from reports.shared.sums.measures import MEASURES, MIXED_UNITS, OF_ONE_UNIT
from reports.shared.sums.question import DIMENSIONS, THINGS, SumsQuestion
from reports.shared.sums.statement import LINE_SUMS, groups, key_items, subtotals, with_measures, without_keys
from units.access.grants import Access

MONTHS = number("from_month", "s.first"), number("to_month", "s.last")
_MEASURE_ORDER = {measure.name: measure.sql for measure in MEASURES} | {
    "band": "array_position(ARRAY['red', 'amber', 'green'], w.band)"
}
# In tables `mixed_units` stands before the other two that say what is mixed.
_TABLE_MEASURES = (*OF_ONE_UNIT[:-2], MIXED_UNITS, *OF_ONE_UNIT[-2:])


def dimensions(question: SumsQuestion) -> list[Column | Reference]:
    """Return what a row is about, in the order asked for, and its months."""
    return [*(DIMENSIONS[name] for name in question.group_by), *MONTHS]


def explained(question: SumsQuestion, measures: Iterable[Column]) -> list[Column]:
    """Return the columns of measures, with what explains them if that is asked for."""
    return [*measures, *(INPUTS if question.explain else ())]


def table(question: SumsQuestion) -> list[Column]:
    """Return the columns of `execution_rows`."""
    return table_columns((*dimensions(question), *_TABLE_MEASURES))


def execution_page(question: SumsQuestion, access: Access) -> Reading:
    """Read one page of rows and the total, with one statement, whatever the page's size.

    Cells: whether totals are lacking, and the count of all rows. Sets: lines (whether it is the total, period, ids of
    keys, `dimensions`, measures) and subtotals. The first time after a change there are more statements: totals that
    can be kept are kept before.
    """
    reading = _read(question, access, Source.TOTALS if can_be_kept(question) else Source.FIGURES)
    lacking = reading.cells[0]
    if lacking is None:
        return reading
    if lacking:
        keep(question, access, [question.total, *question.periods])
    return _read(question, access, Source.BOTH)


def _read(question: SumsQuestion, access: Access, source: Source) -> Reading:
    """Read the page. If it should come from totals alone and they lack, it is empty, and says if they can be kept."""
    keys = ", ".join(["period", *question.key_columns])
    every = select(explained(question, MEASURES))
    lacking = "(SELECT bool_or(whole) FROM stale)" if source is Source.TOTALS else "NULL::boolean"
    paging = Paging(question, _order(question))
    parts = f"""{groups(question, question.periods, source)},
lacking AS MATERIALIZED (SELECT {lacking} AS whole),{paging.parts("s.*", _lines(question))},
line AS (
    SELECT 1 AS rank, true AS whole, {LINE_SUMS}, period{without_keys(question)}
      FROM total WHERE (SELECT whole FROM lacking) IS NULL
     UNION ALL SELECT rank + 1, false, {LINE_SUMS}, {keys} FROM page)"""
    labels = "".join(f" LEFT{thing.join}" for thing in question.things)
    lines = f"""
SELECT s.rank AS place, s.whole, {key_items(question)}, {select(dimensions(question))}, {every}
  FROM {with_measures("line")} {labels}"""
    return read(
        question,
        access,
        parts,
        cells=[
            "(SELECT whole FROM lacking)",
            "CASE WHEN (SELECT whole FROM lacking) IS NULL THEN (SELECT count(*) FROM lines) END",
        ],
        sets=[lines, subtotals(question, explained(question, OF_ONE_UNIT), "line WHERE whole", "page")],
        paging=paging,
        depth=question.depth,
    )


def execution_rows(question: SumsQuestion, access: Access) -> Iterator[tuple[Any, ...]]:
    """Yield all rows, a cell for each of `table`, with memory that does not grow."""
    source = Source.BOTH if can_be_kept(question) else Source.FIGURES
    statement = f"""
        WITH {groups(question, question.periods, source)}
        SELECT {select(table(question))} FROM {with_measures("lines")} {_label_joins(question)}
         ORDER BY {order_sql(_order(question))}"""
    return stream(question, access, statement, depth=question.depth)


def _label_joins(question: SumsQuestion) -> str:
    return "".join(thing.join for thing in question.things)


def _lines(question: SumsQuestion) -> str:
    """Return the FROM and WHERE items of the lines to be sorted; measures are made where they are the order."""
    by_measure = any(name.removeprefix("-") in _MEASURE_ORDER for name in question.ordering)
    lines = with_measures("lines") if by_measure else "lines s"
    return f"FROM {lines}{_label_joins(question)} WHERE (SELECT whole FROM lacking) IS NULL"


def _order(question: SumsQuestion) -> list[Key]:
    """Return the order asked for, then that of the dimensions; what has no value comes last."""
    asked = [(name.startswith("-"), _order_of(name.removeprefix("-"))) for name in question.ordering]
    keys = [column for name in question.group_by for column in _order_of(name)]
    ids = [f"s.{column}" for column in question.key_columns]
    return [
        *(Key(column, descending, nullable=True) for descending, columns in asked for column in columns),
        *(Key(column) for column in (*keys, *ids, "s.period")),
    ]


def _order_of(name: str) -> list[str]:
    if name in THINGS:
        return [f"l_{name}.code"] if name == "activity" else [f"l_{name}.name_key", f"l_{name}.code"]
    return [_MEASURE_ORDER[name] if name in _MEASURE_ORDER else DIMENSIONS[name].sql]
