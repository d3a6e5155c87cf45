"""Which changes a caller may see, and what each is to it, as SQL over the changes `c`.

A caller sees what happened to an object that it can see now: permission is always today's (domain.md, rule 9). When an
object left what it sees, that object is `removed`; when it came into it, it is `entered` (docs/decisions/0008).
Who sees an object is declared where its table is recorded (`SeenBy`). Reads units_unit and units_change.
"""

from dataclasses import dataclass
from typing import Any

from units.access.grants import Access
from units.choices import Role
from units.history.recorder import SeenBy
from units.history.registry import entities, planners_alone, whole

_ENOUGH = 20_000  # rows of changes that one statement judges, and what is left of the set that it stops in

OPERATIONS = ("created", "updated", "deleted", "entered", "removed")  # what a change is to who sees it

# The units that the caller sees, and those that it plans for
_UNITS = """WITH readable AS MATERIALIZED (SELECT id FROM units_unit WHERE path && %(units)s::bigint[]),
     planned AS MATERIALIZED (SELECT id FROM units_unit WHERE path && %(planned)s::bigint[])"""
# By the last that its own changes say of an object, or of the whole that it is a part of: the unit it belongs to is
# among those `units` now, or the place where it was deleted was below them.
_LAST_SEEN = """coalesce((
    SELECT CASE WHEN m.operation = 'deleted' THEN m.previous_path && %({top})s::bigint[]
                ELSE m.unit_id IN (SELECT id FROM {units}) END
      FROM units_change m
     WHERE m.entity = CASE WHEN c.part_of_id IS NULL THEN c.entity ELSE %(whole)s END
       AND m.object_id = coalesce(c.part_of_id, c.object_id) AND m.operation <> 'moved'
     ORDER BY m.id DESC LIMIT 1), false)"""
_NOW_READABLE = f"""(c.entity = ANY (%(everybody)s)
    OR {_LAST_SEEN.format(top="units", units="readable")}
    OR c.entity = ANY (%(members)s)
       AND c.unit_id IN (SELECT institution_id FROM units_unit WHERE id = ANY (%(units)s))
    OR c.entity = ANY (%(unit_and_below)s)
       AND c.unit_id IN (SELECT unnest(path) FROM units_unit WHERE id = ANY (%(units)s)))"""
_NOW_PLANNED = _LAST_SEEN.format(top="planned", units="planned")
_READABLE_BEFORE = "c.previous_path && %(units)s::bigint[]"
_PLANNED_BEFORE = "c.previous_path && %(planned)s::bigint[]"
# The one above the caller's own unit may have come to be seen, or not to be seen any more: it is named, or not.
_ABOVE_IT_MOVED = "(c.operation = 'moved' AND c.entity = 'unit' AND c.object_id = ANY (%(units)s))"
_EVENT = """CASE WHEN visible.now AND {known} THEN nullif(c.operation, 'moved')
     WHEN visible.now THEN 'entered' WHEN visible.before THEN 'removed' END"""


@dataclass(frozen=True, slots=True)
class Visibility:
    """How a caller sees changes: SQL and its values.

    `units` goes before the statement. `judged` is a query, for the change `c`, of whether its object can be seen `now`
    and could be seen `before` a move; joined as `visible`, so that it is asked once. `event` is null for a change that
    is not seen.
    """

    units: str
    judged: str
    event: str
    values: dict[str, Any]


def visibility_for(access: Access, *, of_one: bool) -> Visibility:
    """Return what the changes are to `access`, who follows the feed, or asks for all that happened `of_one` object."""
    values = {
        "units": access.unit_ids(),
        "planned": access.unit_ids(Role.PLANNER),
        "everybody": entities(SeenBy.EVERYBODY),
        "members": entities(SeenBy.MEMBERS),
        "unit_and_below": entities(SeenBy.UNIT_AND_BELOW),
        "planners": entities(SeenBy.PLANNERS),
        "whole": whole(),
    }
    plans_everything = access.everywhere(Role.PLANNER)
    now, before = ("true", "true") if access.everywhere() else (_NOW_READABLE, _READABLE_BEFORE)
    if not plans_everything:
        now, before = _or_planned(_NOW_PLANNED, now), _or_planned(_PLANNED_BEFORE, before)
    judged = f"SELECT {now} AS now, {before} AS before OFFSET 0"
    return Visibility("" if plans_everything else _UNITS, judged, _event(access, of_one=of_one), values)


def enough_to_judge(sets: str, order: str) -> str:
    """Return the SQL of the position where one has judged enough changes of `sets`, a query in that order; or null.

    Whoever sees little would have the changes of many imports judged for nothing.
    """
    return f"""(SELECT s.position FROM ({sets}) s
                 CROSS JOIN LATERAL (SELECT FROM units_change WHERE change_set_id = s.id LIMIT {_ENOUGH + 1}) looked_at
                 ORDER BY s.{order} OFFSET {_ENOUGH} LIMIT 1)"""


def _or_planned(planned: str, readable: str) -> str:
    return f"CASE WHEN c.entity = ANY (%(planners)s) OR {planners_alone()} THEN {planned} ELSE {readable} END"


def _event(access: Access, *, of_one: bool) -> str:
    """Return the SQL of what a change is to the caller.

    Who asks for one object is told the whole of it, also what happened before it could see it.
    """
    went_on = "visible.before" if access.everywhere() else f"visible.before AND NOT {_ABOVE_IT_MOVED}"
    known = "true" if of_one else f"(c.previous_path IS NULL OR c.operation = 'deleted' OR {went_on})"
    return _EVENT.format(known=known)
