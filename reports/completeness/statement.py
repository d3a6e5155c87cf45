"""Who reported, and when: by unit with all below it, and by month (domain.md, rules 1, 10 and 14)."""

from datetime import date
from typing import Any

from django.db import connection

from reports.matrix.statement import Page
from reports.shared.question import Question
from reports.shared.selection import HEAD, JOINS, conditions, values
from units.access.grants import Access
from units.models.change import LAST_POSITION
from units.requests.conditional import Freshness, last_change_sql

COUNTS = ("expected", "reported", "on_time", "late", "imported", "missing", "overdue")

# Each expected month (programme above 0) of each activity, with the entry that counts for it.
_CELLS = """
chosen AS MATERIALIZED (SELECT a.id, a.plan_id, a.unit_id, p.year {joins}{conditions}),
expected AS (
    SELECT t.activity_id, m.month
      FROM targets(ARRAY(SELECT id FROM chosen), %(version)s, %(as_of)s) t,
           unnest(t.programmed) WITH ORDINALITY AS m (quantity, month)
     WHERE m.quantity > 0 AND m.month <= %(through)s),
entry AS MATERIALIZED (
    SELECT j.*, max(j.entry_version) OVER (PARTITION BY j.activity_id, j.month) AS newest
      FROM judged_entries(ARRAY(SELECT id FROM chosen), %(as_of)s) j),
counted AS (
    SELECT DISTINCT ON (activity_id, month) activity_id, month, entry_version, executed, late
      FROM entry
     WHERE status = 'accepted' OR %(with_pending)s AND status = 'submitted' AND entry_version = newest
     ORDER BY activity_id, month, entry_version DESC),
cell AS MATERIALIZED (
    SELECT c.year, c.unit_id, x.month, count(*) AS expected, count(k.executed) AS reported,
           count(*) FILTER (WHERE k.executed IS NOT NULL AND e.origin <> 'import' AND NOT k.late) AS on_time,
           count(*) FILTER (WHERE k.executed IS NOT NULL AND k.late) AS late,
           count(*) FILTER (WHERE k.executed IS NOT NULL AND e.origin = 'import') AS imported,
           count(*) FILTER (WHERE k.executed IS NULL) AS missing,
           count(*) FILTER (WHERE k.executed IS NULL AND d.due_on < %(today)s) AS overdue
      FROM expected x
      JOIN chosen c ON c.id = x.activity_id
      LEFT JOIN counted k ON k.activity_id = x.activity_id AND k.month = x.month
      LEFT JOIN activities_progressentry e ON e.activity_id = k.activity_id AND e.month = k.month
                                          AND e.entry_version = k.entry_version
      LEFT JOIN activities_reportingperiod d ON d.plan_id = c.plan_id AND d.month = x.month
     GROUP BY c.year, c.unit_id, x.month)"""
# A unit is shown if it is in sight and among those asked for; what is below it is in its counts.
_NODE = """(%(everywhere)s OR n.path && %(units)s::bigint[])"""
_NODE_ASKED = {
    "within": " AND n.path && array(SELECT id FROM units_unit WHERE code = ANY (%(within)s))",
    "unit": " AND n.code = ANY (%(unit)s)",
}
_SUMS = ", ".join(f"sum({name}) AS {name}" for name in COUNTS)
# On time among what should be there by now; an import is neither on time nor late.
_TALLY = (
    " || ',' || ".join(f"'\"{name}\":' || {{row}}.{name}" for name in COUNTS)
    + " || ',\"punctuality\":' || number_json(progress({row}.on_time, {row}.on_time + {row}.late + {row}.overdue))"
)


def shown_nodes(question: Question) -> str:
    """Return the SQL condition on a unit `n` that an answer shows with all that is below it."""
    return _NODE + "".join(condition for name, condition in _NODE_ASKED.items() if question.codes[name])


def completeness_page(question: Question, access: Access, *, through: int, day: date, limit: int, offset: int) -> Page:
    """Return a page of units with the months from January to `through`: one statement.

    What is due before `day` counts as overdue.
    """
    mark, mark_values = last_change_sql(access, question.institutions)
    statement = f"""
        WITH seen AS MATERIALIZED (SELECT {LAST_POSITION} AS position, {mark} AS mark),
        {_CELLS.format(joins=JOINS, conditions=conditions(question))},
        of_month AS MATERIALIZED (
            SELECT c.year, n.id, c.month, {_SUMS}
              FROM cell c JOIN units_unit u ON u.id = c.unit_id JOIN units_unit n ON n.id = ANY (u.path)
             WHERE {shown_nodes(question)} GROUP BY c.year, n.id, c.month),
        of_unit AS (
            SELECT m.year, m.id, {_SUMS},
                   string_agg('{{"month":' || m.month || ',' || {_TALLY.format(row="m")} || '}}', ','
                              ORDER BY m.month) AS months
              FROM of_month m GROUP BY m.year, m.id),
        page AS (
            SELECT r.*, n.code, n.name, n.kind, n.parent_id, count(*) OVER () AS total,
                   row_number() OVER (ORDER BY r.year, tree.key) AS place
              FROM of_unit r JOIN units_unit n ON n.id = r.id
             CROSS JOIN LATERAL (SELECT array_agg(x.name_key || x.code ORDER BY cardinality(x.path)) AS key
                                   FROM units_unit x WHERE x.id = ANY (n.path)) AS tree
             ORDER BY r.year, tree.key LIMIT %(limit)s OFFSET %(offset)s),
        whole AS (SELECT {", ".join(f"coalesce(sum({name}), 0) AS {name}" for name in COUNTS)} FROM cell)
        SELECT seen.position, seen.mark,
               {HEAD} || ',"through":' || %(through)s || ',"due_by":"' || %(today)s::date || '"'
               || ',"total":{{' || (SELECT {_TALLY.format(row="w")} FROM whole w) || '}}',
               coalesce((SELECT max(total) FROM page), (SELECT count(*) FROM of_unit)),
               coalesce((SELECT string_agg('{{"year":' || page.year
                   || ',"unit":' || reference_json(page.id, page.code, page.name) || ',"kind":"' || page.kind
                   || '","parent":' || coalesce((SELECT reference_json(n.id, n.code, n.name) FROM units_unit n
                                                  WHERE n.id = page.parent_id AND {_NODE}), 'null')
                   || ',' || {_TALLY.format(row="page")} || ',"months":[' || page.months || ']}}', ','
                   ORDER BY page.place) FROM page), '')
          FROM seen"""
    named: dict[str, Any] = values(question, access) | mark_values | {"limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(statement, named | {"through": through, "today": day})
        position, mark_position, head, count, rows = cursor.fetchone()
    return Page(Freshness(position, mark_position), head, count, rows, limit, offset)
