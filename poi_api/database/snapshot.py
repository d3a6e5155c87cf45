"""One state of the database for several statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

from poi_api.database.rows import values_of

_open: ContextVar[bool] = ContextVar("_open", default=False)


@contextmanager
def snapshot() -> Iterator[None]:
    """Let all that the block reads be of one state, that of its first statement; it can write nothing.

    Within a transaction that is open already the block is a part of it, and reads as it does.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        values_of("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        was_open = _open.set(True)
        try:
            yield
        finally:
            _open.reset(was_open)


def all_is_committed() -> bool:
    """Tell whether all that is read now was committed: it is outside a transaction, and within a snapshot."""
    return _open.get() or not connection.in_atomic_block
