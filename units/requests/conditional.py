"""How fresh an answer is: its ETag and its place in the change order, and the 304 that they allow.

The database keeps for every unit the position of the last change that its members could see (`LastChange`; 0 is for
everybody). What a caller sees can have changed only if that of one of its units, of those above them or of everybody
did, and what is said of some institutions only if that of one of their units did. The ETag stays the same until then.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from rest_framework.request import Request

from poi_api.database.rows import row_of
from poi_api.http.lean_view import VARIES
from poi_api.release import release
from units.access.grants import Access
from units.access.lookup import State
from units.access.permissions import access_of
from units.history.cursors import cursor_at
from units.history.recorder import SeenBy
from units.history.registry import entities
from units.models.change import LAST_POSITION, LastChange
from units.models.epoch import epoch
from units.models.point import LAST_POINT, Point, point_at

CURSOR = "Change-Cursor"
_LAST_CHANGES = f"SELECT coalesce(max(position), 0) FROM {LastChange._meta.db_table}"
# SQL: the last change of what hangs on the path of one unit
LAST_CHANGE_ON_PATH = f"({_LAST_CHANGES} WHERE unit_id = 0 OR unit_id = ANY ({{path}}))"
# As an array, so that each unit is looked up: by conditions side by side all units of the installation are read
_OF_UNITS = """unit_id = ANY (ARRAY(
    SELECT 0::bigint UNION ALL SELECT id FROM units_unit WHERE {units}
    UNION ALL SELECT unnest(path) FROM units_unit WHERE id = ANY (%(units)s::bigint[])))"""
_IN_SIGHT = "path && %(units)s::bigint[]"
_OF_INSTITUTIONS = "institution_id = ANY (%(asked_institutions)s::bigint[])"
# SQL: the last change of a past answer. A first import is known since before it was committed; and what a caller may
# see of the past is what it may see today, so a move or a deletion changes it.
_BACKDATED = """(SELECT max(s.position) FROM units_changeset s
    WHERE s.committed_at > %(moment)s AND s.known_from <= %(moment)s AND ({concerns}))"""
_CONCERNS = """EXISTS (SELECT FROM units_change c
                      WHERE c.change_set_id = s.id AND c.entity = ANY (%(everybody)s) AND c.after IS NOT NULL)
    OR (SELECT u.institution_id FROM units_change c JOIN public.units_unit u ON u.id = c.unit_id
         WHERE c.change_set_id = s.id LIMIT 1) = ANY (array(
        SELECT institution_id FROM public.units_unit WHERE {units}))"""
_SIGHT = """(SELECT max(s.position) FROM units_change c JOIN units_changeset s ON s.id = c.change_set_id
    WHERE c.previous_path IS NOT NULL AND s.committed_at > %(moment)s
      AND (c.previous_path && %(units)s::bigint[]
           OR c.unit_id IN (SELECT id FROM public.units_unit WHERE path && %(units)s::bigint[])))"""


@dataclass(frozen=True, slots=True)
class Freshness:
    """What an answer was made from: the last `point` in the change order, the `last_change` of what it depends on.

    A past answer depends on the last change of its past, `past_change`. It tells nobody where to go on from: its
    `last_change` is the beginning.
    """

    point: Point
    last_change: Point
    past_change: Point | None = None

    @classmethod
    def read(cls, point: str | None, last_change: str | None, *, of_the_past: bool = False) -> Self:
        """Return what a statement read as text, by `LAST_POINT` and `point_at`, of now or of the past."""
        change = Point.read(last_change)
        return cls(Point.read(point), Point.read(None), change) if of_the_past else cls(Point.read(point), change)

    def etag(self, path: str, access: Access, variant: str = "json") -> str:
        """Return the strong ETag of the answer at a full path for this caller, in a format (and what else counts)."""
        change = self.past_change or self.last_change
        parts = f"{release()} {epoch()} {change} {access.rights} {variant} {path}"
        return quote_etag(hashlib.blake2b(parts.encode(), digest_size=12).hexdigest())


def freshness_of(
    access: Access, state: State, institutions: Sequence[int] | None = None, moment: datetime | None = None
) -> Freshness:
    """Return how fresh an answer about what `access` sees of `institutions` (ids; None: all) would be.

    That is one of what is known now, or was known at a past `moment`. One small query, and none for who sees
    everything and asks about all that is known now: the `state` in which the access was read tells that.
    """
    if moment is None and institutions is None and access.everywhere():
        return Freshness(state.point, state.point)
    return freshness_now(access, institutions, moment)


def freshness_now(
    access: Access, institutions: Sequence[int] | None = None, moment: datetime | None = None
) -> Freshness:
    """Return the same as the database has it now, by one small query."""
    last_change, values = last_change_sql(access, institutions, moment)
    row = row_of(f"SELECT {LAST_POINT}, {point_at(last_change)}", values)
    return Freshness.read(*row, of_the_past=moment is not None)


def last_change_sql(
    access: Access, institutions: Sequence[int] | None = None, moment: datetime | None = None
) -> tuple[str, dict[str, Any]]:
    """Return the SQL, with its named values, of the last change in what `access` sees of `institutions` (None: all).

    For an answer about a past `moment` it is the last one that changed what had been known then, or is seen of it.
    """
    if moment is not None:
        return _last_change_of_the_past(access, institutions, moment)
    if not (condition := _of_units(access, institutions)):
        return LAST_POSITION, {}
    values = {"units": access.unit_ids(), "asked_institutions": list(institutions or ())}
    return f"({_LAST_CHANGES} WHERE {condition})", values


def later_changes_sql(access: Access, institutions: Sequence[int] | None, position: str) -> str:
    """Return the query of the units (0: everybody) with changes after a position, among those of `last_change_sql`.

    Its named values are the same.
    """
    condition = _of_units(access, institutions) or "true"
    return f"SELECT unit_id FROM {LastChange._meta.db_table} WHERE position > {position} AND {condition}"


def _of_units(access: Access, institutions: Sequence[int] | None) -> str:
    """Return the SQL condition on units whose changes count for what `access` sees of `institutions`; "" for all."""
    conditions = [] if access.everywhere() else [_IN_SIGHT]
    if institutions is not None:
        conditions.append(_OF_INSTITUTIONS)
    return _OF_UNITS.format(units=" AND ".join(conditions)) if conditions else ""


def _last_change_of_the_past(
    access: Access, institutions: Sequence[int] | None, moment: datetime
) -> tuple[str, dict[str, Any]]:
    everywhere, concerns = access.everywhere(), "true"
    if institutions is not None:
        concerns = _CONCERNS.format(units="id = ANY (%(asked_institutions)s::bigint[])")
    elif not everywhere:
        concerns = _CONCERNS.format(units="id = ANY (%(units)s::bigint[])")
    parts = [_BACKDATED.format(concerns=concerns), *([] if everywhere else [_SIGHT])]
    values = {
        "moment": moment,
        "units": access.unit_ids(),
        "asked_institutions": list(institutions or ()),
        "everybody": entities(SeenBy.EVERYBODY),
    }
    return f"coalesce(greatest({', '.join(parts)}), 0)", values


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
    known = request.META.get("HTTP_IF_NONE_MATCH")
    if known is None:
        return None
    if known == etag and "HTTP_IF_MATCH" not in request.META:  # what nearly all send
        return HttpResponseNotModified()
    answer = get_conditional_response(request, etag=etag)
    return answer if answer is not None and answer.status_code == 304 else None


def say_freshness(answer: HttpResponseBase, point: Point, access: Access, etag: str) -> HttpResponseBase:
    """Put the ETag and the place in the change order on an answer to `access`, and return it."""
    answer.headers["ETag"] = etag
    answer.headers[CURSOR] = cursor_at(point, access)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Vary"] = VARIES
    return answer
