"""Django's PostgreSQL engine: a cheaper look at whether a kept connection still lives, and an end to every wait."""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import IsolationLevel
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus

from poi_api.database.configuration import owner_from_environment
from poi_api.database.limits import LIMITS, Limits
from poi_api.database.prepared import Prepared

_INTERVAL = 0.1  # seconds between looks at signals
# What a server, a database or a role may have otherwise for its connections, and what is relied upon here
SESSION = """
SELECT set_config(name, value, false)
  FROM (VALUES ('search_path', 'public'), ('default_transaction_isolation', 'read committed'), ('DateStyle', 'ISO'),
               ('IntervalStyle', 'postgres'), ('standard_conforming_strings', 'on'), ('jit', 'off')) given (name, value)
"""


class PatientConnection(psycopg.Connection[Any]):
    """Waits `patience` seconds for an answer of the server; None: as long as it takes.

    The server ends by itself what takes too long (`statement_timeout`). One that hangs, or that is gone without a word,
    does not; then the connection is given up.
    """

    patience: float | None = None
    prepared: Prepared  # what `row_of` asks

    def wait(self, gen: PQGen[RV], interval: float = _INTERVAL, timeout: float | None = None) -> RV:
        """Return what the server answers. Raises OperationalError, with the connection closed, if it does not."""
        if self.patience is None or timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.patience)
        except psycopg.OperationalError as error:
            if error.sqlstate is None and self.info.transaction_status == TransactionStatus.ACTIVE:
                self.close()
                raise psycopg.OperationalError(f"the server has not answered for {self.patience:g} s") from error
            raise


class DatabaseWrapper(base.DatabaseWrapper):
    def owner(self) -> dict[str, Any] | None:
        """Return what differs in the settings when the owner of the tables connects, None if none is named."""
        return owner_from_environment()

    @property
    def limits(self) -> Limits | None:
        """How long the database may work for this process; None: as long as it takes."""
        limits = self.settings_dict.get(LIMITS, Limits())
        return limits if limits != Limits() else None

    def get_new_connection(self, conn_params: dict[str, Any]) -> PatientConnection:
        """Connect. Raises OperationalError if it cannot be."""
        self.isolation_level = IsolationLevel.READ_COMMITTED
        made = PatientConnection.connect(**conn_params)
        made.patience = (self.limits or Limits()).patience
        made.prepared = Prepared(made.pgconn)
        return made

    def init_connection_state(self) -> None:
        self.connection.execute(SESSION)
        super().init_connection_state()
        if self.limits:
            self._set(self.limits, local=False)

    @contextmanager
    def limited(self, limits: Limits) -> Iterator[None]:
        """Have other limits within the block, which is in a transaction."""
        former, link = self.limits or Limits(), self.connection
        self._set(limits, local=True)
        link.patience = limits.patience
        try:
            yield
            self._set(former, local=True)  # whoever fails undoes it with the transaction
        finally:
            link.patience = former.patience

    def _set(self, limits: Limits, *, local: bool) -> None:
        with self.cursor() as cursor:
            cursor.execute(Limits.sql(local=local), limits.values)

    @contextmanager
    def impatient(self, seconds: float) -> Iterator[None]:
        """Give the server so many seconds within the block, however little it takes as a rule."""
        self.ensure_connection()
        link = self.connection
        former, link.patience = link.patience, seconds
        try:
            yield
        finally:
            link.patience = former

    def is_usable(self) -> bool:
        """Tell whether the connection lives, at the start of a request.

        An idle server speaks only to say goodbye. So a connection on which nothing has arrived is taken to
        live without a query, which would cost a tenth of a small answer; otherwise it is asked.
        """
        if self.connection is None or self.connection.closed:
            return False
        return not has_spoken(self.connection.fileno()) or super().is_usable()


def has_spoken(socket: int) -> bool:
    """Tell whether something has arrived on a connection that was asked nothing."""
    waiting = select.poll()
    waiting.register(socket, select.POLLIN)
    return bool(waiting.poll(0))
