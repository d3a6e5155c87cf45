"""What the server has prepared for one test serves the next ones too: half of its computing was to plan anew.

psycopg forgets all of it with each ROLLBACK, since what a statement is about may be gone; what tests undo are rows.
A plan made for the few rows of one test would do for many rows too, so it lasts for a module at most.
"""

import re
from collections.abc import Sequence

import pytest
from django.db import connection
from psycopg._preparing import Prepare, PrepareManager
from psycopg.pq import TransactionStatus
from psycopg.pq.abc import PGresult

_MOST = 1_000  # statements that a connection keeps
_of_a_table_gone = re.compile(rb"^(?:DROP|ALTER|DISCARD ALL|DEALLOCATE ALL)\b").match
_should_discard = PrepareManager._should_discard


def _discarded(self: PrepareManager, prep: Prepare, results: Sequence[PGresult]) -> bool:
    return _should_discard(self, prep, results, _of_a_table_gone)


PrepareManager.prepared_max = _MOST
PrepareManager._should_discard = _discarded  # type: ignore[assignment, method-assign]


@pytest.fixture(scope="module", autouse=True)
def planned_anew() -> None:
    """Plans that were made for what other modules had are not used for what this one has."""
    link = connection.connection
    if link is not None and not link.closed and link.info.transaction_status == TransactionStatus.IDLE:
        link.execute("DISCARD PLANS", prepare=False)
