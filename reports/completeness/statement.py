"""Who reported, and when: by unit with all below it, and by month (domain.md, rules 1, 10 and 14), as SQL.

Reads activities, targets and judged entries (`activities/sql/`), entries, periods and the tree of units.
"""

from poi_api.database.keysets import Key
from reports.completeness.query import CompletenessQuestion
from reports.shared.columns import Reference, choice, number, quantity, select
from reports.shared.paging import Paging
from reports.shared.reading import Reading, read
from reports.shared.selection import JOINS, conditions, schema_of, shown_nodes, visible_nodes
from units.access.grants import Access
from units.choices import UnitKind
from units.serializers.references import ReferenceSerializer

_COUNTED = {
    "expected": "Meses de actividades con programación mayor que 0.",
    "reported": "De ellos, los que tienen una cifra oficial.",
    "on_time": "Reportados en plazo.",
    "late": "Reportados fuera de plazo.",
    "imported": "Importados: ni en plazo ni fuera de él.",
    "missing": "Esperados y sin cifra oficial: nadie los reportó, esperan revisión (véase `include`) o se devolvieron.",
    "overdue": "De los que faltan, los que ya vencieron a la fecha `due_by`.",
}
# Of a tally `s`; on time among what should be there by now: an import is neither on time nor late.
TALLY = (
    *(number(name, f"s.{name}", said) for name, said in _COUNTED.items()),
    quantity(
        "punctuality",
        "progress(s.on_time, s.on_time + s.late + s.overdue)",
        "En plazo ÷ (en plazo + fuera de plazo + vencidos) × 100; nulo si no hay ninguno.",
        allow_null=True,
    ),
)
_ABOVE = ReferenceSerializer(allow_null=True, help_text="La unidad superior, si usted puede verla.")
LABELS = (
    number("year", "s.year"),
    Reference("unit", "n", "units_unit", "s.id", "la unidad"),
    choice("kind", "n.kind", UnitKind.choices),
    Reference("parent", "above", "units_unit", "n.parent_id", "la unidad superior", _ABOVE),
)
MONTH = number("month", "s.month", min_value=1, max_value=12)
_SUMS = ", ".join(f"sum({name}) AS {name}" for name in _COUNTED)

_SELECTED = "selected AS MATERIALIZED (SELECT a.id, a.plan_id, a.unit_id, p.year {joins}{conditions}),"
# Each expected month (programme above 0) of each activity, with what counts for it: out of the history,
_COUNTED_ANEW = """
expected AS (
    SELECT t.activity_id, m.month
      FROM targets(ARRAY(SELECT id FROM selected), %(version)s, %(as_of)s) t,
           unnest(t.programmed) WITH ORDINALITY AS m (quantity, month)
     WHERE m.quantity > 0 AND m.month <= %(through)s),
entry AS MATERIALIZED (
    SELECT j.*, max(j.entry_version) OVER (PARTITION BY j.activity_id, j.month) AS newest
      FROM judged_entries(ARRAY(SELECT id FROM selected), %(as_of)s) j),
counted AS (
    SELECT DISTINCT ON (activity_id, month) activity_id, month, entry_version, executed, late
      FROM entry
     WHERE status = 'accepted' OR %(with_pending)s AND status = 'submitted' AND entry_version = newest
     ORDER BY activity_id, month, entry_version DESC),
month AS (
    SELECT s.year, s.plan_id, s.unit_id, x.month, k.executed, k.late, e.origin = 'import' AS imported
      FROM expected x JOIN selected s ON s.id = x.activity_id
      LEFT JOIN counted k ON k.activity_id = x.activity_id AND k.month = x.month
      LEFT JOIN activities_progressentry e ON e.activity_id = k.activity_id AND e.month = k.month
                                          AND e.entry_version = k.entry_version),"""
# or out of what is stored, which lacks only whether it was imported. The newest entry of a month is mostly the one that
# counts; where it is not, the history is asked. Entries are looked up by their activity: joined as a whole, each was
# compared with every activity where statistics knew nothing yet of what was just imported.
_COUNTED_ALREADY = """
month AS (
    SELECT year, plan_id, unit_id, month, executed, late, months >> month & 1 = 1 AS imported
      FROM (SELECT s.year, s.plan_id, s.unit_id, coalesce(i.months, 0) AS months, generate_series(1, 12) AS month,
                   unnest(f.programmed) AS programmed, unnest(f.executed) AS executed, unnest(f.late) AS late
              FROM selected s JOIN activities_figure f ON f.activity_id = s.id
             CROSS JOIN LATERAL (
                   SELECT bit_or(1 << e.month) AS months FROM activities_progressentry e
                    WHERE e.activity_id = s.id AND e.origin = 'import'
                      AND CASE WHEN f.status[e.month] = 'accepted' THEN f.entry_version[e.month] = e.entry_version
                               ELSE e.entry_version = (SELECT max(j.entry_version)
                                                         FROM judged_entries(ARRAY[e.activity_id], NULL) j
                                                        WHERE j.month = e.month AND j.status = 'accepted') END) i) m
     WHERE programmed > 0 AND month <= %(through)s),"""
_CELLS = """
cell AS MATERIALIZED (
    SELECT x.*, CASE WHEN d.due_on < %(due_by)s THEN x.missing ELSE 0 END AS overdue
      FROM (SELECT year, plan_id, unit_id, month, count(*) AS expected, count(executed) AS reported,
                   count(*) FILTER (WHERE executed IS NOT NULL AND NOT imported AND NOT late) AS on_time,
                   count(*) FILTER (WHERE executed IS NOT NULL AND late) AS late,
                   count(*) FILTER (WHERE executed IS NOT NULL AND imported) AS imported,
                   count(*) FILTER (WHERE executed IS NULL) AS missing
              FROM month GROUP BY year, plan_id, unit_id, month) x
      LEFT JOIN {schema}activities_reportingperiod d ON d.plan_id = x.plan_id AND d.month = x.month)"""
# A page of units in the order of the tree, and their months; what is below a unit is in its counts.
_PAGES = f"""
of_month AS MATERIALIZED (
    SELECT c.year, n.id, c.month, {_SUMS}
      FROM cell c JOIN units_unit u ON u.id = c.unit_id JOIN units_unit n ON n.id = ANY (u.path)
     WHERE {{nodes}} GROUP BY c.year, n.id, c.month),
of_unit AS MATERIALIZED (SELECT year, id, {_SUMS} FROM of_month GROUP BY year, id),
{{page}},
whole AS (SELECT {", ".join(f"coalesce(sum({name}), 0) AS {name}" for name in _COUNTED)} FROM cell)"""
# In the order of the tree, of which those see a part who see a part of it: what is above them does not count.
_SORTED = tuple(map(Key, ("r.year", "tree.key", "n.id")))
_OF_PAGE = """
      FROM of_unit r JOIN units_unit n ON n.id = r.id
     CROSS JOIN LATERAL (SELECT array_agg(x.name_key || x.code ORDER BY cardinality(x.path)) AS key
                           FROM (SELECT n.* FROM units_unit n WHERE {seen}) x WHERE x.id = ANY (n.path)) AS tree
     WHERE true"""
_UNITS = f"""
SELECT row_number() OVER (ORDER BY s.rank) AS place, s.rank, {select((*LABELS, *TALLY))}
  FROM page s JOIN units_unit n ON n.id = s.id
  LEFT JOIN (SELECT * FROM units_unit n WHERE {{seen}}) above ON above.id = n.parent_id"""
_MONTHS = f"""
SELECT row_number() OVER (ORDER BY s.month) AS place, page.rank, {select((MONTH, *TALLY))}
  FROM of_month s JOIN page USING (year, id)"""


def completeness_page(question: CompletenessQuestion, access: Access) -> Reading:
    """Read a page of units with their months.

    Cells: the count of all units. Sets: the TALLY of everything; rank, LABELS and TALLY of units; their rank, MONTH
    and TALLY.
    """
    paging = Paging(question, _SORTED)
    months = _COUNTED_ALREADY if question.basis.is_stored else _COUNTED_ANEW
    selected = _SELECTED.format(joins=JOINS, conditions=conditions(question))
    cells = selected + months + _CELLS.format(schema=schema_of(question))
    pages = _PAGES.format(
        nodes=shown_nodes(question), page=paging.parts("r.*", _OF_PAGE.format(seen=visible_nodes(question))).lstrip()
    )
    return read(
        question,
        access,
        f"{cells},{pages}",
        cells=["(SELECT count(*) FROM of_unit)"],
        sets=[f"SELECT 1 AS place, {select(TALLY)} FROM whole s", _UNITS.format(seen=visible_nodes(question)), _MONTHS],
        paging=paging,
        through=question.through,
        due_by=question.due_by,
    )
