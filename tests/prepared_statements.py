"""Statements stay prepared from one test to the next, and from one request of a test to the next.

Psycopg gives up all that a connection has prepared with each ROLLBACK, because that may take back what they are about.
Nearly every test ends with one, and in the matrices of roles every request does: each statement would be planned anew.
Here nobody makes what statements are about within a transaction; what was, PostgreSQL parses anew by itself.
"""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from psycopg import _connection_base as connections
from psycopg._preparing import Prepare, PrepareManager
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

_GIVES_UP = re.compile(rb"(?:DROP|ALTER|DISCARD ALL|DEALLOCATE ALL)\b")


class _Kept(PrepareManager):
    prepared_max = 500  # of as many requests as a module of tests makes

    def clear(self) -> bool:
        """Keep what is prepared, where psycopg asks for this because of a ROLLBACK."""
        return False

    def _should_discard(self, prep: Prepare, results: Sequence[PGresult], *more: Any) -> bool:
        done = (result.command_status or b"" for result in results if result.status == ExecStatus.COMMAND_OK)
        return super().clear() if any(map(_GIVES_UP.match, done)) else False


pytest.MonkeyPatch().setattr(connections, "PrepareManager", _Kept)
