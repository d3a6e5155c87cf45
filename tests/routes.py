"""Every address of the API, its schema and its documentation, read from the URL configuration."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver

# What says whether the process and its database are there is no view of the API: it is asked by machines that have
# no key, must answer when nothing else does, and reads nothing. The pages for people stand at "".
_NOT_OF_THE_API = ("healthz", "readyz", "", "favicon.ico")

NOTHING = "999999999"  # an id that nothing has


class Route(NamedTuple):
    """An address with an id of nothing in it, the class of its view, and the handler of each of its methods."""

    address: str
    view: Any
    handlers: dict[str, str]


def routes() -> list[Route]:
    """Return all, in the order in which they are tried."""
    return [
        Route(filled(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", address)), view.cls, _handlers(view))
        for address, view in _views(get_resolver().url_patterns, "")
    ]


def filled(address: str) -> str:
    """Return an address with the ids of nothing, and a month, in place of its `{names}`."""
    return re.sub(r"\{\w+\}", NOTHING, address.replace("{month}", "1"))


def _views(patterns: list[Any], before: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = str(pattern.pattern)
        if isinstance(pattern, URLResolver) and path not in _NOT_OF_THE_API:
            yield from _views(pattern.url_patterns, before + path)
        elif isinstance(pattern, URLPattern) and path not in _NOT_OF_THE_API:
            yield simplify_regex(before + path), pattern.callback


def _handlers(view: Any) -> dict[str, str]:
    if hasattr(view, "actions"):
        return {method.upper(): action for method, action in view.actions.items() if method != "head"}
    return {method.upper(): method for method in ("get", "post", "put", "patch", "delete") if hasattr(view.cls, method)}
