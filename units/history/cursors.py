"""A place in the feed of changes, as callers hold it.

A cursor is `<epoch>-<rights>-<position>`: all up to that place is known, to one who may see what those rights show. Of
a change set that is larger than a page, `….<change>` goes on inside it; where there is more already, `…~<last>` is the
last place there was.
"""

import re
from dataclasses import dataclass
from typing import ClassVar

from poi_api.database.epoch import epoch
from poi_api.http.exceptions import Invalid, RefusedError
from units.access.grants import Access

_PLACE = r"[1-9][0-9]{0,17}"
# The rights were not in it once
_CURSOR = re.compile(rf"([0-9a-f]{{8}})(?:-([0-9a-f]{{8}}))?-(0|{_PLACE})(?:\.({_PLACE}))?(?:~({_PLACE}))?")
_NO_CURSOR = "No es un cursor: use el valor de «next» o de la cabecera Change-Cursor, o ninguno para empezar."
_AGAIN = "Vuelva a leer todo y siga desde el Change-Cursor de esa lectura."


class CursorExpired(RefusedError):
    """What the cursor's holder knows cannot be brought up to date by changes: 410, start again."""

    status: ClassVar[int] = 410


@dataclass(frozen=True, slots=True)
class Place:
    """Where to go on: with the change set at `position`, after its change `change` (0: with its first one).

    What was told so far was told as of the place `told` (None: it was the one before this).
    """

    position: int = 1
    change: int = 0
    told: int | None = None

    def cursor(self, access: Access) -> str:
        """Return the cursor of this place, for `/changes/?after=`."""
        place = self.position if self.change else self.position - 1
        inside = f".{self.change}" if self.change else ""
        return cursor_at(place, access) + inside + (f"~{self.told}" if self.told else "")


def cursor_at(position: int, access: Access) -> str:
    """Return the cursor of a position in this database's change order, for one with the rights of `access`."""
    return f"{epoch()}-{access.rights}-{position}"


def place_after(cursor: str | None, *, access: Access, last: int) -> Place:
    """Return the place after `cursor`, None being the beginning; `last` is the last position there is.

    Raises Invalid for what is not a cursor, and CursorExpired for that of another epoch, of other rights, or beyond
    the history.
    """
    if cursor is None:
        return Place()
    parts = _CURSOR.fullmatch(cursor)
    if parts is None:
        raise Invalid("invalid_cursor", _NO_CURSOR, field="after")
    position, change, told = int(parts[3]), int(parts[4] or 0), int(parts[5] or parts[3])
    if parts[1] != epoch() or max(position, told) > last:
        raise expired("El cursor ya no vale: la base de datos se restauró.")
    if parts[2] != access.rights:
        raise expired("El cursor ya no vale: se obtuvo con otros permisos que los que usted tiene ahora.")
    return Place(position, change, told) if change else Place(position + 1, told=told)


def expired(cause: str) -> CursorExpired:
    """Return the refusal of a cursor, with its cause and what to do."""
    return CursorExpired("cursor_expired", f"{cause} {_AGAIN}", field="after")
