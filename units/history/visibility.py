"""Which changes a caller may see, and what each is to it, as SQL over the changes `c`.

A caller sees what happened to an object that is in its sight now: permission is always today's (domain.md, rule 9).
When an object left its sight, it is `removed`; when it came into it, it is `entered` (docs/decisions/0008).
"""

from dataclasses import dataclass
from typing import Any

from units.access.grants import Access
from units.choices import Role

# Who may see an object: for those of most kinds, those who see the unit it belongs to.
OF_UNIT = (
    "unit",
    "unit_alias",
    "activity",
    "target_revision",
    "progress_entry",
    "review",
    "publication",
    "publication_content",
)
CATALOGUES = ("mef_activity", "measurement_unit")  # everybody
HEADERS = ("plan", "plan_version", "period")  # all members of the institution
FROM_ABOVE = ("reopening", "reopening_withdrawal")  # also those below the unit, for whom it holds too
PLANNERS_ONLY = ("client", "membership", "import")  # the planners of the unit
OPERATIONS = ("created", "updated", "deleted", "entered", "removed")  # what a change is to who sees it
ENTITIES = (*OF_UNIT, *CATALOGUES, *HEADERS, *FROM_ABOVE, *PLANNERS_ONLY)

_SETS = """WITH seen AS MATERIALIZED (SELECT id FROM units_unit WHERE path && %(units)s::bigint[]),
     managed AS MATERIALIZED (SELECT id FROM units_unit WHERE path && %(managed)s::bigint[])"""
# By the last that its own changes say of an object, or of its activity: the unit it belongs to is in sight now, or the
# place where it was deleted was.
_AT_LAST = """coalesce((
    SELECT CASE WHEN m.operation = 'deleted' THEN m.previous_path && %({units})s::bigint[]
                ELSE m.unit_id IN (SELECT id FROM {seen}) END
      FROM units_change m
     WHERE m.entity = CASE WHEN c.activity_id IS NULL THEN c.entity ELSE 'activity' END
       AND m.object_id = coalesce(c.activity_id, c.object_id) AND m.operation <> 'moved'
     ORDER BY m.id DESC LIMIT 1), false)"""
_IN_SIGHT = f"""(c.entity = ANY (%(catalogues)s)
    OR {_AT_LAST.format(units="units", seen="seen")}
    OR c.entity = ANY (%(headers)s)
       AND c.unit_id IN (SELECT institution_id FROM units_unit WHERE id = ANY (%(units)s))
    OR c.entity = ANY (%(from_above)s)
       AND c.unit_id IN (SELECT unnest(path) FROM units_unit WHERE id = ANY (%(units)s)))"""
_WAS_IN_SIGHT = "c.previous_path && %(units)s::bigint[]"
_MANAGED = _AT_LAST.format(units="managed", seen="managed")
_WAS_MANAGED = "c.previous_path && %(managed)s::bigint[]"
# The one above the caller's own unit may have come into its sight, or gone out of it: it is named, or not.
_ABOVE_IT_MOVED = "(c.operation = 'moved' AND c.entity = 'unit' AND c.object_id = ANY (%(units)s))"
_EVENT = """CASE WHEN sight.now AND {known} THEN nullif(c.operation, 'moved')
     WHEN sight.now THEN 'entered' WHEN sight.was THEN 'removed' END"""


@dataclass(frozen=True, slots=True)
class Sight:
    """How changes are seen: SQL and its values.

    `sets` goes before the statement. `judged` is a query, for the change `c`, of whether its object is in sight `now`
    and `was` before a move; joined as `sight`, so that it is asked once. `event` is null for a change not seen.
    """

    sets: str
    judged: str
    event: str
    values: dict[str, Any]


def sight_of(access: Access, *, of_one: bool) -> Sight:
    """Return what the changes are to `access`, who follows the feed, or asks for all that happened `of_one` object."""
    values = {
        "units": access.unit_ids(),
        "managed": access.unit_ids(Role.PLANNER),
        "catalogues": list(CATALOGUES),
        "headers": list(HEADERS),
        "from_above": list(FROM_ABOVE),
        "planners_only": list(PLANNERS_ONLY),
    }
    everything = access.everywhere(Role.PLANNER)
    now, was = ("true", "true") if access.everywhere() else (_IN_SIGHT, _WAS_IN_SIGHT)
    if not everything:
        now, was = (_or_managed(_MANAGED, now), _or_managed(_WAS_MANAGED, was))
    judged = f"SELECT {now} AS now, {was} AS was OFFSET 0"
    return Sight("" if everything else _SETS, judged, _event(access, of_one=of_one), values)


def _or_managed(managed: str, readable: str) -> str:
    return f"CASE WHEN c.entity = ANY (%(planners_only)s) THEN {managed} ELSE {readable} END"


def _event(access: Access, *, of_one: bool) -> str:
    """Return the SQL of what a change is to the caller.

    Who asks for one object is told the whole of it, also what happened before it came into sight.
    """
    went_on = "sight.was" if access.everywhere() else f"sight.was AND NOT {_ABOVE_IT_MOVED}"
    known = "true" if of_one else f"(c.previous_path IS NULL OR c.operation = 'deleted' OR {went_on})"
    return _EVENT.format(known=known)
