"""How fresh an answer is: its ETag and its place in the change order, from one small look-up.

Every unit has a mark with the position of the last change its members could see (`LastChange`; 0 is for
everybody). What a caller sees can have changed only if a mark of its units, of those above them or of
everybody did, so the ETag stays the same until then.
"""

import hashlib
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag

from units.access.grants import Access

# What changes when a database is restored: another cluster, another database in it, or another timeline.
_EPOCH = """
SELECT left(md5(system_identifier || ':' || d.oid || ':' || timeline_id), 8)
  FROM pg_control_system(), pg_control_checkpoint(), pg_database d WHERE d.datname = current_database()
"""
_epochs: WeakKeyDictionary[Any, str] = WeakKeyDictionary()

LAST_POSITION = "(SELECT coalesce(max(position), 0) FROM units_changeset)"
CURSOR = "Change-Cursor"
_MARKS = "SELECT coalesce(max(position), 0) FROM units_lastchange"
MARK_OF_PATH = f"({_MARKS} WHERE unit_id = 0 OR unit_id = ANY ({{path}}))"
_MARK_OF_UNITS = f"""({_MARKS} WHERE unit_id = 0
    OR unit_id IN (SELECT id FROM units_unit WHERE path && %(units)s::bigint[])
    OR unit_id IN (SELECT unnest(path) FROM units_unit WHERE id = ANY (%(units)s::bigint[])))"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an answer was made from: `position` in the change order, `mark` of what the caller can see."""

    position: int
    mark: int

    def etag(self, request: HttpRequest, access: Access, variant: str = "json") -> str:
        """Return the strong ETag of `request`'s answer for this caller in one format."""
        parts = f"{epoch()} {self.mark} {access.rights} {variant} {request.get_full_path()}"
        return quote_etag(hashlib.blake2b(parts.encode(), digest_size=12).hexdigest())


def cursor_at(position: int, access: Access) -> str:
    """Return the cursor of a place in this database's change order, for one with the rights of `access`."""
    return f"{epoch()}-{access.rights}-{position}"


def epoch() -> str:
    """Return the name of this database's history, 8 hexadecimal digits; another one after a restore."""
    connection.ensure_connection()
    link = connection.connection
    if link not in _epochs:
        with connection.cursor() as cursor:
            cursor.execute(_EPOCH)
            _epochs[link] = cursor.fetchone()[0]
    return _epochs[link]


def seen_by(access: Access) -> Seen:
    """Return how fresh an answer about all that `access` sees would be now: one query."""
    mark, values = mark_of(access)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {LAST_POSITION}, {mark}", values)
        return Seen(*cursor.fetchone())


def mark_of(access: Access) -> tuple[str, dict[str, Any]]:
    """Return the SQL, with its values, of the mark over all that `access` sees."""
    if access.everywhere():
        return LAST_POSITION, {}
    return _MARK_OF_UNITS, {"units": access.unit_ids()}


def not_modified(request: HttpRequest, etag: str) -> HttpResponse | None:
    """Return the 304 that the request's conditions allow, else None."""
    answer = get_conditional_response(request, etag=etag)
    return answer if answer is not None and answer.status_code == 304 else None


def freshen(answer: HttpResponseBase, seen: Seen, access: Access, etag: str) -> None:
    """Put the ETag and the place in the change order on an answer to `access`."""
    answer.headers["ETag"] = etag
    answer.headers[CURSOR] = cursor_at(seen.position, access)
    answer.headers["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ["Accept", "Authorization", "Cookie"])
