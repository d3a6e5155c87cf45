"""Who asks: a machine client by its key, or a person by session. Both become an `Access`.

Beside it stands the `State` of the database in which the access was read, as the request's `auth`, so that nothing
asks again for the last position or the day.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.datastructures import MultiValueDict
from rest_framework.authentication import BaseAuthentication, CSRFCheck, SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from poi_api.http.csrf import explanation
from units.access.grants import Access
from units.access.lookup import State, confirmed_by_key, confirmed_person

KEYWORD = "Api-Key"


def key_in(request: HttpRequest) -> str | None:
    """Return the key in the Authorization header, None without one of that scheme."""
    scheme, _, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return key.strip() if scheme.lower() == KEYWORD.lower() else None


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Api-Key <key>`, for machine clients."""

    def authenticate(self, request: Request) -> tuple[Access, State] | None:
        key = key_in(request._request)
        return None if key is None else confirmed_by_key(key)

    def authenticate_header(self, request: Request) -> str:
        return KEYWORD


class PersonAuthentication(SessionAuthentication):
    """The session of a person who logged in at `/cuenta/entrar/`, with its CSRF check."""

    def authenticate(self, request: Request) -> tuple[Access, State] | None:
        person = super().authenticate(request)
        return None if person is None else confirmed_person(person[0])

    def enforce_csrf(self, request: HttpRequest) -> None:
        """Raise PermissionDenied `csrf_failed`, which says what to do, unless the request shows that it is its own.

        It shows it in a header: a form in the body is read by the view, and not here for a token.
        """
        request._post, request._files = QueryDict(), MultiValueDict()  # type: ignore[attr-defined]
        check: Any = CSRFCheck(lambda _: HttpResponse())
        check.process_request(request)
        if reason := check.process_view(request, None, (), {}):
            raise PermissionDenied(explanation(str(reason)), code="csrf_failed")
