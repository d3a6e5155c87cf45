"""The statement behind sums, part by part; all of it is put together from constants.

Reads activities, plans, units and their figures, and totals that are kept (`kept.py`). Its CTEs, with their columns:

- `selected`, the activities in question: id, accumulation, measurement_unit_id, their plan's cuts, and the keys,
  `k_<name>` each;
- `figures`, of these activities: those of `activities_figure` that sums are made of;
- `pieces`, what alike activities add to a period (its number, 0 for that of the total): period, keys, PIECE_COLUMNS
  (`pieces.py`); with subtotals measurement_unit_id too;
- `lines`, the rows: period, keys, LINE_SUMS; `total`, everything: period, LINE_SUMS.

A report's own query shows any of the last two, or a set of `subtotals`, by `with_measures`. Sums travel in 27,720ths
and are rounded once, there (`measures.py`).
"""

from collections.abc import Iterable, Sequence

from reports.shared.columns import Column, select
from reports.shared.sums.measures import MEASURES_JOINS
from reports.shared.sums.pieces import KeptPieces, pieces, selected
from reports.shared.sums.question import Period, SumsQuestion

_ADDED = {
    "activities": "sum(activities)",
    "programmed_scaled": "sum(programmed_scaled)",
    "executed_scaled": "coalesce(sum(executed_scaled), 0)",
    "unreported": "sum(programmed_scaled) > 0 AND sum(with_progress) = 0",
    "sum_of_progress": "sum(sum_of_progress)",
    "with_progress": "sum(with_progress)",
    "rule": "min(first_rule)",
    "mixed_rules": "min(first_rule) <> max(last_rule)",
    "green_from": "min(least_green)",
    "most_green": "max(most_green)",
    "amber_from": "min(least_amber)",
    "most_amber": "max(most_amber)",
    "mixed_units": "min(first_unit) <> max(last_unit)",
}
_SUMS = ", ".join(f"{sql} AS {name}" for name, sql in _ADDED.items())
# The columns of a line besides `period` and its keys.
LINE_SUMS = ", ".join(("first", "last", *_ADDED))


def groups(question: SumsQuestion, periods: Sequence[Period], kept: KeptPieces | None = None) -> str:
    """Return the CTEs up to `lines` and `total`, in which pieces that are `kept` are added up too.

    `periods` are those that rows are about; without any, rows are about what the total is about.
    """
    every = [question.total, *periods]
    keys, months = ", ".join(["period", *question.keys]), _months(every)
    apart = ["measurement_unit_id"] if question.subtotals else []
    added = pieces(every, [*question.keys, *apart])
    return f"""{f"{kept.parts}," if kept else ""}
{selected(question, kept.condition if kept else "")},
pieces AS MATERIALIZED ({added}{f" UNION ALL {kept.query}" if kept else ""}),
lines AS MATERIALIZED (
    SELECT {keys}, {months}, {_SUMS} FROM pieces
     WHERE {"period > 0" if periods else "period = 0"} GROUP BY {keys}),
total AS MATERIALIZED (SELECT period, {months}, {_SUMS} FROM pieces WHERE period = 0 GROUP BY period)"""


def _months(periods: Iterable[Period]) -> str:
    """Return the SELECT items with the first and the last month of a period, by its number. They cost no join."""
    first, last = (",".join(map(str, months)) for months in zip(*((p.first, p.last) for p in periods), strict=True))
    return f"('{{{first}}}'::int[])[period + 1] AS first, ('{{{last}}}'::int[])[period + 1] AS last"


def with_measures(source: str) -> str:
    """Return the FROM items of `source`, lines or a total, as `s`, with its measures in `v` and `w`."""
    return f"{source} s {MEASURES_JOINS}"


def key_items(question: SumsQuestion) -> str:
    """Return the SELECT items that tell lines `s` apart: the period's number and the values of keys."""
    return ", ".join(f"s.{column}" for column in ("period", *question.keys))


def without_keys(question: SumsQuestion) -> str:
    """Return the SELECT items of the keys where there are none, for a UNION with rows that have them.

    They have no type of their own: they take that of the rows.
    """
    return "".join(f", NULL AS {column}" for column in question.keys)


def subtotals(question: SumsQuestion, measures: Iterable[Column], total: str = "total", page: str = "") -> str:
    """Return the set of subtotals by measurement unit: of `total`, and of the rows of `page`, where they mix units.

    Its columns: `whole` (of the total), period, keys, id, code and name of the measurement unit, `measures`.
    """
    keys = ", ".join(["period", *question.keys])
    of_total = f"period = 0 AND (SELECT mixed_units FROM {total})"
    parts = [_parts(f"true AS whole, period{without_keys(question)}", "period", [question.total], of_total)]
    if page:
        # A look-up by hash: a join would be planned for the single row that is expected of what is added up.
        mixed = f"FROM {page} WHERE mixed_units"
        of_page = f"EXISTS (SELECT {mixed}) AND (({keys}) IN (SELECT {keys} {mixed})) IS TRUE"
        parts.append(_parts(f"false, {keys}", keys, [question.total, *question.periods], of_page))
    return f"""
SELECT row_number() OVER (ORDER BY m.name_key, m.code) AS place, s.whole, {key_items(question)},
       m.id, m.code, m.name, {select(measures)}
  FROM {with_measures(f"({' UNION ALL '.join(parts)})")}
  JOIN activities_measurementunit m ON m.id = s.measurement_unit_id"""


def _parts(items: str, grouped: str, periods: Iterable[Period], where: str) -> str:
    return f"""
    SELECT {items}, measurement_unit_id, {_months(periods)}, {_SUMS}
      FROM pieces WHERE {where} GROUP BY {grouped}, measurement_unit_id"""
