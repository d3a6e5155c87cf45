"""The report as SQL: one row per activity, with what it refers to, its figures and its target in version 1."""

from collections.abc import Iterator
from typing import Any

from poi_api.database.keysets import Key, order_sql
from reports.ceplan.columns import columns_of
from reports.ceplan.query import CeplanQuestion
from reports.shared.columns import ACTIVITY, INSTITUTION, YEAR, select
from reports.shared.paging import Paging
from reports.shared.reading import Reading, read, stream
from reports.shared.selection import JOINS, LABEL_JOINS, conditions, figures_of, rule_of, visible_nodes
from units.access.grants import Access

ABOUT = (ACTIVITY, YEAR, INSTITUTION)  # what a row in JSON is about, beside the columns of CEPLAN
_ORDER = tuple(map(Key, ("p.year", "i.name_key", "i.code", "a.code", "a.id")))
# The unit above, of one below the institution itself; where it is out of the caller's sight it is not said
_ABOVE = """
  LEFT JOIN LATERAL (
      SELECT n.code, n.name FROM units_unit n
       WHERE n.id = CASE u.parent_id WHEN p.institution_id THEN u.id ELSE coalesce(u.parent_id, u.id) END
         AND {seen}) AS above ON true"""
_FIRST = """
  LEFT JOIN LATERAL (
      SELECT programmed, shown(annual_target(rule.accumulation, programmed)) AS annual_target
        FROM targets(ARRAY[a.id], 1, %(as_of)s)) AS t ON true"""


def ceplan_page(question: CeplanQuestion, access: Access) -> Reading:
    """Read one page. The cell is the count of all rows; the set has what rows are about, then each of `columns_of`."""
    paging = Paging(question, _ORDER)
    kept = "NOT MATERIALIZED" if question.basis.is_stored else "MATERIALIZED"
    parts = f"""{paging.parts("a.id", f"{LABEL_JOINS}{conditions(question)}")},
figures AS {kept} (SELECT * FROM {figures_of(question, "page")} AS f)"""
    rows = f"""
SELECT w.rank AS place, {select((*ABOUT, *columns_of(question.month)))} {LABEL_JOINS}{_more(question)}
  JOIN page w ON w.id = a.id JOIN figures f ON f.activity_id = a.id"""
    count = f"(SELECT count(*) {JOINS}{conditions(question)})"
    return read(question, access, parts, cells=[count], sets=[rows], paging=paging)


def ceplan_rows(question: CeplanQuestion, access: Access) -> Iterator[tuple[Any, ...]]:
    """Yield all rows, a cell for each of `columns_of`, with memory that does not grow."""
    statement = f"""SELECT {select(columns_of(question.month))} {LABEL_JOINS}{_more(question)}
          JOIN {figures_of(question)} f ON f.activity_id = a.id
        {conditions(question)} ORDER BY {order_sql(_ORDER)}"""
    return stream(question, access, statement)


def _more(question: CeplanQuestion) -> str:
    """Return the FROM items of what columns are made of, beside labels and figures."""
    return rule_of(question) + _ABOVE.format(seen=visible_nodes(question)) + _FIRST
