"""The name of the database's history, by which places in it are told from those before a restore."""

from contextvars import ContextVar
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

from poi_api.database.rows import values_of

# What changes when a database is restored: another cluster, another database in it, another timeline, or that
# `manage.py restore` says so. A copy of the files has all of them: there the marks of points tell (point.py).
EPOCH = """
SELECT left(md5(concat_ws(':', system_identifier, d.oid, timeline_id,
                          (SELECT name FROM units_restoration ORDER BY id DESC LIMIT 1))), 8)
  FROM pg_control_system(), pg_control_checkpoint(), pg_database d WHERE d.datname = current_database()
"""
epoch_read: ContextVar[str | None] = ContextVar("epoch_read", default=None)  # by a connection that is not Django's
_epochs: WeakKeyDictionary[Any, str] = WeakKeyDictionary()


def epoch() -> str:
    """Return 8 hexadecimal digits that are others after a restore; one query per connection."""
    if read := epoch_read.get():
        return read
    link = connection.connection
    known = None if link is None else _epochs.get(link)
    if known is None:
        known = values_of(EPOCH)[0][0]
        _epochs[connection.connection] = known
    return known
