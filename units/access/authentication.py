"""Who asks: a machine client by its key, or a person by session. Both become an `Access`."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from units.access.grants import Access, Grant
from units.access.keys import digest_of, prefix_of
from units.choices import Role
from units.models import Membership
from units.requests.conditional import LAST_POSITION, cursor_at

KEYWORD = "Api-Key"

# One statement finds the client by prefix and hash and, at most once a minute, notes that its key was used.
_FIND = f"""
WITH found AS (
    SELECT c.id, c.name, c.role, c.unit_id, c.revoked_at IS NOT NULL AS revoked,
           coalesce(c.expires_at <= now(), false) AS expired, c.expires_at IS NULL AS lasts
      FROM units_apiclient c WHERE c.prefix = %s AND c.key_hash = %s
), noted AS (
    INSERT INTO units_clientuse AS u (client_id, used_at)
    SELECT id, date_trunc('minute', now()) FROM found
     WHERE NOT revoked AND NOT expired
       AND NOT EXISTS (SELECT FROM units_clientuse s WHERE s.client_id = found.id
                        AND s.used_at >= date_trunc('minute', now()))
    ON CONFLICT (client_id) DO UPDATE SET used_at = excluded.used_at
)
SELECT id, name, role, unit_id, revoked, expired, lasts, {LAST_POSITION} FROM found
"""


@dataclass(frozen=True, slots=True)
class Found:
    """The access of a key, the place in the change order where it was read, and whether it has no expiry."""

    access: Access
    cursor: str
    lasts: bool


def find_by_key(text: str) -> Found:
    """Look up the client whose key is `text`. Raises AuthenticationFailed."""
    row = None
    if prefix := prefix_of(text):
        with connection.cursor() as cursor:
            cursor.execute(_FIND, [prefix, digest_of(text)])
            row = cursor.fetchone()
    if row is None:
        raise AuthenticationFailed("La clave no es válida.", code="invalid_key")
    client_id, name, role, unit_id, revoked, expired, lasts, position = row
    if revoked:
        raise AuthenticationFailed("La clave fue revocada.", code="revoked_key")
    if expired:
        raise AuthenticationFailed("La clave venció.", code="expired_key")
    access = Access(actor=f"client:{name}", grants=(Grant(Role(role), unit_id),), client_id=client_id)
    return Found(access, cursor_at(position, access), lasts)


def access_by_key(text: str) -> Access:
    """Return the access of the client whose key is `text`. Raises AuthenticationFailed."""
    return find_by_key(text).access


def key_in(request: HttpRequest) -> str | None:
    """Return the key in the Authorization header, None without one of that scheme."""
    scheme, _, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return key.strip() if scheme.lower() == KEYWORD.lower() else None


def access_of_person(user: Any) -> Access:
    """Return the access of a logged-in person: its memberships, and everything for a superuser."""
    if user.is_superuser:
        grants = [Grant(Role.PLANNER, None)]
    else:
        rows = Membership.objects.filter(user=user).values_list("role", "unit_id")
        grants = [Grant(Role(role), unit_id) for role, unit_id in rows]
    return Access(actor=f"user:{user.get_username()}", grants=tuple(grants), user_id=user.pk)


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Api-Key <key>`, for machine clients."""

    def authenticate(self, request: Request) -> tuple[Access, None] | None:
        key = key_in(request._request)
        return None if key is None else (access_by_key(key), None)

    def authenticate_header(self, request: Request) -> str:
        return KEYWORD


class PersonAuthentication(SessionAuthentication):
    """The session of a person who logged in at the admin, with its CSRF check."""

    def authenticate(self, request: Request) -> tuple[Access, None] | None:
        found = super().authenticate(request)
        return None if found is None else (access_of_person(found[0]), None)
