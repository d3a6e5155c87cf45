"""Which rows each rule finds, as SQL: (rule, year, institution, unit, activity, its code, figures).

The rules about one activity are asked of every activity at once, by what can be said of its arrays without taking them
apart (`marks`): that is a tenth of the cost of looking at each month. Their figures are made for the rows of a
page alone (`shown.py`). The others add up, and bring their figures along.
"""

from collections.abc import Iterable

from reports.alerts.query import AlertsQuestion
from reports.alerts.rules import LAST_DAYS, LEAST_MONTHS, OVER_ABOVE
from reports.shared.selection import schema_of, shown_nodes

_DECEMBER = 12

# What people entered first of each month; imports have no window. Nearly all of it is the first version of its month:
# the rest is looked for apart, because the planner takes that search to be made for every entry.
_BY_PEOPLE = """{schema}activities_progressentry e
           ON e.activity_id = s.id AND e.origin <> 'import' AND e.month <= %(through)s"""
_FIRST_VERSION = "e.entry_version = 1"
_AFTER_IMPORTS = """e.entry_version > 1 AND NOT EXISTS (
              SELECT FROM {schema}activities_progressentry o
               WHERE o.activity_id = e.activity_id AND o.month = e.month AND o.entry_version < e.entry_version
                 AND o.origin <> 'import')"""
_IDS_OF_SETS = f"""
       SELECT s.plan_id, s.unit_id, e.month, count(*) AS entries,
              min(e.change_set_id) AS first, max(e.change_set_id) AS last
         FROM (SELECT id, plan_id, unit_id FROM selected OFFSET '0') s JOIN {_BY_PEOPLE}
        WHERE CONDITION GROUP BY s.plan_id, s.unit_id, e.month"""
_DAY = "({}committed_at AT TIME ZONE 'America/Lima')::date"
# When each of millions of entries was committed need not be looked up. Ids of change sets grow with the days, but for
# transactions that were open at midnight: `ended` is the greatest id committed before a day, `begun` the least one
# since it began. So by the least and the greatest id of a unit's month nearly all of them are left out, and it is known
# when the others were entered; only where such a transaction lies between, all of its entries are asked.
_LAST_MOMENT = f"""
  WITH closing AS MATERIALIZED (
       SELECT plan_id, month, closes_on FROM {{schema}}activities_reportingperiod WHERE month <= %(through)s),
       day AS MATERIALIZED (
       SELECT day, max(max(last)) OVER (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS ended,
              min(min(first)) OVER (ORDER BY day ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS begun
         FROM (SELECT {_DAY.format("")} AS day, min(id) AS first, max(id) AS last
                 FROM units_changeset WHERE committed_at IS NOT NULL GROUP BY 1
                UNION ALL
               SELECT closes_on + n, NULL, NULL FROM closing, generate_series({1 - LAST_DAYS}, 1) n GROUP BY 1) d
        GROUP BY day),
       entered AS MATERIALIZED (
       SELECT plan_id, unit_id, month, sum(entries)::bigint AS entries, min(first) AS first, max(last) AS last
         FROM ({_IDS_OF_SETS.replace("CONDITION", _FIRST_VERSION)}
               UNION ALL {_IDS_OF_SETS.replace("CONDITION", _AFTER_IMPORTS)}) e
        GROUP BY plan_id, unit_id, month),
       likely AS MATERIALIZED (
       SELECT w.*, closes_on
         FROM entered w JOIN closing USING (plan_id, month)
         JOIN day opening ON opening.day = closes_on - {LAST_DAYS - 1} JOIN day closed ON closed.day = closes_on + 1
        WHERE w.first >= opening.begun AND w.last <= closed.ended)
SELECT 'last_moment', p.year, p.institution_id, e.unit_id, NULL::bigint, NULL::text,
       json_build_object('month', e.month, 'entries', e.entries, 'first_on', e.first_on, 'last_on', e.last_on,
                         'closes_on', e.closes_on)::text
  FROM (SELECT w.*, coalesce(x.first_on, f.day) AS first_on, coalesce(x.last_on, l.day) AS last_on
          FROM likely w
          JOIN (SELECT id, {_DAY.format("")} AS day FROM units_changeset) f ON f.id = w.first
          JOIN (SELECT id, {_DAY.format("")} AS day FROM units_changeset) l ON l.id = w.last
          LEFT JOIN day d ON d.day = f.day LEFT JOIN day n ON n.day = l.day + 1
         CROSS JOIN LATERAL (
               SELECT min({_DAY.format("c.")}) AS first_on, max({_DAY.format("c.")}) AS last_on
                 FROM selected s JOIN {_BY_PEOPLE} JOIN units_changeset c ON c.id = e.change_set_id
                WHERE (w.first <= d.ended OR w.last >= n.begun)
                  AND s.plan_id = w.plan_id AND s.unit_id = w.unit_id AND e.month = w.month
                  AND ({_FIRST_VERSION} OR {_AFTER_IMPORTS})) x) e
  JOIN activities_plan p ON p.id = e.plan_id
 WHERE e.first_on >= e.closes_on - {LAST_DAYS - 1} AND e.last_on <= e.closes_on"""

_LOWERED = """
SELECT 'lowered', s.year, s.institution_id, s.unit_id, s.id, s.code,
       json_build_object('version', r.version, 'on', r.day, 'months',
           json_agg(json_build_object('month', m.month, 'before', trim_scale(m.before), 'after', trim_scale(m.after),
                                      'closed_on', d.closes_on) ORDER BY m.month))::text
  FROM (SELECT DISTINCT ON (r.activity_id, r.version) r.activity_id, r.version, r.programmed,
               (c.committed_at AT TIME ZONE 'America/Lima')::date AS day
          FROM {schema}activities_targetrevision r JOIN units_changeset c ON c.id = r.change_set_id
         WHERE r.version > 1 AND r.version <= coalesce(%(version)s::int, r.version)
         ORDER BY r.activity_id, r.version, r.id DESC) r
  JOIN selected s ON s.id = r.activity_id
 CROSS JOIN LATERAL (
       SELECT o.programmed
         FROM {schema}activities_targetrevision o
        WHERE o.activity_id = r.activity_id AND o.version < r.version
        ORDER BY o.version DESC, o.id DESC LIMIT 1) b
 CROSS JOIN LATERAL unnest(b.programmed, r.programmed) WITH ORDINALITY AS m (before, after, month)
  JOIN {schema}activities_reportingperiod d ON d.plan_id = s.plan_id AND d.month = m.month
 WHERE m.after < m.before AND d.closes_on < r.day AND m.month <= %(through)s
 GROUP BY s.id, s.code, s.year, s.institution_id, s.unit_id, r.version, r.day"""

# The total of a unit with all below it, as reports show it.
_MIXED = """
SELECT 'mixed_units', k.year, k.institution_id, k.unit_id, NULL::bigint, NULL::text,
       json_build_object('activities', sum(k.activities), 'measurement_units',
           json_agg(json_build_object('code', w.code, 'name', w.name, 'activities', k.activities)
                    ORDER BY w.name_key, w.code))::text
  FROM (SELECT p.year, p.institution_id, n.id AS unit_id, b.measurement_unit_id, sum(b.activities)::bigint AS activities
          FROM (SELECT plan_id, unit_id, measurement_unit_id, count(*) AS activities
                  FROM marked WHERE mixed_units GROUP BY plan_id, unit_id, measurement_unit_id) b
          JOIN activities_plan p ON p.id = b.plan_id
          JOIN units_unit u ON u.id = b.unit_id JOIN units_unit n ON n.id = ANY (u.path)
         WHERE {node}
         GROUP BY p.year, p.institution_id, n.id, b.measurement_unit_id) k
  JOIN activities_measurementunit w ON w.id = k.measurement_unit_id
 GROUP BY k.year, k.institution_id, k.unit_id
HAVING count(*) > 1"""

_ADDING_UP = {"last_moment": _LAST_MOMENT, "lowered": _LOWERED, "mixed_units": _MIXED}
_OF_ONE = """
SELECT '{name}', p.year, p.institution_id, m.unit_id, m.id, m.code, NULL::text
  FROM marked m JOIN activities_plan p ON p.id = m.plan_id WHERE m.{name}"""

# What the rules about one activity look at, `f` in their conditions: the activity with its figures, and each month's
# quantities in a column of its own (`p1`, `e1` …), since each look into an array copies it.
_MONTHS = ", ".join(f"f.programmed[{month}] AS p{month}, f.executed[{month}] AS e{month}" for month in range(1, 13))
LOOKED_AT = f"""(
    SELECT s.id, s.code, s.unit_id, s.plan_id, s.measurement_unit_id, s.accumulation, s.amber_from, c.red_below, f.*,
           {_MONTHS}
      FROM selected s JOIN figures f ON f.activity_id = s.id
      JOIN (SELECT id, (200 * amber_from - 1) * 0.00005 AS red_below FROM activities_plan OFFSET '0') c
        ON c.id = s.plan_id
    OFFSET '0')"""

# What adds up is measured only if a single month is over; a stock can be over without one. That of the year is stored.
_OVER = f"""
    CASE WHEN %(through)s = {_DECEMBER} THEN f.progress > {OVER_ABOVE}
         ELSE (f.accumulation <> 'sum' OR ({{a_month_is_over}}))
              AND progress(({{measured}}).executed, ({{measured}}).programmed) > {OVER_ABOVE} END"""
_MEASURED = "measure(f.accumulation, f.programmed[1 : {0}], f.executed[1 : {0}])"

# Measured if what is stored, less December, is red, or if nothing that was programmed until November is reported
_RECOVERED = f"""
    %(through)s = {_DECEMBER} AND f.accumulation = 'sum' AND f.e12 > f.p12 AND f.progress >= f.amber_from
    AND f.annual_target > f.p12
    AND (100 * (f.executed_total - f.e12) < f.amber_from * (f.annual_target - f.p12) OR NOT ({{a_month_is_reported}}))
    AND coalesce(progress(({{measured}}).executed, ({{measured}}).programmed) < f.amber_from, true)"""
_IS_OVER = f"f.e{{0}} * 100 > f.p{{0}} * {OVER_ABOVE}"
_IS_REPORTED = "f.p{0} > 0 AND f.e{0} IS NOT NULL"
_IS_PROGRAMMED = "f.p{0} > 0"
# The progress that is shown is below `amber_from`, both with two decimals, exactly where
# executed × 20,000 < programmed × (200 × amber_from - 1): `red_below` has that factor.
_IS_RED = "f.e{0} < f.red_below * f.p{0}"


def _any(condition: str, through: int) -> str:
    """Return whether a condition on a month holds in one until `through`."""
    return " OR ".join(f"({condition.format(month)})" for month in range(1, through + 1))


def _red_twice(through: int) -> str:
    """Return whether a month is red and the one programmed before it too."""
    red = [_IS_RED.format(month) for month in range(1, through + 1)]
    programmed = [
        f"CASE WHEN {red[month - 1]} THEN true WHEN f.p{month} > 0 THEN false END" for month in range(1, through)
    ]
    pairs = [f"{red[month]} AND coalesce({', '.join(programmed[month - 1 :: -1])})" for month in range(1, through)]
    return " OR ".join(pairs) or "false"


def _identical(through: int) -> str:
    """Return whether what was executed is what was programmed, in every month up to the last one reported.

    A month without programme may be unreported.
    """
    months = range(1, through + 1)
    reached = [f"coalesce({', '.join(f'f.e{later}' for later in range(month, through + 1))})" for month in months]
    alike = [
        f"(coalesce(f.e{month}, 0) = f.p{month} OR {later} IS NULL)"
        for month, later in zip(months, reached, strict=True)
    ]
    expected = [
        f"CASE WHEN f.p{month} > 0 AND {later} IS NOT NULL THEN 1 ELSE 0 END"
        for month, later in zip(months, reached, strict=True)
    ]
    return f"{' AND '.join(alike)} AND {' + '.join(expected)} >= {LEAST_MONTHS}"


def marks(rules: Iterable[str], through: int) -> dict[str, str]:
    """Return for each rule about one activity the SQL of whether it finds what is `LOOKED_AT`, named `f`.

    For the rule that counts activities by measurement unit it says whether this one counts. No condition has a query of
    its own: with one the work could not be shared between processes.
    """
    before_december = _any(_IS_REPORTED, _DECEMBER - 1)
    conditions = {
        "red_twice": _red_twice(through),
        "identical": _identical(through),
        "december": _RECOVERED.format(a_month_is_reported=before_december, measured=_MEASURED.format(_DECEMBER - 1)),
        "over": _OVER.format(a_month_is_over=_any(_IS_OVER, through), measured=_MEASURED.format(through)),
        "mixed_units": _any(_IS_PROGRAMMED, through),
    }
    return {name: condition for name, condition in conditions.items() if name in rules}


def is_about_one(name: str) -> bool:
    """Tell whether a rule is about one activity, so that it finds what `marked` holds."""
    return name not in _ADDING_UP


def finder(name: str, question: AlertsQuestion) -> str:
    """Return the query of what a rule finds."""
    return _ADDING_UP.get(name, _OF_ONE).format(name=name, node=shown_nodes(question), schema=schema_of(question))
