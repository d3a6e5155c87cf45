"""Connections with short limits, as a process that serves has them in earnest."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import close_old_connections, connection
from django.test import override_settings

from poi_api.database.limits import LIMITS, Limits, Work, limit_this_process

SHORT = Limits(statement=1.2, lock=0.6, idle=0.8)
LONGER = Limits(statement=5, lock=0.6, idle=5)


@contextmanager
def limited(request: Limits = SHORT, export: Limits = LONGER) -> Iterator[None]:
    """Have these limits within the block, on every connection that is opened in it."""
    connection.close()
    try:
        with override_settings(DATABASE_LIMITS={Work.REQUEST: request, Work.EXPORT: export}):
            limit_this_process()
            yield
    finally:
        del connection.settings_dict[LIMITS]
        connection.close()


def next_request() -> None:
    """Do what the end of a request and the start of the next do with the connection; a test's client does not."""
    close_old_connections()
