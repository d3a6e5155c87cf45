"""What a key or a person may do, looked up together with the state of the database that says so."""

import json
import time
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, Self

from django.db import connection
from rest_framework.exceptions import AuthenticationFailed

from poi_api.database.clock import DAY
from poi_api.database.event_loop import LoopConnection
from poi_api.database.rows import row_of
from poi_api.database.turns import SharedAnswers
from units.access.grants import Access, Grant
from units.access.keys import digest_of, prefix_of
from units.choices import Role
from units.models.epoch import EPOCH, epoch
from units.models.point import LAST_POINT, Point

_MINUTE = 60  # seconds
_PATIENCE = 1.0  # seconds until a look-up on the event loop is left to a thread
_STATE = f"{LAST_POINT}, {DAY}"
_CLIENT = """
SELECT c.id, c.name, c.role, c.unit_id, c.revoked_at IS NOT NULL AS revoked,
       coalesce(c.expires_at <= now(), false) AS expired
  FROM units_apiclient c WHERE c.prefix = %s AND c.key_hash = %s"""
_FIND = f"SELECT client.*, {_STATE} FROM ({_CLIENT}) client"
# At most once a minute it is noted that a key was used, unless somebody holds the row: who reads waits for nobody
_FIND_AND_NOTE = f"""
WITH client AS ({_CLIENT}), used AS (
    SELECT id, date_trunc('minute', now()) AS at FROM client WHERE NOT revoked AND NOT expired
), noted AS (
    INSERT INTO units_clientuse (client_id, used_at)
    SELECT id, at FROM used WHERE NOT EXISTS (SELECT FROM units_clientuse s WHERE s.client_id = used.id)
    ON CONFLICT (client_id) DO NOTHING
), noted_again AS (
    UPDATE units_clientuse u SET used_at = at
      FROM (SELECT s.client_id, at FROM used JOIN units_clientuse s ON s.client_id = used.id AND s.used_at < at
               FOR NO KEY UPDATE OF s SKIP LOCKED) free
     WHERE u.client_id = free.client_id
)
SELECT client.*, {_STATE} FROM client"""
# An act is a function of SQL that returns rows, done by the one `client` whose key it is, or by nobody. What it does
# refers to that row, which is not waited for
_ACT = f"""
WITH client AS MATERIALIZED (
    SELECT c.id, c.role, c.unit_id, left('client:' || c.name, 200) AS actor,
           CASE WHEN c.unit_id IS NOT NULL THEN ARRAY[c.unit_id] END AS units
      FROM ({_CLIENT}) c WHERE NOT c.revoked AND NOT c.expired AND c.role IN ({{roles}}) FOR KEY SHARE SKIP LOCKED
) SELECT done.*, client.id, client.role, client.unit_id, client.actor FROM client CROSS JOIN LATERAL {{act}} AS done"""
_PERSON = f"""
SELECT {_STATE}, coalesce((SELECT json_agg(json_build_array(role, unit_id) ORDER BY id)
                             FROM units_membership WHERE user_id = %s), '[]')
"""


class State(NamedTuple):
    """The database as one statement saw it: whose history, its last point in the change order, the day in Lima."""

    epoch: str
    point: Point
    day: date

    @classmethod
    def read(cls, history: str, last: str | None, day: str) -> Self:
        """Return what a statement read as texts."""
        return cls(history, Point.read(last), date.fromisoformat(day))


class Confirmed(NamedTuple):
    """An access, and the state of the database in which it was read."""

    access: Access
    state: State


_noted: dict[bytes, int] = {}  # by the digest of a key, the minute in which this process noted its use last


def _is_noted(digest: bytes) -> bool:
    """Tell whether the use of a key was noted in the present minute: noting costs more than looking up."""
    return _noted.get(digest) == _minute()


def _minute() -> int:
    return int(time.time()) // _MINUTE


def confirmed_by_key(text: str) -> Confirmed:
    """Return the access of the client whose key is `text`: one statement. Raises AuthenticationFailed."""
    row, digest = None, digest_of(text)
    noted = _is_noted(digest)
    if prefix := prefix_of(text):
        row = row_of(_FIND if noted else _FIND_AND_NOTE, [prefix, digest])
    if row is None:
        raise AuthenticationFailed("La clave no es válida.", code="invalid_key")
    confirmed = _confirmed(row, epoch())
    if not noted and not connection.in_atomic_block:  # with a transaction it may be undone
        _noted[digest] = _minute()
    return confirmed


@lru_cache(maxsize=1000)
def _confirmed(row: tuple[Any, ...], history: str) -> Confirmed:
    """Return what a row says of a key. Raises AuthenticationFailed for one that ended."""
    client_id, name, role, unit_id, revoked, expired, *state = row
    if revoked == "t":
        raise AuthenticationFailed("La clave fue revocada.", code="revoked_key")
    if expired == "t":
        raise AuthenticationFailed("La clave venció.", code="expired_key")
    return Confirmed(_access_of(client_id, f"client:{name}", role, unit_id), State.read(history, *state))


@lru_cache(maxsize=1000)
def _access_of(client_id: Any, actor: str, role: Any, unit_id: str | None) -> Access:
    """Return the access of a client whose columns were read as texts."""
    return Access(actor, (Grant(Role(role), None if unit_id is None else int(unit_id)),), int(client_id))


class LoopLookup:
    """Looks keys up on the event loop, by a connection that it has for that."""

    def __init__(self) -> None:
        self._answers = SharedAnswers(LoopConnection(EPOCH), _PATIENCE)

    async def confirmed(self, text: str) -> Confirmed | None:
        """Return the access of the client with that key, whose use is noted already; None unless that is sure now."""
        digest, prefix = digest_of(text), prefix_of(text)
        if prefix is None or not _is_noted(digest):
            return None
        row = await self._answers.row_of(_FIND, [prefix, digest])
        try:
            return None if row is None else _confirmed(row, *self._answers.connection.known)
        except AuthenticationFailed:  # said on the whole way
            return None


def lately_confirmed(text: str) -> tuple[str, bytes] | None:
    """Return prefix and digest of a key whose use this process has noted in the present minute, else None."""
    digest = digest_of(text)
    return (prefix_of(text) or "", digest) if _is_noted(digest) else None


def act_by_key(role: Role, act: str) -> str:
    """Return one statement that does `act`, a function of SQL, for the client whose key has the prefix and digest.

    These are its first values. The act may name `client`, its `id`, its `actor` and the `units` on which it holds
    `role`, null for everywhere. It gives no row where the key is not good for it; `read_act` reads those it gives.
    """
    roles = ", ".join(f"'{each.value}'" for each in Role if each.includes(role))
    return _ACT.format(roles=roles, act=act)


def read_act(row: Sequence[Any]) -> tuple[Access, Sequence[Any]]:
    """Return who did an act by a key, and the row that came of it, as texts."""
    *done, client_id, role, unit_id, actor = row
    return _access_of(client_id, actor, role, unit_id), done


def confirmed_person(user: Any) -> Confirmed:
    """Return the access of a logged-in person: its memberships, and everything for a superuser. One statement."""
    *state, memberships = row_of(_PERSON, [user.pk])
    grants = [(Role.PLANNER, None)] if user.is_superuser else json.loads(memberships)
    access = Access(
        actor=f"user:{user.get_username()}",
        grants=tuple(Grant(Role(role), unit_id) for role, unit_id in grants),
        user_id=user.pk,
    )
    return Confirmed(access, State.read(epoch(), *state))
