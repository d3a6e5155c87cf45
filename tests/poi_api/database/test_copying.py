"""Lines of COPY come in their order, some at once, whatever their number; the connection is everybody's afterwards."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any, cast

import pytest
from django.db import connection
from django.db.utils import DataError, OperationalError
from psycopg.pq import TransactionStatus

from poi_api.database import copying
from poi_api.database.copying import copied

LINES = "COPY (SELECT n, E'a\\tb' FROM (SELECT generate_series(1, %(count)s) AS n) AS s) TO STDOUT"


@pytest.fixture(autouse=True)
def idle_in_the_end(committed: None) -> Iterator[None]:
    yield
    assert connection.connection.info.transaction_status == TransactionStatus.IDLE
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 100, 10_000])
def test_all_lines_come_in_their_order(count: int) -> None:
    lines = list(copied(LINES, {"count": count}))
    assert [line for some in lines for line in some] == [b"%d\ta\\tb\n" % n for n in range(1, count + 1)]
    assert all(0 < len(some) <= copying._AT_ONCE for some in lines)


def test_who_stops_early_ends_it() -> None:
    with closing(copied(LINES, {"count": 10**8})) as lines:
        assert next(lines)[0].startswith(b"1\t")


def test_an_error_half_way_is_raised() -> None:
    lines = copied("COPY (SELECT 1 / (100 - n) FROM generate_series(1, %(count)s) n) TO STDOUT", {"count": 200})
    assert next(lines)
    with pytest.raises(DataError, match="division by zero"):
        list(lines)


def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    connection.ensure_connection()
    former = connection.connection
    with pytest.raises(OperationalError), cast(Any, connection).impatient(0.3):
        list(copied("COPY (SELECT n FROM generate_series(1, %(count)s) n, pg_sleep(n - 1)) TO STDOUT", {"count": 2}))
    assert former.closed
    connection.close()
    connection.ensure_connection()
