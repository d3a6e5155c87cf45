"""The report as SQL: one row per activity, with what it refers to, its figures and its target in version 1."""

from collections.abc import Iterator
from typing import Any

from reports.ceplan.columns import columns_of
from reports.ceplan.query import CeplanQuestion
from reports.shared.activities import DOCUMENT_ORDER, all_of, page_of
from reports.shared.columns import ACTIVITY, INSTITUTION, YEAR, select
from reports.shared.imports import latest_row, standing
from reports.shared.reading import Reading, read, stream
from reports.shared.selection import ACTIVITIES, LABEL_JOINS, count_of, figures_of, rule_of, visible_nodes
from units.access.grants import Access

ABOUT = (ACTIVITY, YEAR, INSTITUTION)  # what a row in JSON is about, beside the columns of CEPLAN
# The unit above, of one below the institution itself; where it is out of the caller's sight it is not said
_ABOVE = """
  LEFT JOIN LATERAL (
      SELECT n.id, n.code, n.name FROM units_unit n
       WHERE n.id = CASE u.parent_id WHEN p.institution_id THEN u.id ELSE coalesce(u.parent_id, u.id) END
         AND {seen}) AS above ON true"""
# The codes that documents have for units and for entries of catalogues, the latest counting. An application keeps its
# codes for a year and then numbers anew, so a unit is kept under another year's (domain.md, rule 14)
_CODES = """
standing AS MATERIALIZED (
    SELECT x.id, x.plan_id, x.outcome -> 'changes' AS changes
      FROM {standing} x
      JOIN activities_plan q ON q.id = x.plan_id AND q.year BETWEEN %(from_year)s AND %(to_year)s
), codes AS MATERIALIZED (
    SELECT DISTINCT ON (plan_id, unit_id) x.plan_id, said.unit::bigint AS unit_id, said.code
      FROM standing x CROSS JOIN jsonb_each_text(x.changes -> 'unit_codes') AS said (code, unit)
     ORDER BY plan_id, unit_id, x.id DESC, length(said.code), said.code
), entry_codes AS MATERIALIZED (
    SELECT DISTINCT ON (plan_id, said.kind, said.code) x.plan_id, said.kind, said.code, said.printed
      FROM standing x
     CROSS JOIN jsonb_to_recordset(x.changes -> 'recoded') AS said (kind text, code text, printed text)
     ORDER BY plan_id, said.kind, said.code, x.id DESC, said.printed)"""
_OF_UNITS = """
  LEFT JOIN codes of_u ON of_u.plan_id = p.id AND of_u.unit_id = u.id
  LEFT JOIN codes of_above ON of_above.plan_id = p.id AND of_above.unit_id = above.id"""
# An entry of a catalogue that was there before the document is kept under its own code: that of the document is noted
_OF_ENTRIES = """
  LEFT JOIN entry_codes of_m ON of_m.plan_id = p.id AND of_m.kind = 'mef_activity' AND of_m.code = m.code
  LEFT JOIN entry_codes of_k ON of_k.plan_id = p.id AND of_k.kind = 'measurement_unit' AND of_k.code = k.code"""
# What the latest document that counts says of an activity in its own words (docs/decisions/0047)
_SAID = """
             r.reading, r.reading #>> '{said,accumulation}' AS word, r.reading #>> '{said,read_as}' AS read_as,
             (SELECT (one ->> 'total')::numeric FROM jsonb_array_elements(r.reading #> '{said,totals}') AS one
               WHERE one ->> 'block' = 'CS') AS first_total"""
_HAS_SAID = "r.reading -> 'said' <> 'null'"
# The total that a document says of the programme of version 1 holds where its months come to it in some way: how they
# made a year may have been corrected since
_FIRST = """
  LEFT JOIN LATERAL (
      SELECT programmed,
             CASE WHEN said.first_total IN (
                       shown(annual_target('sum', programmed)), shown(annual_target('last', programmed)))
                  THEN trim_scale(said.first_total)
                  ELSE shown(annual_target(rule.accumulation, programmed)) END AS annual_target
        FROM targets(ARRAY[a.id], 1, %(as_of)s)) AS t ON true"""


def ceplan_page(question: CeplanQuestion, access: Access) -> Reading:
    """Read one page. The cell is the count of all rows; the set has what rows are about, then each of `columns_of`."""
    paging, parts = page_of(question, access, DOCUMENT_ORDER, "a.id")
    kept = "NOT MATERIALIZED" if question.basis.is_stored else "MATERIALIZED"
    parts += f""",{_codes(question)},
figures AS {kept} (SELECT * FROM {figures_of(question, "page")} AS f)"""
    # PostgreSQL leaves so many joins in the order in which they are written: what is said of the page's rows comes last
    joins = LABEL_JOINS.replace(ACTIVITIES, f"page w JOIN {ACTIVITIES} ON a.id = w.id")
    rows = f"""
SELECT w.rank AS place, {select((*ABOUT, *columns_of(question.month)))} {joins}
  JOIN figures f ON f.activity_id = a.id{_more(question)}"""
    return read(question, access, parts, cells=[count_of(question, access)], sets=[rows], paging=paging)


def ceplan_rows(question: CeplanQuestion, access: Access) -> Iterator[tuple[Any, ...]]:
    """Yield all rows, a cell for each of `columns_of`, with memory that does not grow."""
    selected = all_of(question, access, _more(question))
    return stream(question, access, f"WITH {_codes(question)} SELECT {select(columns_of(question.month))} {selected}")


def _more(question: CeplanQuestion) -> str:
    """Return the FROM items of what columns are made of, beside labels and figures."""
    said = f" LEFT JOIN LATERAL ({latest_row(question, _SAID, _HAS_SAID)}) AS said ON true"
    return rule_of(question) + _ABOVE.format(seen=visible_nodes(question)) + _OF_UNITS + _OF_ENTRIES + said + _FIRST


def _codes(question: CeplanQuestion) -> str:
    return _CODES.format(standing=standing(question))
