"""Totals of whole plans that are kept, each with the position in the change order as of which it was added up.

They spare a report about many institutions adding up again what has not changed (docs/decisions/0031). A total counts
as long as no unit of its plan's institution has seen a later change (`LastChange`). Writers keep nothing: who asks
about more than a few plans without totals keeps them. Their table is `reports_total`.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace

from django.db import DatabaseError, transaction

from poi_api.database import locks
from poi_api.database.rows import values_of
from poi_api.database.snapshot import all_is_committed
from reports.shared.selection import named_values
from reports.shared.sums.pieces import PIECE_COLUMNS, KeptPieces, pieces, selected
from reports.shared.sums.question import WIDTHS, Period, SumsQuestion
from units.access.grants import Access
from units.models.change import LAST_POSITION

logger = logging.getLogger(__name__)

_DIMENSIONS = {"institution", "year", *WIDTHS}
_FEW = 10  # plans that are added up each time rather than kept
_MOST = 500  # plans that are added up and kept at once: about a second
_OF_STALE = " AND a.plan_id = ANY (ARRAY(SELECT id FROM stale))"
_LEAST, _GREATEST, _SUM = "min({})", "max({})", "sum({})"
_ADDED = dict.fromkeys(PIECE_COLUMNS, _SUM) | {
    "first_rule": _LEAST,
    "last_rule": _GREATEST,
    "first_unit": _LEAST,
    "last_unit": _GREATEST,
    "least_green": _LEAST,
    "most_green": _GREATEST,
    "least_amber": _LEAST,
    "most_amber": _GREATEST,
}
_COLUMNS = ", ".join(PIECE_COLUMNS)


def can_be_kept(question: SumsQuestion, access: Access) -> bool:
    """Tell whether totals can answer the question; only who sees everything is answered so, and of all that stands.

    What is not committed has no position in the change order: where there may be such, none are kept or relied on.
    """
    about_all = access.everywhere() and question.basis.is_stored and not question.draft
    whole = not any(question.codes.values()) and not question.subtotals
    return about_all and whole and _DIMENSIONS.issuperset(question.group_by) and all_is_committed()


def _standing(periods: Sequence[Period], most: int | str = "ALL") -> str:
    """Return the CTEs `kept`, the totals that stand, by plan and period, and `stale`, the plans without all of them.

    Of the latter there are `most` at most.
    """
    months = ", ".join(f"({period.number}, {period.first}, {period.last})" for period in periods)
    return f"""
periods (period, first, last) AS (VALUES {months}),
later AS MATERIALIZED (
    SELECT u.institution_id, max(m.position) AS position FROM units_lastchange m JOIN units_unit u ON u.id = m.unit_id
     WHERE m.position > (SELECT min(position) FROM reports_total) GROUP BY u.institution_id),
plans AS MATERIALIZED (
    SELECT p.id, p.institution_id, p.year, coalesce(later.position, 0) AS position
      FROM activities_plan p LEFT JOIN later ON later.institution_id = p.institution_id
     WHERE p.year BETWEEN %(from_year)s AND %(to_year)s AND p.status <> 'draft'),
kept AS MATERIALIZED (
    SELECT p.institution_id, p.year, t.period, k.*
      FROM plans p JOIN reports_total k ON k.plan_id = p.id AND k.position >= p.position
      JOIN periods t ON t.first = k.first_month AND t.last = k.last_month),
stale AS MATERIALIZED (
    SELECT id FROM plans
     WHERE (id IN (SELECT plan_id FROM kept GROUP BY plan_id HAVING count(*) = {len(periods)})) IS NOT TRUE
     LIMIT {most})"""


def kept_pieces(question: SumsQuestion) -> KeptPieces:
    """Return the pieces of plans that are not stale."""
    keys = "".join(f", {sql}" for sql in question.keys.values())
    query = f"""
    SELECT p.period{keys}, {_COLUMNS}
      FROM kept p WHERE p.activities > 0 AND (p.plan_id IN (SELECT id FROM stale)) IS NOT TRUE"""
    return KeptPieces(_standing([question.total, *question.periods]), _OF_STALE, query)


def renew(question: SumsQuestion, access: Access) -> None:
    """Keep the totals that an answer lacks, if these are more than a few and nobody else is just keeping some.

    Failing is nothing: the database may be a replica that cannot be written, and the answer is made without.
    """
    if not can_be_kept(question, access):
        return
    periods = list({(each.first, each.last): each for each in (question.total, *question.periods)}.values())
    values = named_values(question, access)
    ((lacks_many,),) = values_of(f"WITH {_standing(periods)} SELECT count(*) > {_FEW} FROM stale", values)
    if not lacks_many:
        return
    try:
        with transaction.atomic(durable=True):
            ((is_mine,),) = values_of(f"SELECT pg_try_advisory_xact_lock({locks.KEPT_TOTALS})")
            if is_mine:
                values_of(_keeping(question, periods), values)
    except DatabaseError as error:
        logger.info("No se guardaron totales", exc_info=error)


def forget() -> None:
    """Forget all totals; whoever asks adds up anew."""
    with transaction.atomic():
        values_of(f"SELECT pg_advisory_xact_lock({locks.KEPT_TOTALS})")
        values_of("DELETE FROM reports_total")


def _keeping(question: SumsQuestion, periods: Sequence[Period]) -> str:
    """Return the statement that keeps totals. It sees one state of the database, and the position of that state."""
    by_plan = replace(question, group_by=("plan",))
    sums = ", ".join(sql.format(f"a.{name}") for name, sql in _ADDED.items())
    added = ", ".join(f"excluded.{name}" for name in PIECE_COLUMNS)
    return f"""
WITH {_standing(periods, _MOST)},
{selected(by_plan, _OF_STALE)},
pieces AS MATERIALIZED ({pieces(periods, by_plan.keys)})
INSERT INTO reports_total (plan_id, first_month, last_month, position, {_COLUMNS})
SELECT s.id, t.first, t.last, {LAST_POSITION}, {sums}
  FROM stale s CROSS JOIN periods t LEFT JOIN pieces a ON a.k_plan = s.id AND a.period = t.period
 GROUP BY s.id, t.first, t.last
    ON CONFLICT (plan_id, first_month, last_month)
    DO UPDATE SET (position, {_COLUMNS}) = (excluded.position, {added})"""
