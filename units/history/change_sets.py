"""A transaction that says who acts: the settings that the change order's triggers read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from poi_api.database.rows import row_of
from units.models import ChangeSet
from units.models.point import Point

_SETTINGS = ("actor", "client", "user", "request_id", "cause", "known_from")
_SQL = "SELECT " + ", ".join(f"set_config('poi.{name}', %s, true)" for name in _SETTINGS)

_CHECK_REFERENCES = """
DO $$
DECLARE names text;
BEGIN
    SELECT string_agg(quote_ident(conname), ', ') INTO names FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace AND contype = 'f' AND condeferrable;
    EXECUTE format('SET CONSTRAINTS %s IMMEDIATE', names);
    EXECUTE format('SET CONSTRAINTS %s DEFERRED', names);
END $$
"""


@contextmanager
def recorded_transaction(
    *,
    actor: str,
    client_id: int | None = None,
    user_id: int | None = None,
    request_id: str = "",
    cause: str = "",
    known_from: datetime | None = None,
) -> Iterator[None]:
    """Run the block in one transaction whose change set names the actor, the request and the cause.

    `known_from` backdates what a first import into an empty plan makes known (domain.md, rule 9) and
    is for that alone. Inside another transaction the settings hold until that one ends.
    """
    values = (actor[:200], client_id, user_id, request_id[:64], cause, known_from)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_SQL, ["" if value is None else str(value) for value in values])
        yield


def set_cause(cause: str) -> None:
    """Say, inside `recorded_transaction` and before the first change, why this transaction changes what it changes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('poi.cause', %s, true)", [cause])


def set_known_from(moment: datetime) -> None:
    """Say, inside `recorded_transaction`, that what this transaction makes known was known from `moment` (rule 9)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('poi.known_from', %s, true)", [moment.isoformat()])


def current_change_set() -> ChangeSet:
    """Return this transaction's change set, for history that is written in bulk."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_change_set()")
        return ChangeSet(pk=cursor.fetchone()[0])


def check_references() -> None:
    """Check the foreign keys of what was written now, for there is much: everybody else waits for what is left.

    Raises IntegrityError.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CHECK_REFERENCES)


def take_position() -> Point | None:
    """Give this transaction its place and moment in the change order now, as its commit would; None without a change.

    Everybody else's commit waits for ours from here on, so only reading follows. Raises IntegrityError for
    what a deferred constraint refuses.
    """
    (point,) = row_of("SELECT take_position()")
    return Point.read(point) if point else None
