"""Which activities a report is about, and what its head says: the same SQL for every report."""

from typing import Any

from reports.shared.question import Question
from units.access.grants import Access

JOINS = """
  FROM activities_activity a
  JOIN activities_plan p ON p.id = a.plan_id
  JOIN units_unit u ON u.id = a.unit_id"""
# Drafts stay out: what a plan says counts from its first version on, and for a past moment from when that
# version and the activity were known.
_WHERE = """
 WHERE p.year BETWEEN %(from_year)s AND %(to_year)s
   AND (%(everywhere)s OR u.path && %(units)s::bigint[])"""
_NOW = " AND p.status <> 'draft'"
_THEN = """
   AND EXISTS (SELECT FROM activities_planversion v
                WHERE v.plan_id = p.id AND v.number = 1 AND known_by(v.change_set_id, %(as_of)s))
   AND EXISTS (SELECT FROM activities_targetrevision r
                WHERE r.activity_id = a.id AND known_by(r.change_set_id, %(as_of)s))"""

_SCOPE = """'{"installation":' || (%(everywhere)s)::text || ',"units":[' || coalesce((
    SELECT string_agg(reference_json(id, code, name), ',' ORDER BY name_key, code)
      FROM units_unit WHERE id = ANY (%(units)s::bigint[])), '') || ']}'"""
# The moment whose knowledge an answer shows: the one asked for, or that of the last change in sight (`mark`).
MOMENT = "coalesce(%(as_of)s, (SELECT committed_at FROM units_changeset c WHERE c.position = mark))"
# The members that every report starts with, as JSON text.
HEAD = f"""'"from_year":' || %(from_year)s || ',"to_year":' || %(to_year)s || ',"version":' || %(version_json)s
               || ',"as_of":' || moment_json({MOMENT})
               || ',"include":' || %(include_json)s || ',"labels":"current","scope":' || {_SCOPE}"""


def conditions(question: Question) -> str:
    """Return the SQL conditions on activity `a`, plan `p` and unit `u` of what is asked and may be seen."""
    known = _NOW if question.basis.as_of is None else _THEN
    return _WHERE + known + question.conditions


def values(question: Question, access: Access) -> dict[str, Any]:
    """Return the named values of the conditions, of the head and of the basis."""
    return question.values | {"everywhere": access.everywhere(), "units": access.unit_ids()}
