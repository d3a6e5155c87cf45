"""A transaction that says who acts: the settings that the change order's triggers read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from poi_api.database.rows import row_of, values_of
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
) -> Iterator[None]:
    """Run the block in one transaction whose change set names the actor, the request and the cause.

    Inside another transaction the settings hold until that one ends.
    """
    values = (actor[:200], client_id or "", user_id or "", request_id[:64], cause, "")
    with transaction.atomic():
        row_of(_SQL, values)
        yield


def set_cause(cause: str) -> None:
    """Say, inside `recorded_transaction` and before the first change, why this transaction changes what it changes."""
    row_of("SELECT set_config('poi.cause', %s, true)", [cause])


def set_known_from(moment: datetime) -> None:
    """Say, inside `recorded_transaction`, that what this transaction makes known was known from `moment`.

    It is for a first import into an empty plan alone (domain.md, rule 9), and is said before the first change.
    """
    row_of("SELECT set_config('poi.known_from', %s, true)", [moment])


def current_change_set() -> ChangeSet:
    """Return this transaction's change set, for history that is written in bulk."""
    return ChangeSet(pk=int(row_of("SELECT current_change_set()")[0]))


def check_references() -> None:
    """Check the foreign keys of what was written now, for there is much: everybody else waits for what is left.

    Raises IntegrityError.
    """
    values_of(_CHECK_REFERENCES)


def take_position() -> Point | None:
    """Give this transaction its place and moment in the change order now, as its commit would; None without a change.

    Everybody else's commit waits for ours from here on, so only reading follows. Raises IntegrityError for
    what a deferred constraint refuses.
    """
    (point,) = row_of("SELECT take_position()")
    return Point.read(point) if point else None
