"""A connection that does not wait for ever for a server that says nothing.

The server ends by itself what takes too long (`statement_timeout`). One that hangs, or that is gone without a word,
does not; then the connection is given up.
"""

from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus

from poi_api.database.prepared import Prepared

_INTERVAL = 0.1  # seconds between looks at signals


class PatientConnection(psycopg.Connection[Any]):
    """Waits `patience` seconds for an answer of the server; None: as long as it takes."""

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
