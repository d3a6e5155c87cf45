"""`/reports/execution/` as SQL: programmed against executed, added up by anything, with one statement."""

from collections.abc import Iterable, Iterator
from typing import Any

from poi_api.database.keysets import Key, order_sql
from reports.execution import standing
from reports.execution.explanation import INPUTS
from reports.shared.columns import Column, Selected, number, select, select_json, table_columns
from reports.shared.paging import Paging
from reports.shared.reading import Asking, asking, stream
from reports.shared.sums.kept import can_be_kept, kept_pieces, renew
from reports.shared.sums.measures import MEASURES, MIXED_UNITS, OF_ONE_UNIT
from reports.shared.sums.pieces import KeptPieces
from reports.shared.sums.question import CLASSES, DIMENSIONS, THINGS, SumsQuestion
from reports.shared.sums.statement import LINE_SUMS, groups, key_items, subtotals, with_measures, without_keys
from units.access.grants import Access

MONTHS = number("from_month", "s.first"), number("to_month", "s.last")
_MEASURE_ORDER = {measure.name: measure.sql for measure in MEASURES} | {
    "band": "array_position(ARRAY['red', 'amber', 'green'], w.band)"
}
# In tables `mixed_units` stands before the other two that say what is mixed.
_TABLE_MEASURES = (*OF_ONE_UNIT[:-2], MIXED_UNITS, *OF_ONE_UNIT[-2:])


def dimensions(question: SumsQuestion) -> list[Selected]:
    """Return what a row is about, in the order asked for, and its months."""
    return [*(DIMENSIONS[name] for name in question.group_by), *MONTHS]


def explained(question: SumsQuestion, measures: Iterable[Column]) -> list[Column]:
    """Return the columns of measures, with what explains them if that is asked for."""
    return [*measures, *(INPUTS if question.explain else ())]


def _members(question: SumsQuestion) -> str:
    """Return the SQL of the JSON members of a line: those asked for of a row, all measures of the total."""
    row = [m for m in (*dimensions(question), *MEASURES) if question.fields is None or m.name in question.fields]
    return f"CASE WHEN s.whole THEN {select_json(MEASURES)} ELSE {select_json(row)} END"


def columns_of(question: SumsQuestion) -> list[Column]:
    """Return the columns of the execution as a table."""
    return table_columns((*dimensions(question), *_TABLE_MEASURES))


def execution_page(question: SumsQuestion, access: Access, *, renews: bool = False) -> Asking:
    """Return the statement of one page of rows and the total, whatever the page's size; totals are renewed before.

    Cells: the count of all rows. Sets: lines (whether it is the total, period, ids of keys; JSON of its members) and,
    where they are asked for, subtotals. To be explained, both have their measures and what else that takes besides.
    Where lines can be kept, they have what sorts them besides, and pieces by unit are a set; what `renews` those that
    are kept has none but lines of units that were touched since, and other cells (`standing.py`).
    """
    renew(question, access)
    paging, keeps = Paging(question, _order(question)), standing.can_be_kept(question)
    sorted_by = paging.names if keeps else []
    sorting, no_sorting = ("".join(f"{none} {name}" for name in sorted_by) for none in (",", ", NULL AS"))
    keys = ", ".join(["period", *question.keys])
    pieces = standing.kept_pieces(question, access) if renews else None
    parts = f"""{_groups(question, access, pieces)},{paging.parts("s.*", _lines(question))},
line AS (
    SELECT 1 AS rank, true AS whole, {LINE_SUMS}, period{without_keys(question)}{no_sorting} FROM total
     UNION ALL SELECT rank + 1, false, {LINE_SUMS}, {keys}{sorting} FROM page)"""
    labels = "".join(f" LEFT{thing.join}" for thing in question.things)
    lines = f"""
SELECT s.rank AS place, s.whole, {key_items(question)}, {_members(question)}
       {f", {select(explained(question, MEASURES))}" if question.explain else ""}{sorting}
  FROM {with_measures("line")} {labels}"""
    sets = [lines]
    if question.subtotals:
        sets.append(subtotals(question, explained(question, OF_ONE_UNIT), "line WHERE whole", "page"))
    if keeps:
        sets.append(standing.pieces_by_unit(of_changed=renews))
    if renews:
        return asking(question, access, parts, cells=standing.CELLS, sets=sets, depth=question.depth, **paging.named)
    cells = ["(SELECT count(*) FROM lines)"]
    return asking(question, access, parts, cells=cells, sets=sets, paging=paging, depth=question.depth)


def execution_rows(question: SumsQuestion, access: Access) -> Iterator[tuple[Any, ...]]:
    """Yield all rows, a cell for each of `columns_of`, with memory that does not grow."""
    statement = f"""
        WITH {_groups(question, access)}
        SELECT {select(columns_of(question))} FROM {with_measures("lines")} {_label_joins(question)}
         ORDER BY {order_sql(_order(question))}"""
    return stream(question, access, statement, depth=question.depth)


def _groups(question: SumsQuestion, access: Access, kept: KeptPieces | None = None) -> str:
    totals = kept_pieces(question) if can_be_kept(question, access) else None
    return groups(question, question.periods, kept or totals)


def _label_joins(question: SumsQuestion) -> str:
    return "".join(thing.join for thing in question.things)


def _lines(question: SumsQuestion) -> str:
    """Return the FROM and WHERE items of the lines to be sorted; measures are made where they are the order."""
    by_measure = any(name.removeprefix("-") in _MEASURE_ORDER for name in question.ordering)
    lines = with_measures("lines") if by_measure else "lines s"
    return f"FROM {lines}{_label_joins(question)} WHERE true"


def _order(question: SumsQuestion) -> list[Key]:
    """Return the order asked for, then that of the dimensions; what has no value comes last."""
    asked = [(name.startswith("-"), _order_of(name.removeprefix("-"))) for name in question.ordering]
    keys = [Key(column, nullable=name in CLASSES) for name in question.group_by for column in _order_of(name)]
    ids = [f"s.{column}" for column in question.keys]
    return [
        *(Key(column, descending, nullable=True) for descending, columns in asked for column in columns),
        *keys,
        *(Key(column) for column in (*ids, "s.period")),
    ]


def _order_of(name: str) -> list[str]:
    if name in THINGS:
        return [f"l_{name}.code"] if name == "activity" else [f"l_{name}.name_key", f"l_{name}.code"]
    if name in CLASSES:
        return [f'({column.sql}) COLLATE "C"' for column in CLASSES[name].columns]
    return [_MEASURE_ORDER[name] if name in _MEASURE_ORDER else DIMENSIONS[name].sql]
