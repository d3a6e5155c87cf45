"""What a request is called, in its answer and in history: `X-Request-Id`."""

import logging
import random
import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

HEADER = "X-Request-Id"
_USABLE = re.compile(r"[\w.:+/=@-]{1,64}", re.ASCII)


def request_id_of(request: HttpRequest) -> str:
    """Return how the request is called: by its own id if it has a usable one, else by a new one."""
    known: str | None = getattr(request, "poi_request_id", None)
    if known is None:
        known = request.poi_request_id = usable_id(request.META.get("HTTP_X_REQUEST_ID", ""))  # type: ignore[attr-defined]
    return known


def usable_id(given: str) -> str:
    """Return the id that was given if it is usable, else a new one, which need not be hard to guess."""
    return given if _USABLE.fullmatch(given) else f"{random.getrandbits(128):032x}"


def named(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Return the middleware that puts it on every answer."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        made = get_response(request)
        made.headers[HEADER] = request_id_of(request)
        return made

    return answer


def say_request(record: logging.LogRecord) -> bool:
    """Have a line of Django's about a request, which has its path, say how it is called, too; for a logger's filter."""
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest):
        line, its = record.getMessage(), f" ({request.method}, {HEADER}: {request_id_of(request)})"
        record.msg, record.args = line.removesuffix(its) + its, ()  # whoever sets logging up twice has the filter twice
    return True
