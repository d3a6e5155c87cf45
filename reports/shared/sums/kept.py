"""Totals that are kept, each with the position in the change order as of which it was added up.

Their tables are `reports_totals` (of which plan and months, as of which position) and `reports_total` (the sums).

They spare a report adding up again what has not changed (docs/decisions/0009). Totals of a plan count as long as no
unit of its institution has seen a later change (`LastChange`). Only sums by id are kept, so that names, catalogues, the
tree, the state of plans and their cuts are always today's. Writers keep nothing: who reads totals out of date does.
"""

import logging
import time
from collections.abc import Sequence
from enum import Enum

from django.db import DatabaseError, connection, transaction

from poi_api.database import locks
from poi_api.database.interruptions import TOOK_TOO_LONG, interruption
from poi_api.database.limits import statement_limit
from poi_api.database.snapshot import all_is_committed
from reports.shared.selection import named_values
from reports.shared.sums.pieces import PIECE_SUMS, period_values, pieces
from reports.shared.sums.question import WIDTHS, Period, SumsQuestion
from units.access.grants import Access
from units.models.change import LAST_POSITION

logger = logging.getLogger(__name__)

_BY_UNIT = {"unit", "branch"}
_DIMENSIONS = _BY_UNIT | {"institution", "measurement_unit", "year", *WIDTHS}
_FILTERS = {"institution"}
# So many new rows at once that plans made for a small table are better made again at once.
_MANY = 1000
_LONGEST = 10  # seconds; those of a million activity-years take some
_PAUSE = 60  # seconds after totals that took longer, in which this process keeps none
# Who reads does not wait for somebody who holds a plan
_NOBODY_ELSE_KEEPS = f"""
SELECT pg_try_advisory_xact_lock({locks.KEPT_TOTALS}), set_config('lock_timeout', '100ms', true),
       set_config('statement_timeout', %s, true)
"""

# Where the activities of plans without totals come from, and their figures. They are looked up plan by plan: as plain
# joins, these would be planned to read whole tables for a few.
STALE_JOINS = """
  FROM stale s CROSS JOIN LATERAL (SELECT * FROM activities_activity WHERE plan_id = s.id OFFSET 0) AS a
  JOIN activities_plan p ON p.id = a.plan_id
  JOIN units_unit u ON u.id = a.unit_id"""
JOIN_STALE_FIGURES = "CROSS JOIN LATERAL (SELECT * FROM activities_figure WHERE activity_id = c.id OFFSET 0) AS f"


class _Pause:
    """Until when, on the monotonic clock, this process keeps no totals."""

    until = 0.0


_paused = _Pause()


class Source(Enum):
    """Where an answer's sums come from: the figures, totals alone (if they stand), or totals and else the figures."""

    FIGURES = "figures"
    TOTALS = "totals"
    BOTH = "both"


def can_be_kept(question: SumsQuestion) -> bool:
    """Tell whether totals can answer the question; those of drafts are not kept.

    What is not committed has no position in the change order: where there may be such, none are kept or relied on.
    """
    filters = {name for name, codes in question.codes.items() if codes}
    keys = _DIMENSIONS.issuperset(question.group_by) and not question.own_keys
    fits = keys and _FILTERS.issuperset(filters) and question.basis.is_stored and not question.draft
    return fits and all_is_committed()


def standing(question: SumsQuestion, periods: Sequence[Period]) -> str:
    """Return the CTEs `kept`, the totals that stand, by plan and period, and `stale`, the plans without all of them.

    A plan of which the caller sees a part alone is stale, and not `whole`.
    """
    institutions = "AND p.institution_id = ANY (%(institution)s::bigint[])"
    return f"""
plans AS MATERIALIZED (
    SELECT p.id, p.institution_id, (%(everywhere)s OR p.institution_id = ANY (%(units)s::bigint[])) AS whole
      FROM activities_plan p
     WHERE p.year BETWEEN %(from_year)s AND %(to_year)s AND p.status <> 'draft'
       AND (%(everywhere)s
            OR p.institution_id IN (SELECT institution_id FROM units_unit WHERE id = ANY (%(units)s::bigint[])))
       {institutions if question.codes["institution"] else ""}),
totals AS MATERIALIZED (
    SELECT k.id, k.plan_id, k.position, t.period, p.institution_id
      FROM plans p JOIN reports_totals k ON k.plan_id = p.id AND k.by_unit = {_by_unit(question)}
      JOIN periods t ON t.first = k.first_month AND t.last = k.last_month
     WHERE p.whole),
later AS MATERIALIZED (
    SELECT u.institution_id, max(m.position) AS position
      FROM units_lastchange m
     CROSS JOIN LATERAL (SELECT institution_id FROM units_unit WHERE id = m.unit_id OFFSET 0) AS u
     WHERE m.position > (SELECT min(position) FROM totals) GROUP BY u.institution_id),
kept AS MATERIALIZED (
    SELECT totals.id, totals.plan_id, totals.period
      FROM totals LEFT JOIN later ON later.institution_id = totals.institution_id
     WHERE totals.position >= coalesce(later.position, 0)),
stale AS MATERIALIZED (
    SELECT p.id, p.whole FROM plans p
     WHERE (p.id IN (SELECT plan_id FROM kept GROUP BY plan_id HAVING count(*) = {len(periods)})) IS NOT TRUE)"""


def kept_pieces(question: SumsQuestion) -> str:
    """Return the query of the pieces of plans that are not stale."""
    keys = "".join(f", {key.sql} AS {key.column}" for key in question.keys)
    units = "JOIN units_unit u ON u.id = a.unit_id" if "branch" in question.group_by else ""
    return f"""
    SELECT k.period{keys}, a.measurement_unit_id, k.plan_id, {PIECE_SUMS}
      FROM kept k JOIN reports_total a ON a.totals_id = k.id JOIN activities_plan p ON p.id = k.plan_id {units}
     WHERE (k.plan_id IN (SELECT id FROM stale)) IS NOT TRUE"""


def keep(question: SumsQuestion, access: Access, periods: Sequence[Period]) -> None:
    """Keep the totals that an answer about `periods` lacks, unless somebody else is just keeping some.

    One statement sees one state of the database, and the position of that state. It has a transaction of its own, with
    its own limits. Failing is nothing: the database may be a replica that cannot be written, and the answer is made
    without. What takes too long is not tried again for a while.
    """
    if time.monotonic() < _paused.until:
        return
    unlike = {(period.first, period.last): period for period in periods}
    statement = _keeping(question, list(unlike.values()))
    try:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute(_NOBODY_ELSE_KEEPS, [statement_limit(_LONGEST)])
            if cursor.fetchone()[0]:
                cursor.execute(statement, named_values(question, access))
                if cursor.rowcount > _MANY:
                    cursor.execute("SELECT analyze_totals()")
    except DatabaseError as error:
        if interruption(error) is TOOK_TOO_LONG:
            _paused.until = time.monotonic() + _PAUSE
            logger.warning("Guardar totales tardaba demasiado; no se intenta por %s segundos", _PAUSE)


def forget() -> None:
    """Forget all totals; whoever asks adds up anew."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({locks.KEPT_TOTALS})")
        cursor.execute("DELETE FROM reports_total")
        cursor.execute("DELETE FROM reports_totals")


def _keeping(question: SumsQuestion, periods: Sequence[Period]) -> str:
    unit = "a.unit_id" if _by_unit(question) == "true" else "p.institution_id"
    return f"""
WITH periods (period, first, last) AS (VALUES {period_values(periods)}),
{standing(question, periods)},
selected AS MATERIALIZED (
    SELECT a.id, a.plan_id, a.accumulation, a.measurement_unit_id, {unit} AS unit_id {STALE_JOINS}
     WHERE s.whole AND NOT a.is_struck_out),
pieces AS MATERIALIZED ({pieces(periods, ["unit_id"], JOIN_STALE_FIGURES)}),
made AS (
    INSERT INTO reports_totals AS k (plan_id, by_unit, first_month, last_month, position)
    SELECT s.id, {_by_unit(question)}, t.first, t.last, {LAST_POSITION} FROM stale s CROSS JOIN periods t WHERE s.whole
        ON CONFLICT (plan_id, by_unit, first_month, last_month) DO UPDATE SET position = excluded.position
    RETURNING k.id, k.plan_id, k.first_month, k.last_month),
former AS (
    DELETE FROM reports_total WHERE totals_id IN (
        SELECT k.id FROM stale s JOIN reports_totals k ON k.plan_id = s.id AND k.by_unit = {_by_unit(question)}
          JOIN periods t ON t.first = k.first_month AND t.last = k.last_month WHERE s.whole))
INSERT INTO reports_total (totals_id, unit_id, measurement_unit_id, {PIECE_SUMS})
SELECT made.id, unit_id, measurement_unit_id, {PIECE_SUMS}
  FROM made JOIN periods t ON t.first = made.first_month AND t.last = made.last_month
  JOIN pieces ON pieces.plan_id = made.plan_id AND pieces.period = t.period"""


def _by_unit(question: SumsQuestion) -> str:
    """Return as SQL whether totals have to tell units apart; else they are of whole institutions."""
    return str(not _BY_UNIT.isdisjoint(question.group_by)).lower()
