"""The statement behind sums, part by part; all of it is put together from constants.

Reads activities, plans, units and their figures, or kept totals. `selected` are the activities with what they are
grouped by; `pieces` what those that are alike add to each period; `lines` the rows; `total` everything. Sums travel in
27,720ths and are rounded once, when shown (`measures.py`).
"""

from collections.abc import Iterable, Sequence

from reports.shared.columns import Column, select
from reports.shared.selection import JOINS, conditions
from reports.shared.sums.kept import STALE_FIGURES, STALE_JOINS, Source, kept_pieces, standing
from reports.shared.sums.measures import SHOWN
from reports.shared.sums.pieces import FIGURES, columns, key_columns, period_values, pieces
from reports.shared.sums.question import Period, SumsQuestion

_ADDED = """sum(activities) AS activities, sum(p) AS p, coalesce(sum(e), 0) AS e,
           bool_or(expected) AND NOT bool_or(met) AS unreported, sum(percents) AS percents, sum(measured) AS measured,
           min(accumulation) AS rule, min(accumulation) <> max(accumulation) AS mixed_rules,
           min(green_from) AS green_from, max(green_from) AS most_green,
           min(amber_from) AS amber_from, max(amber_from) AS most_amber, min(measure) <> max(measure) AS mixed_units"""


def groups(question: SumsQuestion, periods: Sequence[Period], source: Source = Source.FIGURES) -> str:
    """Return the CTEs up to `lines` and `total`.

    `periods` are those that rows are about; without any, rows are about what the total is about. Activities are in
    `selected` and their figures in `figures`, unless sums come from totals alone.
    """
    keys = "".join(f"{column}, " for column in columns(question))
    every = [question.total, *periods]
    months = _months(every)
    return f"""
periods (place, first, last) AS (VALUES {period_values(every)}),
{_sources(question, every, keys, source)}
lines AS MATERIALIZED (
    SELECT place, {keys} {months}, {_ADDED} FROM pieces
     WHERE {"place > 0" if periods else "place = 0"} GROUP BY {keys} place),
total AS MATERIALIZED (SELECT place, {months}, {_ADDED} FROM pieces WHERE place = 0 GROUP BY place)"""


def _sources(question: SumsQuestion, periods: Sequence[Period], keys: str, source: Source) -> str:
    """Return the CTEs between `periods` and `lines`."""
    from_figures = f"""
selected AS MATERIALIZED (
    SELECT a.id, a.plan_id, a.accumulation, a.measurement_unit_id AS measure{key_columns(question)}
    {JOINS if source is Source.FIGURES else STALE_JOINS} {conditions(question)}),
figures AS {"NOT " if question.basis.is_stored else ""}MATERIALIZED (
    SELECT activity_id, programmed, executed, quarter_programmed, quarter_executed, quarter_progress,
           annual_target, executed_total
      FROM {question.basis.source("ARRAY(SELECT id FROM selected)")} AS f),"""
    added = pieces(periods, keys, FIGURES if source is Source.FIGURES else STALE_FIGURES)
    by_source = {
        Source.FIGURES: added,
        Source.TOTALS: kept_pieces(question),
        Source.BOTH: f"{added} UNION ALL {kept_pieces(question)}",
    }
    return f"""{"" if source is Source.FIGURES else standing(question, periods) + ","}
{"" if source is Source.TOTALS else from_figures}
pieces AS MATERIALIZED (
    SELECT added.*, p.green_from, p.amber_from
      FROM ({by_source[source]}) AS added JOIN activities_plan p ON p.id = plan_id),"""


def _months(periods: Iterable[Period]) -> str:
    """Return the SELECT items with the first and the last month of a period, by its place. They cost no join."""
    first, last = (",".join(map(str, months)) for months in zip(*((p.first, p.last) for p in periods), strict=True))
    return f"('{{{first}}}'::int[])[place + 1] AS first, ('{{{last}}}'::int[])[place + 1] AS last"


def shown(source: str) -> str:
    """Return the FROM items that show `source` as `s`: measures are then in `s`, `v` and `w`."""
    return f"{source} s {SHOWN}"


def key_items(question: SumsQuestion) -> str:
    """Return the SELECT items that tell lines `s` apart: the period's place and the ids of keys."""
    return ", ".join(["s.place AS period", *(f"s.{column}" for column in columns(question))])


def subtotals(question: SumsQuestion, measures: Iterable[Column], page: str = "") -> str:
    """Return the set of subtotals by measurement unit: of the total, and of the rows of `page` that mix units.

    Its columns: `whole` (of the total), place, keys, id, code and name of the measurement unit, `measures`.
    """
    keys = ["place", *columns(question)]
    parts = [_parts(keys, [question.total], "true", "place = 0 AND (SELECT mixed_units FROM total)", of_total=True)]
    if page:
        # A look-up by hash: a join would be planned for the single row that is expected of what is added up.
        listed = ", ".join(keys)
        of_page = f"(({listed}) IN (SELECT {listed} FROM {page} WHERE mixed_units)) IS TRUE"
        parts.append(_parts(keys, [question.total, *question.periods], "false", of_page))
    return f"""
SELECT row_number() OVER (ORDER BY m.name_key, m.code) AS place, s.whole, {key_items(question)},
       m.id, m.code, m.name, {select(measures)}
  FROM {shown(f"({' UNION ALL '.join(parts)})")} JOIN activities_measurementunit m ON m.id = s.measure"""


def _parts(keys: list[str], periods: Iterable[Period], whole: str, where: str, *, of_total: bool = False) -> str:
    shown_keys = ", ".join("NULL::bigint AS " + key if of_total and key != "place" else key for key in keys)
    grouped = "place" if of_total else ", ".join(keys)
    return f"""
    SELECT {whole} AS whole, {shown_keys}, measure, {_months(periods)}, {_ADDED}
      FROM pieces WHERE {where} GROUP BY {grouped}, measure"""
