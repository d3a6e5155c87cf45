"""The statement behind `/reports/execution/`, part by part; all of it is put together from constants.

`chosen` are the activities with what they are grouped by; `pieces` what those that are alike add to each period,
each by its own rule first (domain.md, rule 3); `subtotals` by measurement unit; `lines` the report's rows;
`total` everything. Sums travel in 27,720ths and are rounded once, when shown.
"""

from reports.chosen import JOINS, conditions
from reports.execution_groups import THINGS, Asked, Period

_KEYS = {
    "institution": "p.institution_id",
    "unit": "a.unit_id",
    "mef_activity": "a.mef_activity_id",
    "measurement_unit": "a.measurement_unit_id",
    "activity": "a.id",
    "year": "p.year",
}
# Institution and code are an activity's identity across years (api.md); it is shown as of the latest year.
_SAME_ACTIVITY = "first_value(a.id) OVER (PARTITION BY p.institution_id, a.code ORDER BY p.year DESC, a.id)"
# The ancestor so many levels below the institution, or the unit itself where it is higher up; never one
# above what the caller may see.
_BRANCH = """u.path[greatest(least(%(depth)s + 1, cardinality(u.path)), (
    SELECT min(n) FROM generate_subscripts(u.path, 1) AS n WHERE u.path[n] = ANY (%(units)s::bigint[])))]"""

_OF_PIECES = """sum(activities) AS activities, sum(p * scale) AS p, coalesce(sum(e * scale), 0) AS e,
           bool_or(expected) AND NOT bool_or(met) AS unreported, bool_or(met) AS met, bool_or(expected) AS expected,
           sum(percents) AS percents, sum(measured) AS measured,
           min(accumulation) AS rule, min(accumulation) <> max(accumulation) AS mixed_rules,
           min(green_from) AS green_from, max(green_from) AS most_green,
           min(amber_from) AS amber_from, max(amber_from) AS most_amber"""
_OF_SUBTOTALS = """sum(activities) AS activities, sum(p) AS p, sum(e) AS e,
           bool_or(expected) AND NOT bool_or(met) AS unreported,
           sum(percents) AS percents, sum(measured) AS measured,
           min(rule) AS rule, bool_or(mixed_rules) OR min(rule) <> max(rule) AS mixed_rules,
           min(green_from) AS green_from, max(most_green) AS most_green,
           min(amber_from) AS amber_from, max(most_amber) AS most_amber, count(*) > 1 AS mixed_units"""
# What is shown of sums; percentages are divided with so many decimals that rounding once afterwards is exact.
_SHOWN = """
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


def columns(asked: Asked) -> list[str]:
    """Return the columns that rows are grouped by, but for the period."""
    return [f"k_{name}" for name in asked.dimensions if name in THINGS or name == "year"]


def groups(asked: Asked, periods: list[Period], explanation: str = "") -> str:
    """Return the CTEs from `chosen` to `lines` and `total`; `explanation` is SQL text added to every object.

    `periods` are those that rows are about; without any, rows are about what the total is about.
    """
    keys = "".join(f"{column}, " for column in columns(asked))
    head = f"""
chosen AS MATERIALIZED (
    SELECT a.id, a.plan_id, a.accumulation, a.measurement_unit_id AS measure{_key_columns(asked)} {JOINS}
    {conditions(asked.question)}),
figures AS {"NOT " if asked.question.basis.is_stored else ""}MATERIALIZED (
    SELECT activity_id, programmed, executed, quarter_programmed, quarter_executed, quarter_progress,
           annual_target, executed_total
      FROM {asked.question.basis.source("ARRAY(SELECT id FROM chosen)")} AS f),
periods (place, first, last) AS (VALUES {_values([asked.total, *periods])}),
pieces AS MATERIALIZED ({_pieces([asked.total, *periods], keys)}),
m AS MATERIALIZED (SELECT id, name_key, code, reference_json(id, code, name) AS shown FROM activities_measurementunit
                    WHERE id IN (SELECT measure FROM pieces))"""
    rows = "place > 0" if periods else "place = 0"
    return ",".join(
        [
            head,
            *_level("subtotals", "lines", rows, keys, explanation),
            *_level("all_subtotals", "total", "place = 0", "", explanation),
        ]
    )


def _level(subtotals: str, lines: str, where: str, keys: str, explanation: str) -> list[str]:
    """Return two CTEs: sums by measurement unit, and over all of them with what each came to as JSON."""
    shown = f"""'{{"measurement_unit":' || m.shown || ',' || {_OBJECT}{explanation} || '}}'"""
    return [
        f"""
{subtotals} AS MATERIALIZED (
    SELECT place, {keys} measure, {_OF_PIECES}
      FROM pieces JOIN activities_plan plan ON plan.id = plan_id
     WHERE {where} GROUP BY place, {keys} measure)""",
        f"""
{lines} AS (
    SELECT s.place, {keys} {_OF_SUBTOTALS}, string_agg({shown}, ',' ORDER BY m.name_key, m.code) AS parts
      FROM {subtotals} s JOIN m ON m.id = s.measure JOIN periods t ON t.place = s.place {_SHOWN}
     GROUP BY s.place, {keys.rstrip(", ") or "()"})""",
    ]


def shown(source: str) -> str:
    """Return the FROM items that show `source` as `s`: measures are then in `v` and `w`, months in `t`."""
    return f"{source} s JOIN periods t ON t.place = s.place {_SHOWN}"


def measures_object(explanation: str = "") -> str:
    """Return the SQL text of the measures of a line, without braces."""
    return f"{_OBJECT}{_WITH_SUBTOTALS}{explanation}"


def _key_columns(asked: Asked) -> str:
    return "".join(
        f", {_key(name, asked)} AS k_{name}" for name in asked.dimensions if name in THINGS or name == "year"
    )


def _key(name: str, asked: Asked) -> str:
    if name == "branch":
        return _BRANCH
    if name == "activity" and asked.question.from_year < asked.question.to_year:
        return _SAME_ACTIVITY
    return _KEYS[name]


def _values(periods: list[Period]) -> str:
    return ", ".join(f"({period.place}, {period.first}, {period.last})" for period in periods)


def _pieces(periods: list[Period], keys: str) -> str:
    """Return what alike activities add to each period: quantities that add up are mostly there already."""
    ready = {period: _ready(period) for period in periods}
    stored = {period.place: figures for period, figures in ready.items() if figures}
    places = ", ".join(str(period.place) for period in periods if period.place not in stored)
    sources = [_computed("c.accumulation <> 'sum'", "true", keys)]
    if places:
        sources.append(_computed("c.accumulation = 'sum'", f"t.place IN ({places})", keys))
    if stored:
        sources.append(_stored(stored, keys))
    return " UNION ALL ".join(sources)


def _computed(activities: str, periods: str, keys: str) -> str:
    """Return the sums over what each activity comes to by its rule, period by period."""
    return f"""
    SELECT place, {keys} measure, plan_id, accumulation, 1 AS scale, count(*) AS activities, sum(p) AS p, sum(e) AS e,
           bool_or(expected) AS expected, bool_or(expected AND e IS NOT NULL) AS met,
           {_percents("p", "e")} AS percents, count(e) FILTER (WHERE p > 0) AS measured
      FROM (SELECT c.*, t.place, x.programmed AS p, x.executed AS e,
                   0 < ANY (f.programmed[t.first : t.last]) AS expected
              FROM chosen c JOIN figures f ON f.activity_id = c.id JOIN periods t ON {periods}
             CROSS JOIN LATERAL measure(c.accumulation, f.programmed[t.first : t.last],
                                        f.executed[t.first : t.last]) AS x
             WHERE {activities}) AS each
     GROUP BY place, {keys} measure, plan_id, accumulation"""


def _stored(figures: dict[int, tuple[str, str]], keys: str) -> str:
    """Return the sums over stored quantities: a column each for every period, turned into rows when added up.

    For what adds up, something is expected where the programme is above 0, and met where it is measured.
    """
    cells = ", ".join(f"{p} AS p{place}, {e} AS e{place}" for place, (p, e) in figures.items())
    sums = ", ".join(
        f"""sum(p{n}) AS p{n}, sum(e{n}) AS e{n}, {_percents(f"p{n}", f"e{n}")} AS percents{n},
            count(e{n}) FILTER (WHERE p{n} > 0) AS measured{n}"""
        for n in figures
    )
    places = ", ".join(map(str, figures))
    rows = ", ".join(
        f"unnest(ARRAY[{', '.join(f'{name}{n}' for n in figures)}]) AS {name}"
        for name in ("p", "e", "percents", "measured")
    )
    return f"""
    SELECT place, {keys} measure, plan_id, 'sum', 27720, activities, p, e, p > 0, measured > 0, percents, measured
      FROM (SELECT unnest('{{{places}}}'::int[]) AS place, {keys} measure, plan_id, activities, {rows}
              FROM (SELECT {keys} measure, plan_id, count(*) AS activities, {sums}
                      FROM (SELECT c.*, {cells} FROM chosen c JOIN figures f ON f.activity_id = c.id
                             WHERE c.accumulation = 'sum' OFFSET 0) AS each
                     GROUP BY {keys} measure, plan_id) AS added) AS turned"""


def _percents(p: str, e: str) -> str:
    """Return the sum of percentages, with so many decimals that rounding it afterwards is exact."""
    return f"sum(round({e} * 100, 36) / nullif({p}, 0))"


def _ready(period: Period) -> tuple[str, str] | None:
    """Return programme and execution of a period of an activity of the rule `sum`, if they are stored."""
    first, last = period.first, period.last
    if first == last:
        month = (
            f"CASE WHEN f.programmed[{first}] > 0 THEN f.executed[{first}] ELSE coalesce(f.executed[{first}], 0) END"
        )
        return f"f.programmed[{first}]", month
    if (first, last) == (1, 12):
        return "f.annual_target", "f.executed_total"
    if first % 3 == 1 and last == first + 2:
        quarter = last // 3
        return f"f.quarter_programmed[{quarter}]", f"f.quarter_executed[{quarter}]"
    return None
