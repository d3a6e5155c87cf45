"""The feed of changes: everything that changed, in commit order, to those who may see the object.

A page ends between two change sets; only of one that is larger than a page it shows a part.
Reads units_changeset, units_change and units_unit, and what `copies_of` reads for objects that came to be seen.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from poi_api.database.rows import dicts_of, values_of
from poi_api.http import exact_json
from poi_api.http.exceptions import Invalid
from units.access.grants import Access
from units.history.cursors import Place, change_set_name, place_after, position_named, restored
from units.history.images import UNITS, as_resource
from units.history.recorder import SeenBy
from units.history.registry import entities, recorder_of, whole
from units.history.visibility import enough_to_judge, visibility_for
from units.models.change import NAMED_TOGETHER
from units.models.point import Point, point_at

_OBJECT = re.compile(r"([a-z_]+):([1-9][0-9]{0,17})")
_DERIVED = ("path",)  # in images: kept by the database from the parent
_MOST_SETS = 5000  # that one page looks through, if their changes are no more than it judges

# Images are made of the rows of the page alone. What was only added says itself what it is; what left says nothing.
# What is told as it is now is looked up at once, kind by kind.
# A row says whether what was told is of this history; there are no others if it is not, or if nothing changed.
_PAGE = """
{units}
SELECT history.goes_on, history.reach, changes.*
  FROM (SELECT {told} AS goes_on, {reach} AS reach OFFSET 0) history LEFT JOIN LATERAL (
WITH page AS MATERIALIZED (
       SELECT s.position, s.committed_at, s.actor, s.client_id, s.request_id, s.cause, c.*,
              event = 'entered' OR event = 'created' AND c.after IS NULL AS is_told_now
         FROM units_changeset s CROSS JOIN LATERAL ({of_set}) c
        WHERE s.position BETWEEN %(position)s AND history.reach
        ORDER BY s.position, c.change LIMIT %(limit)s + 1
), now AS MATERIALIZED (
       SELECT kind.entity, found.*
         FROM (SELECT entity, array_agg(object_id) AS ids FROM page WHERE is_told_now GROUP BY entity) kind
        CROSS JOIN LATERAL copies_of(kind.entity, kind.ids) found
)
SELECT page.position, page.committed_at AS at, page.actor, page.client_id AS client, page.request_id, page.cause,
       page.entity, page.object_id, page.part_of_id AS activity, page.event AS operation, page.change,
       image.before, image.after, {known} AS units
  FROM page LEFT JOIN now ON is_told_now AND now.entity = page.entity AND now.id = page.object_id
 CROSS JOIN LATERAL (
       SELECT CASE WHEN event NOT IN ('entered', 'removed') THEN page.before END AS before,
              CASE WHEN is_told_now THEN now.copy WHEN event <> 'removed' THEN page.after END AS after OFFSET 0) image
) changes ON history.goes_on
 ORDER BY changes.position, changes.change
"""
_SETS = "SELECT id, position FROM units_changeset WHERE position BETWEEN %(position)s AND %(until)s ORDER BY position"
_TOLD = f"%(told_point)s = {point_at('%(told)s')}"
# What a set changed, object by object: each has a number, from the row that names it and its place there. A page that
# goes on inside of a set begins with the row where the last one ended.
_OF_SET = f"""
SELECT c.entity, named.id AS object_id, c.part_of_id, c.before, c.after, {{event}} AS event,
       c.id * {NAMED_TOGETHER} + named.place - 1 AS change
  FROM units_change c CROSS JOIN LATERAL ({{judged}}) visible
 CROSS JOIN LATERAL unnest(c.object_id || c.further_ids) WITH ORDINALITY AS named (id, place)
 WHERE c.change_set_id = s.id
   AND c.id >= CASE s.position WHEN %(position)s THEN %(change)s / {NAMED_TOGETHER} ELSE 0 END
   AND (s.position > %(position)s OR c.id * {NAMED_TOGETHER} + named.place - 1 > %(change)s)
   AND {{asked}} AND {{event}} IS NOT NULL {{first}}"""
# Set after set in order, each with its own changes, until the page is full: the limit keeps the planner from reading
# all of the history, or of a set, and sorting it. What happened to one object is few rows, found by the object's index.
_FIRST = "ORDER BY c.id, named.place LIMIT %(limit)s + 1"
# A part is named with others that were added to the same object
_OF_A_PART = """(c.part_of_id, c.change_set_id)
               = (SELECT {part_of}, r.change_set_id FROM {table} r {joins} WHERE r.id = %(object)s)
   AND c.entity = %(entity)s AND named.id = %(object)s"""
_KNOWN_UNITS = """
       ARRAY(SELECT id FROM units_unit
              WHERE path && %(units)s::bigint[]
                AND id = ANY (ARRAY(SELECT named::bigint
                                      FROM jsonb_build_array(image.before, image.after) images,
                                           unnest(ARRAY['$.**.parent_id', '$.**.unit_id']::jsonpath[]) names,
                                           jsonb_path_query(images, names) named
                                     WHERE jsonb_typeof(named) = 'number')))"""
# The caller's own unit moved, and it is below other units now whose objects those below see too.
_OTHER_ABOVE = """
SELECT EXISTS (
    SELECT FROM units_change m JOIN units_changeset s ON s.id = m.change_set_id JOIN units_unit u ON u.id = m.object_id
     WHERE m.entity = 'unit' AND m.object_id = ANY (%(units)s) AND m.previous_path IS NOT NULL
       AND s.position > %(told)s AND s.position <= %(until)s
       AND EXISTS (SELECT FROM units_change r WHERE r.entity = ANY (%(unit_and_below)s) AND r.part_of_id IS NULL
                      AND (r.unit_id = ANY (m.previous_path)) <> (r.unit_id = ANY (u.path))))
"""


@dataclass(frozen=True, slots=True)
class Page:
    """Changes in order, each with the keys of an answer, and where to go on, also when there are none."""

    results: list[dict[str, Any]]
    next: Place
    has_more: bool


def object_named(text: str | None) -> tuple[str, int] | None:
    """Return the entity and the id that `text`, such as `activity:7`, names. Raises Invalid."""
    if text is None:
        return None
    parts = _OBJECT.fullmatch(text)
    if parts is None or parts[1] not in entities():
        detail = f"Use «objeto:identificador», como activity:7. Objetos: {', '.join(entities())}."
        raise Invalid("invalid_object", detail, field="object")
    return parts[1], int(parts[2])


def moved_under_others(place: Place, *, access: Access, until: int) -> bool:
    """Tell whether, since `place` was told, a unit of the caller's came below others whose objects those below see."""
    units = access.unit_ids()
    if access.everywhere() or not units or place.told is None:
        return False
    values: dict[str, Any] = {
        "units": units,
        "unit_and_below": entities(SeenBy.UNIT_AND_BELOW),
        "told": place.told.position,
        "until": until,
    }
    return bool(values_of(_OTHER_ABOVE, values)[0][0])


def changes_after(place: Place, *, access: Access, until: Point, limit: int, of: tuple[str, int] | None = None) -> Page:
    """Return at most `limit` changes from `place` through the point `until` that `access` may see: one query.

    `of` narrows to one object, which comes with its parts. Raises CursorExpired if what was told is of another history.
    """
    # Who sees little would have a page read through all of history
    last = until.position if of else min(until.position, place.position + _MOST_SETS)
    visibility = visibility_for(access, of_one=of is not None)
    asked, named = _about(of)
    known = "NULL" if access.everywhere() else _KNOWN_UNITS
    values = visibility.values | named | _told(place) | {"position": place.position, "change": place.change}
    first, told = "" if of else _FIRST, _TOLD if _told(place) else "true"
    of_set = _OF_SET.format(judged=visibility.judged, event=visibility.event, asked=asked, first=first)
    enough = "NULL" if of or access.everywhere() else enough_to_judge(_SETS, "position")
    reach = f"coalesce({enough}, %(until)s)"
    statement = _PAGE.format(units=visibility.units, known=known, of_set=of_set, told=told, reach=reach)
    found = dicts_of(statement, values | {"until": last, "limit": limit})
    if not found[0]["goes_on"]:
        raise restored()
    return _cut([row for row in found if row["position"] is not None], limit, found[0]["reach"], until)


def changes_of(change_set: str, *, access: Access, limit: int, after: str = "") -> Page | None:
    """Return those changes of a change set, by its name, that `access` may see, from a cursor within it on: one query.

    None if there is no such change set. Raises what `place_after` raises.
    """
    position = position_named(change_set)
    if position is None:
        return None
    place = place_after(after or None, access=access)
    inside = place.change if place.position == position else 0
    return changes_after(Place(position, inside), access=access, until=Point(position, ""), limit=limit)


def _told(place: Place) -> dict[str, Any]:
    """Return the values by which it is seen whether what was told is of this history; none if nothing was told."""
    if place.told is None or not place.told.position:
        return {}
    return {"told": place.told.position, "told_point": str(place.told)}


def _about(of: tuple[str, int] | None) -> tuple[str, dict[str, Any]]:
    """Return the SQL condition, with its values, of the changes of an object and its parts."""
    if of is None:
        return "true", {}
    entity, number = of
    recorder, values = recorder_of(entity), {"entity": entity, "object": number}
    if entity == whole():
        return "c.part_of_id = %(object)s", values
    if recorder.is_part:
        return _OF_A_PART.format(part_of=recorder.part_of, table=recorder.table, joins=recorder.joins), values
    return "c.entity = %(entity)s AND c.object_id = %(object)s", values


def _cut(rows: Sequence[dict[str, Any]], limit: int, reach: int, until: Point) -> Page:
    """Make a page of up to `limit + 1` rows: it ends with a change set, unless one alone fills it."""
    if len(rows) <= limit:
        return Page([_shown(row) for row in rows], Place(reach + 1, told=until), has_more=reach < until.position)
    last = rows[limit]["position"]
    whole = [row for row in rows if row["position"] < last]
    if whole:
        return Page([_shown(row) for row in whole], Place(last, told=until), has_more=True)
    inside = Place(last, rows[limit - 1]["change"], until)
    return Page([_shown(row) for row in rows[:limit]], inside, has_more=True)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Return what an answer says of a row: without units in its images that the caller does not see."""
    units = row.pop("units")
    for name in ("goes_on", "reach", "change"):
        del row[name]
    row = {"change_set": change_set_name(row.pop("position")), **row}
    return row | {name: _image(row["entity"], row[name], units) for name in ("before", "after")}


def _image(entity: str, content: str | None, units: Sequence[int] | None) -> dict[str, Any] | None:
    if content is None:
        return None
    image: dict[str, Any] = exact_json.loads(content.encode())
    _hide(image, units)
    return as_resource(entity, image)


def _hide(image: dict[str, Any], units: Sequence[int] | None) -> None:
    """Take out of an image, and of the history within it, what only the database needs, and unseen units."""
    for name in _DERIVED:
        image.pop(name, None)
    for name in UNITS:
        if units is not None and image.get(name) not in (None, *units):
            image[name] = None
    for value in image.values():
        for part in value if isinstance(value, list) else ():
            if isinstance(part, dict):
                _hide(part, units)
