"""A place in the feed of changes, as callers hold it.

A cursor is `<epoch>-<rights>-<position>-<mark>`: all up to that place is known, to one who may see what those rights
show. Of a change set that is larger than a page, `….<change>` goes on inside it; where there is more already,
`…~<last>` is the last place there was. The mark is that of the last change set there was: a history that goes on from a
copy that was put back has others (docs/decisions/0018).
"""

import re
from dataclasses import dataclass
from typing import ClassVar

from poi_api.http.exceptions import Invalid, RefusedError
from units.access.grants import Access
from units.models.epoch import epoch
from units.models.point import Point

_PLACE = r"[1-9][0-9]{0,17}"
_NAME = "([0-9a-f]{8})"
_CURSOR = re.compile(rf"{_NAME}-{_NAME}-(0|{_PLACE})-{_NAME}(?:\.({_PLACE}))?(?:~({_PLACE}))?")
_EARLIER_CURSOR = re.compile(rf"{_NAME}(?:-{_NAME})?-(?:0|{_PLACE})(?:\.{_PLACE})?(?:~{_PLACE})?")  # without marks
_NO_CURSOR = "No es un cursor: use el valor de «next» o de la cabecera Change-Cursor, o ninguno para empezar."
_AGAIN = "Vuelva a leer todo y siga desde el Change-Cursor de esa lectura."


class CursorExpired(RefusedError):
    """What the cursor's holder knows cannot be brought up to date by changes: 410, start again."""

    status: ClassVar[int] = 410


@dataclass(frozen=True, slots=True)
class Place:
    """Where to go on: with the change set at `position`, after its change `change` (0: with its first one).

    What was told so far was told when `told` was the last point there was (None: nothing was told).
    """

    position: int = 1
    change: int = 0
    told: Point | None = None

    def cursor(self, access: Access) -> str:
        """Return the cursor of this place, where something was told, for `/changes/?after=`."""
        told = self.told or Point.read(None)
        place = self.position if self.change else self.position - 1
        inside = f".{self.change}" if self.change else ""
        later = f"~{told.position}" if told.position > place else ""
        return cursor_at(Point(place, told.mark), access) + inside + later


def cursor_at(point: Point, access: Access) -> str:
    """Return the cursor of a point in this database's change order, for one with the rights of `access`."""
    return f"{epoch()}-{access.rights}-{point}"


def place_after(cursor: str | None, *, access: Access, last: Point) -> Place:
    """Return the place after `cursor`, None being the beginning; `last` is the last point there is.

    Raises Invalid for what is not a cursor, and CursorExpired for that of an earlier form (as before an upgrade), of
    another epoch, of other rights, or beyond the history. Whether `told` is a point of this history shows when changes
    are read after it.
    """
    if cursor is None:
        return Place()
    parts = _CURSOR.fullmatch(cursor)
    if parts is None and _EARLIER_CURSOR.fullmatch(cursor):
        raise expired("El cursor ya no vale: es de otra versión del programa.")
    if parts is None:
        raise Invalid("invalid_cursor", _NO_CURSOR, field="after")
    position, change, told = int(parts[3]), int(parts[5] or 0), Point(int(parts[6] or parts[3]), parts[4])
    if parts[1] != epoch() or not position <= told.position <= last.position:
        raise restored()
    if parts[2] != access.rights:
        raise expired("El cursor ya no vale: se obtuvo con otros permisos que los que usted tiene ahora.")
    return Place(position, change, told) if change else Place(position + 1, told=told)


def restored() -> CursorExpired:
    """Return the refusal of a cursor of another history."""
    return expired("El cursor ya no vale: la base de datos se restauró.")


def expired(cause: str) -> CursorExpired:
    """Return the refusal of a cursor, with its cause and what to do."""
    return CursorExpired("cursor_expired", f"{cause} {_AGAIN}", field="after")
