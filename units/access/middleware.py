"""The middleware that only people need, out of the way of machine clients.

A machine's request carries its key, and no session, no login, no message for the next page; making those ready, and
seeing afterwards that nothing came of it, is a fifth of the cost of a small answer.
"""

from collections.abc import Awaitable
from typing import Any

from csp.constants import NONE
from csp.middleware import CSPMiddleware, PolicyParts
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from units.access.authentication import key_in

_DATA = {"default-src": [NONE], "base-uri": [NONE], "form-action": [NONE], "frame-ancestors": [NONE]}
# A drawing has its styles in it, and no scripts
_DRAWING = {**_DATA, "style-src": ["'unsafe-inline'"], "sandbox": [True]}
_FEATURES = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def _is_a_machines(request: Any) -> bool:
    if not hasattr(request, "poi_machine"):
        request.poi_machine = request.path_info.startswith("/api/v1/") and key_in(request.META) is not None
    return bool(request.poi_machine)


class _ForPeople(MiddlewareMixin):
    """Comes before a middleware in the order of methods, and passes by it for a machine."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        return self.get_response(request) if _is_a_machines(request) else super().__call__(request)


class ContentPolicy(_ForPeople, CSPMiddleware):
    """What a browser may do with an answer (Content-Security-Policy), by its kind.

    Pages get the policy of the settings, drawings their styles alone, and data nothing.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        if report_only:
            return PolicyParts()
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if kind == "text/html":
            response.headers["Permissions-Policy"] = _FEATURES
            return super().get_policy_parts(request, response)
        return PolicyParts(config=_DRAWING if kind == "image/svg+xml" else _DATA)


class Sessions(_ForPeople, SessionMiddleware):
    """Whose session it is."""


class Authentication(_ForPeople, AuthenticationMiddleware):
    """Who is logged in."""


class Messages(_ForPeople, MessageMiddleware):
    """What the next page has to say."""
