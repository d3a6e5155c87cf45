"""The clock by which moments are asked about: the database's own, once all that was committed until then is seen."""

from datetime import datetime

from django.db import transaction

from poi_api.database import locks
from poi_api.database.rows import values_of

_CLOCK = "SELECT clock_timestamp(), max(committed_at) FROM units_changeset"
_SETTLED = f"SELECT pg_advisory_xact_lock_shared({locks.CHANGE_ORDER})"


def settled_clock() -> datetime:
    """Return the database's clock once every change committed until then can be seen.

    A transaction takes its place in the order just before its commit becomes visible. Waiting for those
    that hold the order's lock makes every later answer about this moment the same. Where the clock was set back it is
    the moment of the last change: an earlier one would leave out what is known.
    """
    with transaction.atomic():
        values_of(_SETTLED)
        now, last = clock()
        # The lock goes with this: two that kept it until their own commits would wait for each other
        transaction.set_rollback(True)
    return now if last is None else max(now, last)


def clock() -> tuple[datetime, datetime | None]:
    """Return the database's clock, and the moment until which every change committed can be seen already.

    That is the one of the last change that can be seen: whoever holds the order's lock gets a later one.
    """
    ((now, settled),) = values_of(_CLOCK)
    return now, settled
