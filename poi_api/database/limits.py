"""How long the database may work for whoever asks, by the kind of work (docs/decisions/0016)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction

LIMITS = "LIMITS"  # where a database's settings have those of its connections
_GRACE = 5  # seconds that the server has to say that it stopped
_SQL = (
    "SELECT set_config('statement_timeout', %s, {local}), set_config('lock_timeout', %s, {local}),"
    " set_config('idle_in_transaction_session_timeout', %s, {local})"
)


class Work(StrEnum):
    """What a process that serves does. Whatever else uses the database has no limits."""

    REQUEST = "request"
    EXPORT = "export"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, 0 for no limit: of a statement, of a wait for a lock, of a transaction in which nothing is asked."""

    statement: float = 0
    lock: float = 0
    idle: float = 0

    @property
    def patience(self) -> float | None:
        """How many seconds to wait for a server that says nothing; None: for ever."""
        return self.statement + _GRACE if self.statement else None

    @property
    def values(self) -> list[str]:
        """The settings of PostgreSQL, in the order of `sql`."""
        return [f"{round(seconds * 1000)}ms" for seconds in (self.statement, self.lock, self.idle)]

    @staticmethod
    def sql(*, local: bool) -> str:
        """Return the statement that sets `values`: until the transaction ends, or for the whole connection."""
        return _SQL.format(local=str(local).lower())


def limit_this_process() -> None:
    """Let every connection that this process opens from now on have the limits of a request."""
    connections.settings[DEFAULT_DB_ALIAS][LIMITS] = settings.DATABASE_LIMITS[Work.REQUEST]


@contextmanager
def working_on(work: Work) -> Iterator[None]:
    """Run the block in one transaction with the limits of its kind of work, if this process has limits at all."""
    connection = cast(Any, connections[DEFAULT_DB_ALIAS])  # that of `poi_api.database.engine`
    with transaction.atomic():
        if connection.limits is None:
            yield
        else:
            with connection.limited(settings.DATABASE_LIMITS[work]):
                yield
