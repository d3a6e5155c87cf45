"""The feed of changes: everything that changed, in commit order, to those who may see the object.

A cursor is `<epoch>-<position>`: all up to that place is known. A page ends between two change sets; only of
one that is larger than a page it shows a part, and the cursor `<epoch>-<position>.<change>` goes on inside it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import connection

from units import exact_json
from units.access import Access
from units.choices import Role
from units.conditional import Seen, cursor_at, epoch
from units.exceptions import Invalid, RefusedError

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
ENTITIES = (*OF_UNIT, *CATALOGUES, *HEADERS, *FROM_ABOVE, *PLANNERS_ONLY)

_CURSOR = re.compile(r"([0-9a-f]{8})-(0|[1-9][0-9]{0,17})(?:\.([1-9][0-9]{0,17}))?")
_OBJECT = re.compile(r"([a-z_]+):([1-9][0-9]{0,17})")
_REFERENCES = ("parent_id", "unit_id")  # in images: units that the caller may not see
_DERIVED = ("path",)  # in images: kept by the database from the parent

_COLUMNS = [
    "position",
    "at",
    "actor",
    "client",
    "request_id",
    "cause",
    "entity",
    "object_id",
    "activity",
    "operation",
    "before",
    "after",
    "change",
    "units",
]
_PAGE = """
SELECT page.*, {known}
  FROM (SELECT s.position, s.committed_at, s.actor, s.client_id, s.request_id, s.cause,
               c.entity, c.object_id, c.activity_id, c.operation, c.before, c.after, c.id
          FROM units_changeset s {joined}
         WHERE s.position BETWEEN %(position)s AND %(until)s
           AND (s.position > %(position)s OR c.id > %(change)s) AND {asked} AND {visible}
         ORDER BY s.position, c.id LIMIT %(limit)s + 1) page
"""
# Set after set in order, each with its own changes, until the page is full: OFFSET keeps the planner from reading
# all of the history and sorting it. What happened to one object is few rows, found by the object's index.
_OF_EACH_SET = "CROSS JOIN LATERAL (SELECT * FROM units_change WHERE change_set_id = s.id OFFSET 0) c"
_OF_AN_OBJECT = "JOIN units_change c ON c.change_set_id = s.id"
# The units in sight, and those that were deleted: they are where the last unit above them that is left is.
_SEEN_UNITS = """
    SELECT id FROM units_unit WHERE path && %({units})s::bigint[]
     UNION ALL
    SELECT d.object_id FROM units_change d
     WHERE d.entity = 'unit' AND d.operation = 'deleted'
       AND (SELECT u.path FROM jsonb_array_elements_text(d.before -> 'path') WITH ORDINALITY above (id, place)
              JOIN units_unit u ON u.id = above.id::bigint ORDER BY above.place DESC LIMIT 1) && %({units})s::bigint[]
"""
_READABLE = f"""
   (c.entity = ANY (%(catalogues)s)
    OR c.unit_id IN ({_SEEN_UNITS.format(units="units")})
    OR c.entity = ANY (%(headers)s)
       AND c.unit_id IN (SELECT institution_id FROM units_unit WHERE id = ANY (%(units)s))
    OR c.entity = ANY (%(from_above)s)
       AND c.unit_id IN (SELECT unnest(path) FROM units_unit WHERE id = ANY (%(units)s)))
"""
_MANAGED = f"(c.unit_id IN ({_SEEN_UNITS.format(units='managed')}))"
_KNOWN_UNITS = """
       ARRAY(SELECT id FROM units_unit
              WHERE path && %(units)s::bigint[]
                AND id IN ((before ->> 'parent_id')::bigint, (after ->> 'parent_id')::bigint,
                           (before ->> 'unit_id')::bigint, (after ->> 'unit_id')::bigint))
"""


class CursorExpired(RefusedError):
    """The cursor belongs to another history of the database: 410, start again."""

    status: ClassVar[int] = 410


@dataclass(frozen=True, slots=True)
class Place:
    """Where to go on: with the change set at `position`, after its change `change`."""

    position: int = 1
    change: int = 0

    @property
    def cursor(self) -> str:
        """The cursor of this place, for `/changes/?after=`."""
        return f"{cursor_at(self.position)}.{self.change}" if self.change else cursor_at(self.position - 1)


@dataclass(frozen=True, slots=True)
class Page:
    """Changes in order, each with the keys of an answer, and where to go on, also when there are none."""

    results: list[dict[str, Any]]
    next: Place
    has_more: bool


def place_after(cursor: str | None, seen: Seen) -> Place:
    """Return the place after `cursor`, None being the beginning.

    Raises Invalid for what is not a cursor, and CursorExpired for that of another epoch or beyond the history.
    """
    if cursor is None:
        return Place()
    parts = _CURSOR.fullmatch(cursor)
    if parts is None:
        detail = "No es un cursor: use el valor de «next» o de la cabecera Change-Cursor, o ninguno para empezar."
        raise Invalid("invalid_cursor", detail, field="after")
    name, position, change = parts[1], int(parts[2]), int(parts[3] or 0)
    if name != epoch() or position > seen.position:
        detail = "El cursor ya no vale: la base de datos se restauró. Vuelva a leer todo y empiece sin «after»."
        raise CursorExpired("cursor_expired", detail, field="after")
    return Place(position, change) if change else Place(position + 1)


def object_named(text: str | None) -> tuple[str, int] | None:
    """Return the entity and the id that `text`, such as `activity:7`, names. Raises Invalid."""
    if text is None:
        return None
    parts = _OBJECT.fullmatch(text)
    if parts is None or parts[1] not in ENTITIES:
        detail = f"Use «objeto:identificador», como activity:7. Objetos: {', '.join(ENTITIES)}."
        raise Invalid("invalid_object", detail, field="object")
    return parts[1], int(parts[2])


def changes_after(place: Place, *, access: Access, until: int, limit: int, of: tuple[str, int] | None = None) -> Page:
    """Return at most `limit` changes from `place` through position `until` that `access` may see: one query.

    `of` narrows to one object; an activity comes with its revisions, entries and reviews.
    """
    visible, values = _visible_to(access)
    asked, named = _about(of)
    known = "NULL" if access.everywhere() else _KNOWN_UNITS
    values |= named | {"position": place.position, "change": place.change, "until": until, "limit": limit}
    with connection.cursor() as cursor:
        joined = _OF_AN_OBJECT if of else _OF_EACH_SET
        cursor.execute(_PAGE.format(known=known, joined=joined, asked=asked, visible=visible), values)
        rows = [dict(zip(_COLUMNS, row, strict=True)) for row in cursor]
    return _cut(rows, limit, until)


def _visible_to(access: Access) -> tuple[str, dict[str, Any]]:
    """Return the SQL condition, with its values, of the changes `c` that `access` may see."""
    values = {
        "units": access.unit_ids(),
        "managed": access.unit_ids(Role.PLANNER),
        "catalogues": list(CATALOGUES),
        "headers": list(HEADERS),
        "from_above": list(FROM_ABOVE),
        "planners_only": list(PLANNERS_ONLY),
    }
    if access.everywhere(Role.PLANNER):
        return "true", values
    readable = "true" if access.everywhere() else _READABLE
    return f"CASE WHEN c.entity = ANY (%(planners_only)s) THEN {_MANAGED} ELSE {readable} END", values


def _about(of: tuple[str, int] | None) -> tuple[str, dict[str, Any]]:
    """Return the SQL condition, with its values, of the changes of an object."""
    if of is None:
        return "true", {}
    entity, number = of
    if entity == "activity":
        return "c.activity_id = %(object)s", {"object": number}
    return "c.entity = %(entity)s AND c.object_id = %(object)s", {"entity": entity, "object": number}


def _cut(rows: Sequence[dict[str, Any]], limit: int, until: int) -> Page:
    """Make a page of up to `limit + 1` rows: it ends with a change set, unless one alone fills it."""
    if len(rows) <= limit:
        return Page([_shown(row) for row in rows], Place(until + 1), has_more=False)
    last = rows[limit]["position"]
    whole = [row for row in rows if row["position"] < last]
    if whole:
        return Page([_shown(row) for row in whole], Place(last), has_more=True)
    inside = Place(last, rows[limit - 1]["change"])
    return Page([_shown(row) for row in rows[:limit]], inside, has_more=True)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Return what an answer says of a row: without units out of the caller's sight in its images."""
    units = row.pop("units")
    del row["change"]
    return row | {name: _image(row[name], units) for name in ("before", "after")}


def _image(content: str | None, units: Sequence[int] | None) -> dict[str, Any] | None:
    if content is None:
        return None
    image: dict[str, Any] = exact_json.loads(content.encode())
    for name in _DERIVED:
        image.pop(name, None)
    for name in _REFERENCES:
        if units is not None and image.get(name) not in (None, *units):
            image[name] = None
    return image
