"""The statement behind `/reports/execution/`, part by part; all of it is put together from constants.

`chosen` are the activities with what they are grouped by; `pieces` what those that are alike add to each period;
`lines` the report's rows; `total` everything; `parts` the subtotals by measurement unit, of what is shown alone. Sums
travel in 27,720ths and are rounded once, when shown.
"""

from reports.shared.selection import JOINS, conditions
from reports.shared.sums.kept import STALE_FIGURES, STALE_JOINS, Source, kept_pieces, standing
from reports.shared.sums.pieces import FIGURES, columns, key_columns, period_values, pieces
from reports.shared.sums.question import Asked, Period

_ADDED = """sum(activities) AS activities, sum(p) AS p, coalesce(sum(e), 0) AS e,
           bool_or(expected) AND NOT bool_or(met) AS unreported, sum(percents) AS percents, sum(measured) AS measured,
           min(accumulation) AS rule, min(accumulation) <> max(accumulation) AS mixed_rules,
           min(green_from) AS green_from, max(green_from) AS most_green,
           min(amber_from) AS amber_from, max(amber_from) AS most_amber, min(measure) <> max(measure) AS mixed_units"""
# What is shown of sums; percentages are divided with so many decimals that rounding once afterwards is exact.
_SHOWN = """
     CROSS JOIN LATERAL (SELECT s.first, s.last) AS t
     CROSS JOIN LATERAL (SELECT shown(s.p) AS programmed, CASE WHEN NOT s.unreported THEN shown(s.e) END AS executed,
                                progress(CASE WHEN NOT s.unreported THEN s.e END, s.p) AS progress,
                                trim_scale(round(round(s.percents / nullif(s.measured, 0), 24), 2)) AS mean_progress,
                                s.green_from <> s.most_green OR s.amber_from <> s.most_amber AS mixed_bands
                        OFFSET 0) AS v
     CROSS JOIN LATERAL (SELECT CASE WHEN NOT v.mixed_bands THEN band(v.progress, s.green_from, s.amber_from) END
                                    AS band, coalesce(v.progress > 100, false) AS over OFFSET 0) AS w"""
_OBJECT = """'"activities":' || s.activities || ',"programmed":' || v.programmed
       || ',"executed":' || number_json(v.executed) || ',"progress":' || number_json(v.progress)
       || ',"band":' || coalesce('"' || w.band || '"', 'null') || ',"over":' || w.over
       || ',"mean_progress":' || number_json(v.mean_progress) || ',"mixed_accumulation":' || s.mixed_rules
       || ',"mixed_bands":' || v.mixed_bands"""
_WITH_SUBTOTALS = """ || ',"mixed_units":' || s.mixed_units
       || ',"by_measurement_unit":[' || CASE WHEN s.mixed_units THEN s.parts ELSE '' END || ']'"""
COLUMNS = """s.activities, v.programmed, v.executed, v.progress, w.band, w.over, v.mean_progress,
       s.mixed_units, s.mixed_rules, v.mixed_bands"""


def groups(asked: Asked, periods: list[Period], explanation: str = "", source: Source = Source.FIGURES) -> str:
    """Return the CTEs up to `lines` and `total`; `explanation` is SQL text added to every object.

    `periods` are those that rows are about; without any, rows are about what the total is about. Activities are in
    `chosen` and their figures in `figures`, unless sums come from totals alone.
    """
    keys = "".join(f"{column}, " for column in columns(asked))
    every = [asked.total, *periods]
    months = _months(every)
    return f"""
periods (place, first, last) AS (VALUES {period_values(every)}),
{_sources(asked, every, keys, source)}
lines AS MATERIALIZED (
    SELECT place, {keys} {months}, {_ADDED} FROM pieces
     WHERE {"place > 0" if periods else "place = 0"} GROUP BY {keys} place),
total_parts AS ({_parts("place", months, "place = 0", explanation)}),
total AS (
    SELECT s.*, t.parts FROM (SELECT place, {months}, {_ADDED} FROM pieces WHERE place = 0 GROUP BY place) AS s
      JOIN total_parts t ON t.place = s.place)"""


def _sources(asked: Asked, periods: list[Period], keys: str, source: Source) -> str:
    """Return the CTEs between `periods` and `lines`."""
    from_figures = f"""
chosen AS MATERIALIZED (
    SELECT a.id, a.plan_id, a.accumulation, a.measurement_unit_id AS measure{key_columns(asked)}
    {JOINS if source is Source.FIGURES else STALE_JOINS} {conditions(asked.question)}),
figures AS {"NOT " if asked.question.basis.is_stored else ""}MATERIALIZED (
    SELECT activity_id, programmed, executed, quarter_programmed, quarter_executed, quarter_progress,
           annual_target, executed_total
      FROM {asked.question.basis.source("ARRAY(SELECT id FROM chosen)")} AS f),"""
    added = pieces(periods, keys, FIGURES if source is Source.FIGURES else STALE_FIGURES)
    found = {
        Source.FIGURES: added,
        Source.TOTALS: kept_pieces(asked),
        Source.BOTH: f"{added} UNION ALL {kept_pieces(asked)}",
    }[source]
    return f"""{"" if source is Source.FIGURES else standing(asked, periods) + ","}
{"" if source is Source.TOTALS else from_figures}
pieces AS MATERIALIZED (
    SELECT added.*, p.green_from, p.amber_from FROM ({found}) AS added JOIN activities_plan p ON p.id = plan_id),"""


def parts(asked: Asked, page: str, explanation: str = "") -> str:
    """Return the CTE `parts`: as JSON text, the subtotals of those rows of `page` that mix measurement units."""
    keys = ", ".join(["place", *columns(asked)])
    # A look-up by hash: a join would be planned for the single row that is expected of what is added up.
    where = f"(({keys}) IN (SELECT {keys} FROM {page} WHERE mixed_units)) IS TRUE"
    return f"parts AS MATERIALIZED ({_parts(keys, _months([asked.total, *asked.periods]), where, explanation)})"


def _months(periods: list[Period]) -> str:
    """Return the SELECT items with the first and the last month of a period, by its place. They cost no join."""
    first, last = (",".join(map(str, months)) for months in zip(*((p.first, p.last) for p in periods), strict=True))
    return f"('{{{first}}}'::int[])[place + 1] AS first, ('{{{last}}}'::int[])[place + 1] AS last"


def _parts(keys: str, months: str, where: str, explanation: str) -> str:
    """Return the query of subtotals by measurement unit, as JSON text for each of `keys`."""
    part = (
        f"""'{{"measurement_unit":' || reference_json(m.id, m.code, m.name) || ',' || {_OBJECT}{explanation} || '}}'"""
    )
    shown_keys = ", ".join(f"s.{key}" for key in keys.split(", "))
    return f"""
    SELECT {shown_keys}, string_agg({part}, ',' ORDER BY m.name_key, m.code) AS parts
      FROM (SELECT {keys}, measure, {months}, {_ADDED} FROM pieces WHERE {where} GROUP BY {keys}, measure) AS s
      JOIN activities_measurementunit m ON m.id = s.measure {_SHOWN}
     GROUP BY {shown_keys}"""


def shown(source: str) -> str:
    """Return the FROM items that show `source` as `s`: measures are then in `v` and `w`, months in `t`."""
    return f"{source} s {_SHOWN}"


def measures_object(explanation: str = "") -> str:
    """Return the SQL text of the measures of a line, without braces."""
    return f"{_OBJECT}{_WITH_SUBTOTALS}{explanation}"
