"""What deserves a look, as SQL: each rule finds rows (rule, year, institution, unit, activity, figures).

Reads activities with their figures, entries, targets, periods and the tree. Each rule shows other figures, so these
are one JSON value; all else are columns.
"""

from dataclasses import replace

from reports.alerts.query import AlertsQuestion
from reports.alerts.rules import LAST_DAYS, LEAST_MONTHS, OVER_ABOVE, RULES
from reports.shared.columns import ACTIVITY, INSTITUTION, UNIT, choice, number, select
from reports.shared.reading import Reading, read
from reports.shared.selection import JOINS, conditions, figures_of, shown_nodes
from units.access.grants import Access
from units.serializers.references import ReferenceSerializer

_BASE = """
base AS MATERIALIZED (
    SELECT a.id, a.code, a.unit_id, a.accumulation, a.measurement_unit_id, p.id AS plan_id, p.year, p.institution_id,
           p.green_from, p.amber_from, f.programmed, f.executed
      {joins} JOIN {source} f ON f.activity_id = a.id {conditions}),
month AS MATERIALIZED (
    SELECT b.id, m.month, m.p, m.e, progress(m.e, m.p) AS progress,
           band(progress(m.e, m.p), b.green_from, b.amber_from) AS band
      FROM base b, unnest(b.programmed, b.executed) WITH ORDINALITY AS m (p, e, month)
     WHERE m.month <= %(through)s)"""

_RED_TWICE = """
SELECT DISTINCT ON (b.id) 'red_twice', b.year, b.institution_id, b.unit_id, b.id,
       json_build_object('months', ARRAY[s.before, s.month], 'programmed', ARRAY[s.p_before, s.p],
                         'executed', ARRAY[s.e_before, s.e], 'progress', ARRAY[s.progress_before, s.progress],
                         'red_below', trim_scale(b.amber_from))
  FROM (SELECT id, month, p, e, progress, band, lag(month) OVER w AS before, lag(p) OVER w AS p_before,
               lag(e) OVER w AS e_before, lag(progress) OVER w AS progress_before, lag(band) OVER w AS band_before
          FROM month WHERE p > 0 WINDOW w AS (PARTITION BY id ORDER BY month)) s
  JOIN base b ON b.id = s.id
 WHERE s.band = 'red' AND s.band_before = 'red'
 ORDER BY b.id, s.month DESC"""

# In every month up to the last one reported; a month without programme may be unreported.
_IDENTICAL = f"""
SELECT 'identical', b.year, b.institution_id, b.unit_id, b.id,
       json_build_object('from_month', 1, 'to_month', max(m.month), 'expected', count(*) FILTER (WHERE m.p > 0),
                         'programmed', trim_scale(sum(m.p)), 'executed', trim_scale(sum(m.e)))
  FROM month m JOIN base b ON b.id = m.id
  JOIN (SELECT id, max(month) AS last FROM month WHERE e IS NOT NULL GROUP BY id) r
    ON r.id = m.id AND m.month <= r.last
 GROUP BY b.id, b.year, b.institution_id, b.unit_id
HAVING bool_and(coalesce(m.e, 0) = m.p) AND count(*) FILTER (WHERE m.p > 0) >= {LEAST_MONTHS}"""

# Of what people entered first, unit by unit and month by month; imports have no window.
_LAST_MOMENT = f"""
SELECT 'last_moment', e.year, e.institution_id, e.unit_id, NULL::bigint,
       json_build_object('month', e.month, 'entries', count(*), 'first_on', min(e.day), 'last_on', max(e.day),
                         'closes_on', d.closes_on)
  FROM (SELECT DISTINCT ON (b.id, e.month) b.year, b.institution_id, b.unit_id, b.plan_id, e.month,
               (c.committed_at AT TIME ZONE 'America/Lima')::date AS day
          FROM base b JOIN activities_progressentry e ON e.activity_id = b.id
          JOIN units_changeset c ON c.id = e.change_set_id
         WHERE e.origin <> 'import' AND e.month <= %(through)s AND known_by(e.change_set_id, %(as_of)s)
         ORDER BY b.id, e.month, e.entry_version) e
  JOIN activities_reportingperiod d ON d.plan_id = e.plan_id AND d.month = e.month
 GROUP BY e.year, e.institution_id, e.unit_id, e.month, d.closes_on
HAVING bool_and(e.day BETWEEN d.closes_on - {LAST_DAYS - 1} AND d.closes_on)"""

_DECEMBER = """
SELECT 'december', b.year, b.institution_id, b.unit_id, b.id,
       json_build_object(
           'november', json_build_object('programmed', shown(n.programmed), 'executed', shown(n.executed),
                                         'progress', progress(n.executed, n.programmed)),
           'december', json_build_object('programmed', b.programmed[12], 'executed', b.executed[12],
                                         'progress', progress(b.executed[12], b.programmed[12])),
           'year', json_build_object('programmed', shown(y.programmed), 'executed', shown(y.executed),
                                     'progress', progress(y.executed, y.programmed)))
  FROM base b
 CROSS JOIN LATERAL measure('sum', b.programmed[1:11], b.executed[1:11]) n
 CROSS JOIN LATERAL measure('sum', b.programmed, b.executed) y
 WHERE %(through)s = 12 AND b.accumulation = 'sum' AND n.programmed > 0
   AND coalesce(band(progress(n.executed, n.programmed), b.green_from, b.amber_from), 'red') = 'red'
   AND b.executed[12] > b.programmed[12]
   AND band(progress(y.executed, y.programmed), b.green_from, b.amber_from) <> 'red'"""

_LOWERED = """
SELECT 'lowered', b.year, b.institution_id, b.unit_id, b.id,
       json_build_object('version', r.version, 'on', r.day, 'months',
           json_agg(json_build_object('month', m.month, 'before', m.before, 'after', m.after,
                                      'closed_on', d.closes_on) ORDER BY m.month))
  FROM (SELECT t.activity_id, t.version, t.programmed, t.day,
               lag(t.programmed) OVER (PARTITION BY t.activity_id ORDER BY t.version) AS before
          FROM (SELECT DISTINCT ON (r.activity_id, r.version) r.activity_id, r.version, r.programmed,
                       (c.committed_at AT TIME ZONE 'America/Lima')::date AS day
                  FROM activities_targetrevision r JOIN units_changeset c ON c.id = r.change_set_id
                 WHERE r.activity_id IN (SELECT id FROM base) AND known_by(r.change_set_id, %(as_of)s)
                   AND r.version <= coalesce(%(version)s::int, r.version)
                 ORDER BY r.activity_id, r.version, r.id DESC) t) r
  JOIN base b ON b.id = r.activity_id
 CROSS JOIN LATERAL (SELECT u.month, trim_scale(u.before) AS before, trim_scale(u.after) AS after
                       FROM unnest(r.before, r.programmed) WITH ORDINALITY AS u (before, after, month)) m
  JOIN activities_reportingperiod d ON d.plan_id = b.plan_id AND d.month = m.month
 WHERE r.version > 1 AND m.after < m.before AND d.closes_on < r.day AND m.month <= %(through)s
 GROUP BY b.id, b.year, b.institution_id, b.unit_id, r.version, r.day"""

_OVER = f"""
SELECT 'over', b.year, b.institution_id, b.unit_id, b.id,
       json_build_object('through', %(through)s::int, 'programmed', shown(m.programmed), 'executed', shown(m.executed),
                         'progress', progress(m.executed, m.programmed), 'above', {OVER_ABOVE})
  FROM base b
 CROSS JOIN LATERAL measure(b.accumulation, b.programmed[1 : %(through)s], b.executed[1 : %(through)s]) m
 WHERE progress(m.executed, m.programmed) > {OVER_ABOVE}"""

# The total of a unit with all below it, as reports show it.
_MIXED = """
SELECT 'mixed_units', k.year, k.institution_id, k.unit_id, NULL::bigint,
       json_build_object('activities', sum(k.activities), 'measurement_units',
           json_agg(json_build_object('code', w.code, 'name', w.name, 'activities', k.activities)
                    ORDER BY w.name_key, w.code))
  FROM (SELECT b.year, b.institution_id, n.id AS unit_id, b.measurement_unit_id, count(*) AS activities
          FROM base b JOIN units_unit u ON u.id = b.unit_id JOIN units_unit n ON n.id = ANY (u.path)
         WHERE {node} AND 0 < ANY (b.programmed[1 : %(through)s])
         GROUP BY b.year, b.institution_id, n.id, b.measurement_unit_id) k
  JOIN activities_measurementunit w ON w.id = k.measurement_unit_id
 GROUP BY k.year, k.institution_id, k.unit_id
HAVING count(*) > 1"""

_FINDERS = {
    "red_twice": _RED_TWICE,
    "identical": _IDENTICAL,
    "last_moment": _LAST_MOMENT,
    "december": _DECEMBER,
    "lowered": _LOWERED,
    "over": _OVER,
    "mixed_units": _MIXED,
}

_NULLABLE = ReferenceSerializer(allow_null=True, help_text="Nula donde la regla mira a una unidad.")
LABELS = (
    choice("rule", "w.rule", list(RULES)),
    number("year", "w.year"),
    INSTITUTION,
    UNIT,
    replace(ACTIVITY, field=_NULLABLE),
)
_PAGE = f"""
SELECT row_number() OVER (ORDER BY w.place) AS place, {select(LABELS)}, w.figures::text
  FROM page w JOIN units_unit i ON i.id = w.institution_id JOIN units_unit u ON u.id = w.unit_id
  LEFT JOIN activities_activity a ON a.id = w.activity_id"""


def alerts_page(question: AlertsQuestion, access: Access) -> Reading:
    """Read a page of alerts: LABELS, and the figures as JSON text. The cell is how many there are, rule by rule."""
    base = _BASE.format(joins=JOINS, source=figures_of(question), conditions=conditions(question))
    finders = "\nUNION ALL\n".join(
        f"({_FINDERS[name].replace('{node}', shown_nodes(question))})" for name in question.rule
    )
    parts = f"""{base},
alert (rule, year, institution_id, unit_id, activity_id, figures) AS MATERIALIZED ({finders}),
page AS MATERIALIZED (
    SELECT w.*, row_number() OVER (ORDER BY array_position(%(rules)s::text[], w.rule), w.year, i.name_key, i.code,
                                            u.name_key, u.code, a.code, a.id, w.figures::text) AS place
      FROM alert w JOIN units_unit i ON i.id = w.institution_id JOIN units_unit u ON u.id = w.unit_id
      LEFT JOIN activities_activity a ON a.id = w.activity_id
     ORDER BY place LIMIT %(limit)s OFFSET %(offset)s)"""
    counts = "ARRAY(SELECT (SELECT count(*) FROM alert WHERE rule = r) FROM unnest(%(rules)s::text[]) AS r)"
    return read(
        question,
        access,
        parts,
        cells=[counts],
        sets=[_PAGE],
        limit=question.limit,
        offset=question.offset,
        through=question.through,
        rules=list(question.rule),
    )
