"""A place in the feed of changes, as callers hold it: a text that says nothing to them.

Sealed in it are the epoch, the rights of whoever holds it, a position and the mark of the change set there: all up to
that place is known, to one who may see what those rights show. Of a change set that is larger than a page it goes on
inside; where there is more already, it has the last place there was. The mark tells of a history that goes on from a
copy that was put back, which has other change sets (docs/decisions/0018). A position is a count of what everybody
wrote, which nobody is told (docs/decisions/0026).
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from struct import Struct
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

from poi_api.http.exceptions import Invalid, RefusedError
from units.access.grants import Access
from units.models.epoch import epoch
from units.models.point import Point

# Epoch, rights, position, mark, a change inside the change set there, the last position when it was told
_CONTENT = Struct(">4s4sQ4sQQ")
_CURSOR = re.compile(r"[A-Za-z0-9_-]{70}")
_PADDING = "=="
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

    def is_after(self, point: Point) -> bool:
        """Tell whether all through `point`, which is of this history, was told."""
        return self.told == point and self.position > point.position

    def cursor(self, access: Access) -> str:
        """Return the cursor of this place, where something was told, for `/changes/?after=`."""
        told = self.told or Point.read(None)
        place = self.position if self.change else self.position - 1
        return _sealed(access, Point(place, told.mark), self.change, max(told.position, place))


def cursor_at(point: Point, access: Access) -> str:
    """Return the cursor of a point in this database's change order, for one with the rights of `access`."""
    return _sealed(access, point, 0, point.position)


def place_after(cursor: str | None, *, access: Access) -> Place:
    """Return the place after `cursor`, None being the beginning.

    Raises Invalid for what is not a cursor, and CursorExpired for that of another service or epoch, or of other rights.
    Whether `told` is a point of this history shows when changes are read after it.
    """
    if cursor is None:
        return Place()
    if not _CURSOR.fullmatch(cursor):
        raise Invalid("invalid_cursor", _NO_CURSOR, field="after")
    try:
        content = _cipher(settings.SECRET_KEY).decrypt(urlsafe_b64decode(cursor + _PADDING), None)
    except InvalidTag:
        raise expired("El cursor ya no vale: es de otro servicio.") from None
    of_epoch, of_rights, position, mark, change, last_told = _CONTENT.unpack(content)
    told = Point(last_told, mark.hex())
    if of_epoch.hex() != epoch() or position > told.position:
        raise restored()
    if of_rights.hex() != access.rights:
        raise expired("El cursor ya no vale: se obtuvo con otros permisos que los que usted tiene ahora.")
    return Place(position, change, told) if change else Place(position + 1, told=told)


def change_set_name(position: int) -> str:
    """Return what the change set at a position is called to those who see something of it; the same for all of them."""
    return urlsafe_b64encode(_cipher(settings.SECRET_KEY).encrypt(position.to_bytes(8, "big"), None)).decode()


def position_named(name: str) -> int | None:
    """Return the position of the change set with that name, None for what is no name."""
    try:
        return int.from_bytes(_cipher(settings.SECRET_KEY).decrypt(urlsafe_b64decode(name.encode()), None), "big")
    except (InvalidTag, ValueError):
        return None


def _sealed(access: Access, point: Point, change: int, last_told: int) -> str:
    of_epoch, of_rights, mark = map(bytes.fromhex, (epoch(), access.rights, point.mark))
    content = _CONTENT.pack(of_epoch, of_rights, point.position, mark, change, last_told)
    return urlsafe_b64encode(_cipher(settings.SECRET_KEY).encrypt(content, None)).decode().removesuffix(_PADDING)


@cache
def _cipher(secret: str) -> AESSIV:
    """Return what seals cursors: the same content gives the same text, and an altered text is noticed (RFC 5297)."""
    return AESSIV(blake2b(secret.encode(), person=b"change-cursor", digest_size=32).digest())


def restored() -> CursorExpired:
    """Return the refusal of a cursor of another history."""
    return expired("El cursor ya no vale: la base de datos se restauró.")


def expired(cause: str) -> CursorExpired:
    """Return the refusal of a cursor, with its cause and what to do."""
    return CursorExpired("cursor_expired", f"{cause} {_AGAIN}", field="after")
