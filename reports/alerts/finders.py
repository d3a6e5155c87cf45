"""Which rows each rule finds, as SQL: (rule, year, institution, unit, activity, its code, figures).

The rules about one activity are asked of every activity at once, by what can be said of its arrays without taking them
apart (`ACTIVITY_RULES`): that is a tenth of the cost of looking at each month. Their figures are made for the rows of a
page alone (`shown.py`). The others add up, and bring their figures along.
"""

from collections.abc import Iterable

from reports.alerts.rules import LAST_DAYS, LEAST_MONTHS, OVER_ABOVE

_DECEMBER = 12

# Of what people entered first, unit by unit and month by month; imports have no window.
_LAST_MOMENT = f"""
SELECT 'last_moment', p.year, p.institution_id, e.unit_id, NULL::bigint, NULL::text,
       json_build_object('month', e.month, 'entries', e.entries, 'first_on', e.first_on, 'last_on', e.last_on,
                         'closes_on', d.closes_on)::text
  FROM (SELECT s.plan_id, s.unit_id, e.month, count(*) AS entries,
               (min(c.committed_at) AT TIME ZONE 'America/Lima')::date AS first_on,
               (max(c.committed_at) AT TIME ZONE 'America/Lima')::date AS last_on
          FROM selected s JOIN activities_progressentry e ON e.activity_id = s.id
          JOIN units_changeset c ON c.id = e.change_set_id
         WHERE e.origin <> 'import' AND e.month <= %(through)s AND {{known}}
           AND (e.entry_version = 1 OR NOT EXISTS (
                SELECT FROM activities_progressentry o JOIN units_changeset c ON c.id = o.change_set_id
                 WHERE o.activity_id = e.activity_id AND o.month = e.month AND o.entry_version < e.entry_version
                   AND o.origin <> 'import' AND {{known}}))
         GROUP BY s.plan_id, s.unit_id, e.month) e
  JOIN activities_plan p ON p.id = e.plan_id
  JOIN activities_reportingperiod d ON d.plan_id = e.plan_id AND d.month = e.month
 WHERE e.first_on >= d.closes_on - {LAST_DAYS - 1} AND e.last_on <= d.closes_on"""

_LOWERED = """
SELECT 'lowered', s.year, s.institution_id, s.unit_id, s.id, s.code,
       json_build_object('version', r.version, 'on', r.day, 'months',
           json_agg(json_build_object('month', m.month, 'before', trim_scale(m.before), 'after', trim_scale(m.after),
                                      'closed_on', d.closes_on) ORDER BY m.month))::text
  FROM (SELECT DISTINCT ON (r.activity_id, r.version) r.activity_id, r.version, r.programmed,
               (c.committed_at AT TIME ZONE 'America/Lima')::date AS day
          FROM activities_targetrevision r JOIN units_changeset c ON c.id = r.change_set_id
         WHERE r.version > 1 AND r.version <= coalesce(%(version)s::int, r.version) AND {known}
         ORDER BY r.activity_id, r.version, r.id DESC) r
  JOIN selected s ON s.id = r.activity_id
 CROSS JOIN LATERAL (
       SELECT o.programmed
         FROM activities_targetrevision o JOIN units_changeset c ON c.id = o.change_set_id
        WHERE o.activity_id = r.activity_id AND o.version < r.version AND {known}
        ORDER BY o.version DESC, o.id DESC LIMIT 1) b
 CROSS JOIN LATERAL unnest(b.programmed, r.programmed) WITH ORDINALITY AS m (before, after, month)
  JOIN activities_reportingperiod d ON d.plan_id = s.plan_id AND d.month = m.month
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

_OF_ONE = "SELECT '{name}', year, institution_id, unit_id, id, code, NULL::text FROM marked WHERE {name}"

# In every month up to the last one reported; a month without programme may be unreported. That last one is not before
# March, since three months are expected; so January to March are looked at first.
_IDENTICAL = f"""
    f.programmed[1] = coalesce(f.executed[1], 0) AND f.programmed[2] = coalesce(f.executed[2], 0)
    AND f.programmed[3] = coalesce(f.executed[3], 0)
    AND (SELECT bool_and(coalesce(m.e, 0) = m.p) AND count(*) FILTER (WHERE m.p > 0) >= {LEAST_MONTHS}
           FROM (SELECT p, e, max(month) FILTER (WHERE e IS NOT NULL) OVER () AS last, month
                   FROM unnest(f.programmed, f.executed) WITH ORDINALITY AS u (p, e, month)
                  WHERE month <= %(through)s) m
          WHERE m.month <= m.last)"""

# That of the year is stored. What adds up is measured only if a single month is over; a stock can be over without one.
_OVER = f"""
    CASE WHEN %(through)s = {_DECEMBER} THEN f.progress > {OVER_ABOVE}
         ELSE (s.accumulation <> 'sum' OR ({{a_month_is_over}}))
              AND (SELECT progress(m.executed, m.programmed) > {OVER_ABOVE}
                     FROM measure(s.accumulation, f.programmed[1 : %(through)s], f.executed[1 : %(through)s]) m) END"""

# Measured if what is stored, less December, is red, or if nothing that was programmed until November is reported
_RECOVERED = f"""
    %(through)s = {_DECEMBER} AND s.accumulation = 'sum' AND coalesce(f.executed[12] > f.programmed[12], false)
    AND f.progress >= s.amber_from
    AND (100 * (f.executed_total - f.executed[12]) < s.amber_from * (f.annual_target - f.programmed[12])
         OR NOT ({{a_month_is_reported}}))
    AND (SELECT n.programmed > 0 AND coalesce(progress(n.executed, n.programmed) < s.amber_from, true)
           FROM measure('sum', f.programmed[1:11], f.executed[1:11]) n)"""
_IS_OVER = f"coalesce(f.executed[{{0}}] * 100 > f.programmed[{{0}}] * {OVER_ABOVE}, false)"
_IS_REPORTED = "f.programmed[{0}] > 0 AND f.executed[{0}] IS NOT NULL"


def _any(condition: str, through: int) -> str:
    """Return whether a condition on a month holds in one until `through`."""
    return " OR ".join(f"({condition.format(month)})" for month in range(1, through + 1))


def _red_twice(through: int) -> str:
    """Return whether two programmed months running are red, as a word with a letter for each programmed month.

    The progress that is shown is below `amber_from`, both with two decimals, exactly where
    executed × 20,000 < programmed × (200 × amber_from - 1); `c` has that factor as `red_below`.
    """
    letters = "".join(
        f", CASE WHEN f.executed[{month}] < c.red_below * f.programmed[{month}] THEN 'r'"
        f" WHEN f.programmed[{month}] = 0 THEN '' ELSE '-' END"
        for month in range(1, through + 1)
    )
    return f"strpos(concat(''{letters}), 'rr') > 0"


def marks(rules: Iterable[str], through: int) -> dict[str, str]:
    """Return for each rule about one activity the SQL of whether it finds `selected s` with its `figures f`.

    For the rule that counts activities by measurement unit it says whether this one counts.
    """
    conditions = {
        "red_twice": _red_twice(through),
        "identical": _IDENTICAL,
        "december": _RECOVERED.format(a_month_is_reported=_any(_IS_REPORTED, _DECEMBER - 1)),
        "over": _OVER.format(a_month_is_over=_any(_IS_OVER, through)),
        "mixed_units": "0 < ANY (f.programmed[1 : %(through)s])",
    }
    return {name: condition for name, condition in conditions.items() if name in rules}


def finder(name: str, *, node: str, as_of: bool) -> str:
    """Return the query of what a rule finds. `node` says which units `n` are shown, `as_of` whether a past is asked."""
    known = "coalesce(c.known_from, c.committed_at) <= %(as_of)s" if as_of else "true"
    adding_up = {"last_moment": _LAST_MOMENT, "lowered": _LOWERED, "mixed_units": _MIXED}
    return adding_up.get(name, _OF_ONE).format(name=name, node=node, known=known)
