"""The short way for writes that come by the thousand: what asks for nothing but its own effect.

Half of what a small write costs is DRF's wrapping and the statements around the one that matters. So a view may
answer a plain request, good in everything, in one statement of its own. Whatever else is said or wrong, it goes the
long way (`units.requests.writes`) from the beginning, which explains it.
"""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from poi_api.http import exact_json
from units.access.authentication import key_in
from units.access.grants import Access
from units.requests.conditional import Seen, freshen
from units.requests.resources import content_etag, takes_json
from units.requests.writes import REQUEST_ID, request_id_of

_MOST = 128 * 1024  # bytes of a body; more than any good one has, and soon read by one who may not send it
_MEANINGFUL = ("HTTP_IF_MATCH", "HTTP_IDEMPOTENCY_KEY")


def plain_key(request: HttpRequest) -> str | None:
    """Return the key of a machine client that sends JSON, takes JSON and says nothing else; None for any other."""
    said = request.META
    if said.get("QUERY_STRING") or said.get("CONTENT_TYPE") != "application/json":
        return None
    if not takes_json(request) or any(name in said for name in _MEANINGFUL):
        return None
    length = said.get("CONTENT_LENGTH", "")
    return key_in(request) if length.isdecimal() and int(length[:9]) <= _MOST else None


def alone() -> AbstractContextManager[Any]:
    """Return what one statement is a transaction of its own in; inside another transaction, a part that can fail."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def plain_answer(request: HttpRequest, access: Access, shown: Any, *, of: Any, position: int) -> HttpResponse:
    """Return a 200 that shows `shown`, with the ETag of the resource `of`, made from `position` in the change order."""
    answer = HttpResponse(exact_json.dumps(shown), content_type="application/json")
    freshen(answer, Seen(position, 0), access, content_etag(of))
    answer.headers[REQUEST_ID] = request_id_of(request)
    return answer
