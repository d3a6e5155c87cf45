"""Attempts to log in: counted over all processes, and passwords checked one at a time.

What a check costs is a password hash, about half a second of a processor. An attempt that is refused costs a read.
Reads and writes units_loginattempts.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, NamedTuple

from django.db import Error, connection
from django.http import HttpRequest

from poi_api.database import locks
from poi_api.database.rows import values_of
from poi_api.http.addresses import client_address

logger = logging.getLogger(__name__)


class Limit(NamedTuple):
    """How many failed attempts are taken in how many seconds, from the first one on."""

    most: int
    seconds: int


PER_ADDRESS = Limit(20, 5 * 60)  # an office behind one address has more than one who mistypes
PER_NAME = Limit(10, 15 * 60)
STARTS = Limit(100, 5 * 60)  # from an address to the institution's own log-in, each with a session and a call

# As `iexact` compares user names, so that another spelling is no other name
_OF_ADDRESS = "sha256(convert_to('address:' || %(address)s::text, 'UTF8'))"
_OF_START = "sha256(convert_to('start:' || %(address)s::text, 'UTF8'))"
_OF_NAME = "sha256(convert_to('name:' || upper(%(name)s::text), 'UTF8'))"


def _over(limit: Limit) -> str:
    return f"began_at <= now() - interval '{limit.seconds} seconds'"


def _full(key: str, limit: Limit) -> str:
    return f"key = {key} AND attempts >= {limit.most} AND NOT {_over(limit)}"


def _counted(key: str, limit: Limit, origin: str) -> str:
    """Return the SQL that counts one more, unless another process took the last place meanwhile."""
    return f"""
    INSERT INTO units_loginattempts AS t (key, began_at, attempts) SELECT {key}, now(), 1 FROM {origin}
    ON CONFLICT (key) DO UPDATE SET began_at = CASE WHEN t.{_over(limit)} THEN now() ELSE t.began_at END,
                                    attempts = CASE WHEN t.{_over(limit)} THEN 1 ELSE t.attempts + 1 END
     WHERE t.{_over(limit)} OR t.attempts < {limit.most}
    RETURNING key"""


# One statement: what is refused writes nothing. The address's row is always locked before the name's
_TAKE = f"""
WITH full_now AS (
    SELECT 'address' AS whose, began_at + interval '{PER_ADDRESS.seconds} seconds' AS ends FROM units_loginattempts
     WHERE {_full(_OF_ADDRESS, PER_ADDRESS)}
    UNION ALL SELECT 'name', began_at + interval '{PER_NAME.seconds} seconds' FROM units_loginattempts
     WHERE {_full(_OF_NAME, PER_NAME)}
), turn AS MATERIALIZED (
    SELECT pg_try_advisory_lock({locks.LOGIN_CHECK}) AS mine WHERE NOT EXISTS (SELECT FROM full_now)
),
address AS ({_counted(_OF_ADDRESS, PER_ADDRESS, "turn WHERE mine")}),
name AS ({_counted(_OF_NAME, PER_NAME, "address")})
SELECT (SELECT mine FROM turn), EXISTS (SELECT FROM name),
       (SELECT ceil(extract(epoch FROM max(ends) - now()))::int FROM full_now),
       (SELECT string_agg(whose, ' and ') FROM full_now)
"""
_START = f"""
WITH counted AS ({_counted(_OF_START, STARTS, "(VALUES (1)) AS once")})
SELECT EXISTS (SELECT FROM counted),
       (SELECT ceil(extract(epoch FROM began_at + interval '{STARTS.seconds} seconds' - now()))::int
          FROM units_loginattempts WHERE key = {_OF_START})
"""
_FORGET = f"DELETE FROM units_loginattempts WHERE key = {_OF_NAME} AND attempts > 0 RETURNING key"
_RELEASE = f"SELECT pg_advisory_unlock({locks.LOGIN_CHECK})"
_GIVE_BACK = f"""
WITH held AS (SELECT key FROM units_loginattempts WHERE key IN ({_OF_ADDRESS}, {_OF_NAME}) AND attempts > 0
               ORDER BY key = {_OF_ADDRESS} DESC FOR UPDATE)
UPDATE units_loginattempts SET attempts = attempts - 1 WHERE key IN (SELECT key FROM held)
"""
# Each counted attempt adds two rows at most, and takes away more than that of those that are over
_SWEEP = f"""
DELETE FROM units_loginattempts WHERE key IN (
    SELECT key FROM units_loginattempts WHERE {_over(max(PER_ADDRESS, PER_NAME, key=lambda limit: limit.seconds))}
     ORDER BY began_at LIMIT 10 FOR UPDATE SKIP LOCKED)
"""


class AttemptRefused(Exception):
    """The password was not looked at. `detail` is for people; `wait` is in seconds."""

    detail: ClassVar[str]

    def __init__(self, wait: int = 1) -> None:
        super().__init__(self.detail)
        self.wait = wait


class TooManyAttempts(AttemptRefused):
    """Too many failed from this address or for this name."""

    detail = "Hubo demasiados intentos fallidos desde su red o con ese usuario."


class AnotherAttempt(AttemptRefused):
    """Another password is being checked."""

    detail = "En este momento se está comprobando otra contraseña."


class TooManyStarts(AttemptRefused):
    """Too many set out from this address for the institution's own log-in."""

    detail = "Desde su red se empezó a entrar demasiadas veces."


def address_of(request: HttpRequest) -> str:
    """Return from where a request comes, as `client_address` does."""
    return client_address(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""))


def attempt(address: str, name: str, check: Callable[[], Any]) -> Any:
    """Return what `check` finds for a password that was given for `name` from `address`, None for a wrong one.

    Only wrong ones count, and one is checked at a time. Raises AttemptRefused, at once and without a check: whether
    there is such a name makes no difference.
    """
    values = {"address": address, "name": name}
    with _turn(values):
        values_of(_SWEEP)
        found = check()
        if found is not None:
            values_of(_GIVE_BACK, values)
        return found


def count_start(address: str) -> None:
    """Count that somebody sets out for the institution's own log-in. Raises TooManyStarts, which is not counted."""
    values_of(_SWEEP)
    ((counted, wait),) = values_of(_START, {"address": address})
    if not counted:
        logger.warning("log-in by the institution refused from %s: address full", address)
        raise TooManyStarts(wait or 1)


def forget_name(name: str) -> bool:
    """Forget the failed attempts for a name, from wherever they came. Return whether there were any."""
    return bool(values_of(_FORGET, {"name": name}))


@contextmanager
def _turn(values: dict[str, str]) -> Iterator[None]:
    """Count an attempt as if it failed, and let no other pass meanwhile.

    Raises AttemptRefused for one that is not taken; its name is not counted, nor its address unless another process
    took the name's last place at this moment. Where the database fails the connection is closed: the lock is its
    session's, and may be held though the statement that took it was not finished.
    """
    try:
        ((mine, taken, wait, full),) = values_of(_TAKE, values)
        if mine is None:
            raise _too_many(values["address"], full, wait)
        if not mine:
            raise AnotherAttempt
        try:
            if not taken:
                raise _too_many(values["address"], "address or name")
            yield
        finally:
            values_of(_RELEASE)
    except Error:
        connection.close()
        raise


def _too_many(address: str, full: str, wait: int = 1) -> TooManyAttempts:
    """Return the refusal, and log it without the name: people type passwords into the wrong field."""
    logger.warning("log-in refused from %s: %s full", address, full)
    return TooManyAttempts(wait)
