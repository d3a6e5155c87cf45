"""Who asks: a machine client by its key, or a person by session. Both become an `Access`.

Beside it stands the `State` of the database in which the access was read, as the request's `auth`, so that nothing
asks again for the last position or the day.
"""

from collections.abc import Mapping, MutableMapping
from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.datastructures import MultiValueDict
from rest_framework.authentication import BaseAuthentication, CSRFCheck, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from poi_api.http.csrf import explanation
from units.access.grants import Access
from units.access.lookup import Confirmed, State, confirmed_by_key, confirmed_person

KEYWORD = "Api-Key"
_FOUND = "poi.found"  # where a request has what was found by its key


def key_in(said: Mapping[str, Any]) -> str | None:
    """Return the key in the Authorization header of a request (its `META`), None without one of that scheme."""
    scheme, _, key = said.get("HTTP_AUTHORIZATION", "").partition(" ")
    return key.strip() if scheme.lower() == KEYWORD.lower() else None


def confirmed_in(said: MutableMapping[str, Any]) -> Confirmed | None:
    """Return who asks by the key of a request, None without one. What was found, or refused, is asked for once.

    Raises AuthenticationFailed.
    """
    if _FOUND not in said:
        key = key_in(said)
        try:
            said[_FOUND] = None if key is None else confirmed_by_key(key)
        except AuthenticationFailed as refused:
            said[_FOUND] = refused
    found: Confirmed | AuthenticationFailed | None = said[_FOUND]
    if isinstance(found, AuthenticationFailed):
        raise found
    return found


def note_confirmed(said: MutableMapping[str, Any], confirmed: Confirmed) -> None:
    """Note who asks, as it was found by the key of a request elsewhere."""
    said[_FOUND] = confirmed


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Api-Key <key>`, for machine clients."""

    def authenticate(self, request: Request) -> tuple[Access, State] | None:
        return confirmed_in(request._request.META)

    def authenticate_header(self, request: Request) -> str:
        return KEYWORD


class PersonAuthentication(SessionAuthentication):
    """The session of a person who logged in at `/cuenta/entrar/`, with its CSRF check."""

    def authenticate(self, request: Request) -> tuple[Access, State] | None:
        person = super().authenticate(request)
        return None if person is None else confirmed_person(person[0])

    def enforce_csrf(self, request: Any) -> None:
        """Raise PermissionDenied `csrf_failed`, which says what to do, unless the request shows that it is its own.

        It shows it in a header: its body is read by the view, once it is known who may send it, and not for a token.
        """
        sent = request._request
        sent._post, sent._files = QueryDict(), MultiValueDict()
        check: Any = CSRFCheck(lambda _: HttpResponse())
        check.process_request(sent)
        if reason := check.process_view(sent, None, (), {}):
            raise PermissionDenied(explanation(str(reason)), code="csrf_failed")
