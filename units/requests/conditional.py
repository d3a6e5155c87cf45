"""How fresh an answer is: its ETag and its place in the change order, and the 304 that they allow.

The database keeps for every unit the position of the last change that its members could see (`LastChange`; 0 is for
everybody). What a caller sees can have changed only if that of one of its units, of those above them or of everybody
did, and what is said of some institutions only if that of one of their units did. The ETag stays the same until then.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from rest_framework.request import Request

from poi_api.release import release
from units.access.grants import Access
from units.access.lookup import State
from units.access.permissions import access_of
from units.history.cursors import cursor_at
from units.models.change import LAST_POSITION, LastChange
from units.models.epoch import epoch
from units.models.point import LAST_POINT, Point, point_at

CURSOR = "Change-Cursor"
_LAST_CHANGES = f"SELECT coalesce(max(position), 0) FROM {LastChange._meta.db_table}"
# SQL: the last change of what hangs on the path of one unit
LAST_CHANGE_ON_PATH = f"({_LAST_CHANGES} WHERE unit_id = 0 OR unit_id = ANY ({{path}}))"
_LAST_CHANGE = f"""({_LAST_CHANGES} WHERE unit_id = 0
    OR unit_id IN (SELECT id FROM units_unit WHERE {{units}})
    OR unit_id IN (SELECT unnest(path) FROM units_unit WHERE id = ANY (%(units)s::bigint[])))"""
_IN_SIGHT = "path && %(units)s::bigint[]"
_OF_INSTITUTIONS = "institution_id = ANY (%(asked_institutions)s::bigint[])"


@dataclass(frozen=True, slots=True)
class Freshness:
    """What an answer was made from: the last `point` in the change order, the `last_change` of what it depends on."""

    point: Point
    last_change: Point

    @classmethod
    def read(cls, point: str | None, last_change: str | None) -> Self:
        """Return what a statement read as text, by `LAST_POINT` and `point_at`."""
        return cls(Point.read(point), Point.read(last_change))

    def etag(self, request: HttpRequest, access: Access, variant: str = "json") -> str:
        """Return the strong ETag of the answer to `request` for this caller, in a format (and what else counts)."""
        parts = f"{release()} {epoch()} {self.last_change} {access.rights} {variant} {request.get_full_path()}"
        return quote_etag(hashlib.blake2b(parts.encode(), digest_size=12).hexdigest())


def freshness_of(access: Access, state: State, institutions: Sequence[int] | None = None) -> Freshness:
    """Return how fresh an answer about what `access` sees of `institutions` (ids; None: all) would be.

    One small query, and none for who sees everything and asks about all: the `state` in which the access was read
    tells that.
    """
    if institutions is None and access.everywhere():
        return Freshness(state.point, state.point)
    last_change, values = last_change_sql(access, institutions)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {LAST_POINT}, {point_at(last_change)}", values)
        return Freshness.read(*cursor.fetchone())


def last_change_sql(access: Access, institutions: Sequence[int] | None = None) -> tuple[str, dict[str, Any]]:
    """Return the SQL, with its named values, of the last change in what `access` sees of `institutions` (None: all)."""
    everywhere = access.everywhere()
    if everywhere and institutions is None:
        return LAST_POSITION, {}
    conditions = [] if everywhere else [_IN_SIGHT]
    if institutions is not None:
        conditions.append(_OF_INSTITUTIONS)
    values = {"units": access.unit_ids(), "asked_institutions": list(institutions or ())}
    return _LAST_CHANGE.format(units=" AND ".join(conditions)), values


def conditional_answer(
    request: Request, point: Point, etag: str, make: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Return the 304 that the request's conditions allow, else what `make` makes; either says how fresh it is.

    `point` is that of the last change that the caller sees: what others do does not move the caller's cursor.
    """
    answer = not_modified(request._request, etag) or make()
    return say_freshness(answer, point, access_of(request), etag)


def not_modified(request: HttpRequest, etag: str) -> HttpResponse | None:
    """Return the 304 that the request's conditions allow, else None."""
    answer = get_conditional_response(request, etag=etag)
    return answer if answer is not None and answer.status_code == 304 else None


def say_freshness(answer: HttpResponseBase, point: Point, access: Access, etag: str) -> HttpResponseBase:
    """Put the ETag and the place in the change order on an answer to `access`, and return it."""
    answer.headers["ETag"] = etag
    answer.headers[CURSOR] = cursor_at(point, access)
    answer.headers["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ["Accept", "Accept-Encoding", "Authorization", "Cookie"])
    return answer
