"""The figures of one activity, as JSON that PostgreSQL makes in one statement."""

from datetime import datetime
from typing import Any

from activities.queries.basis import MEASURES_JSON, Basis
from poi_api.database.rows import row_of
from units.access.grants import Access
from units.history.past import past
from units.models.point import LAST_POINT, point_at
from units.requests.conditional import LAST_CHANGE_ON_PATH, Freshness, last_change_sql

_VISIBLE = "(%(everywhere)s OR u.path && %(units)s::bigint[])"
_VISIBLE_TODAY = "(%(everywhere)s OR a.id IN (SELECT id FROM past.place_of_activity WHERE path && %(units)s::bigint[]))"

_FROM = """
  FROM activities_activity a
  JOIN activities_plan p ON p.id = a.plan_id
  JOIN units_unit u ON u.id = a.unit_id
 CROSS JOIN LATERAL (SELECT {last_change} AS position OFFSET 0) AS last_change"""
_WHERE = f" WHERE a.id = %(id)s AND NOT a.is_struck_out AND {_VISIBLE}"
_WHERE_OF_THE_PAST = f" WHERE a.id = %(id)s AND NOT a.is_struck_out AND {_VISIBLE_TODAY}"
_FRESHNESS = f"SELECT {LAST_POINT}, {point_at('last_change.position')}"
_BODY = f""",
       '{{"activity":' || reference_json(a.id, a.code, a.name) || ',"year":' || p.year
       || ',"version":' || %(version_json)s || ',"as_of":'
       || moment_json(coalesce(%(as_of)s,
                               (SELECT committed_at FROM units_changeset c WHERE c.position = last_change.position)))
       || ',"months":' || months_json(f.programmed, f.executed, f.pending, f.pending_version, f.status, f.late,
                                      f.entry_version, f.reason, f.evidence_url)
       || ',' || {MEASURES_JSON} || ',' || band_json(f.progress, p.green_from, p.amber_from) || '}}'"""


def activity_seen(activity_id: int, access: Access, moment: datetime | None) -> Freshness | None:
    """Return how fresh an activity's figures (of a past moment) are, without them; None if the caller cannot see it."""
    joins, values = _joins(activity_id, access, moment)
    found = _one(_FRESHNESS + joins + _WHERE, values, of_the_past=moment is not None)
    return found[0] if found else None


def activity_progress(activity_id: int, access: Access, basis: Basis) -> tuple[Freshness, str] | None:
    """Return how fresh an activity's figures are, and their JSON text; None if the caller cannot see it.

    One that was not known yet at a past moment is named as it is today, and has no figures.
    """
    figures = f" JOIN {basis.source('ARRAY[%(id)s::bigint]')} f ON f.activity_id = a.id"
    joins, values = _joins(activity_id, access, basis.as_of)
    made, values = _FRESHNESS + _BODY + joins + figures, values | basis.values
    if basis.as_of is None:
        return _one(made + _WHERE, values)
    with past(basis.as_of):
        known = _one(made + _WHERE_OF_THE_PAST, values, of_the_past=True)
    if known:
        return known
    with past(basis.as_of, by_name=False):
        return _one(made + _WHERE, values, of_the_past=True)


def _joins(activity_id: int, access: Access, moment: datetime | None) -> tuple[str, dict[str, Any]]:
    """Return the activity with its plan, its unit and the last change on which its figures depend, and the values."""
    last_change, values = LAST_CHANGE_ON_PATH.format(path="u.path"), dict[str, Any]()
    if moment is not None:
        last_change, values = last_change_sql(access, moment=moment)
    asker = {"id": activity_id, "everywhere": access.everywhere(), "units": access.unit_ids()}
    return _FROM.format(last_change=last_change), values | asker


def _one(statement: str, values: dict[str, Any], *, of_the_past: bool = False) -> tuple[Any, ...] | None:
    row = row_of(statement, values)
    return (Freshness.read(row[0], row[1], of_the_past=of_the_past), *row[2:]) if row else None
