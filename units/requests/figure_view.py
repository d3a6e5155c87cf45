"""The view that answers with figures: authenticated, conditional, and light on the way.

Half of the cost of a small answer is DRF's own wrapping of request and response. So a plain GET of JSON by a
machine client is answered before it; everything else (people, other formats, errors) goes DRF's way, through
the very same method, and a request that fails on the short way is explained on the long one.
"""

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from units.access.authentication import key_in
from units.access.grants import Access
from units.access.key_cache import answer_by_key
from units.access.permissions import access_of
from units.requests.resources import CallerFirst, takes_json


class FigureView(CallerFirst):
    """Subclasses answer in `figures`."""

    def figures(self, request: HttpRequest, access: Access, variant: str, **path: Any) -> HttpResponseBase:
        """Return the answer in the format `variant`; raise Http404 or an APIException otherwise."""
        raise NotImplementedError

    def require_in_sight(self, access: Access, **path: Any) -> None:
        """Raise Http404 if the path names what the caller cannot see; asked when something else is wrong."""

    def dispatch(self, request: HttpRequest, *args: Any, **path: Any) -> HttpResponseBase:
        key = key_in(request)
        plain = "format" not in request.GET and takes_json(request)
        if request.method == "GET" and key is not None and plain:
            with suppress(Exception):
                return answer_by_key(key, lambda access: self.figures(request, access, "json", **path))
        return super().dispatch(request, *args, **path)

    def initial(self, request: Request, *args: Any, **path: Any) -> None:
        try:
            super().initial(request, *args, **path)
        except ValidationError:
            self.require_in_sight(access_of(request), **path)
            raise

    def get(self, request: Request, *args: Any, **path: Any) -> HttpResponseBase:
        return self.figures(request._request, access_of(request), request.accepted_renderer.format, **path)
