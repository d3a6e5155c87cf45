"""The figures of one activity, as JSON that PostgreSQL makes in one statement."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from activities.queries.basis import Basis
from units.access.grants import Access
from units.models.point import LAST_POINT, point_at
from units.requests.conditional import LAST_CHANGE_ON_PATH, Freshness

_VISIBLE = "(%(everywhere)s OR u.path && %(units)s::bigint[])"
_VISIBLE_TODAY = "(%(everywhere)s OR a.id IN (SELECT id FROM past.place_of_activity WHERE path && %(units)s::bigint[]))"

_FROM = f"""
  FROM activities_activity a
  JOIN activities_plan p ON p.id = a.plan_id
  JOIN units_unit u ON u.id = a.unit_id
 CROSS JOIN LATERAL (SELECT {LAST_CHANGE_ON_PATH.format(path="u.path")} AS position OFFSET 0) AS last_change"""
_WHERE = f" WHERE a.id = %(id)s AND {_VISIBLE}"
_WHERE_OF_THE_PAST = f" WHERE a.id = %(id)s AND {_VISIBLE_TODAY}"
_FRESHNESS = f"SELECT {LAST_POINT}, {point_at('last_change.position')}"
_BODY = """,
       '{"activity":' || reference_json(a.id, a.code, a.name) || ',"year":' || p.year
       || ',"version":' || %(version_json)s || ',"as_of":'
       || moment_json(coalesce(%(as_of)s,
                               (SELECT committed_at FROM units_changeset c WHERE c.position = last_change.position)))
       || ',"months":' || months_json(f.programmed, f.executed, f.pending, f.pending_version, f.status, f.late,
                                      f.entry_version, f.reason, f.evidence_url)
       || ',"quarters":' || quarters_json(f.quarter_programmed, f.quarter_executed, f.quarter_progress)
       || ',' || year_json(f.annual_target, f.executed_total, f.progress, p.green_from, p.amber_from) || '}'"""


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON text of an answer with figures, and what it was made from."""

    freshness: Freshness
    body: str = ""


def activity_seen(activity_id: int, access: Access) -> Answer | None:
    """Return how fresh an activity's figures are, without them; None if the caller cannot see it."""
    return _one(_FRESHNESS + _FROM + _WHERE, _values(activity_id, access))


def activity_progress(activity_id: int, access: Access, basis: Basis) -> Answer | None:
    """Return an activity's months, quarters and year; None if the caller cannot see it."""
    figures = f" JOIN {basis.source('ARRAY[%(id)s::bigint]')} f ON f.activity_id = a.id"
    values = _values(activity_id, access) | basis.values
    return _one(_FRESHNESS + _BODY + _FROM + figures + _WHERE, values)


def _values(activity_id: int, access: Access) -> dict[str, Any]:
    return {"id": activity_id, "everywhere": access.everywhere(), "units": access.unit_ids()}


def _one(statement: str, values: dict[str, Any]) -> Answer | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return Answer(Freshness.read(row[0], row[1]), *row[2:]) if row else None
