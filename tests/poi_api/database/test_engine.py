"""A kept connection is used again without a query, and a dead one is noticed before it is used."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.committed import Connect


def test_a_living_connection_is_not_asked(db: None) -> None:
    connection.ensure_connection()
    with CaptureQueriesContext(connection) as asked:
        assert connection.is_usable()
    assert not asked.captured_queries


def test_a_connection_that_the_server_ended_is_not_usable(connect: Connect) -> None:
    ended = connection.copy()
    ended.connect()
    process = ended.connection.info.backend_pid
    connect().execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    assert not ended.is_usable()
    ended.connection.close()


def test_no_connection_is_not_usable(db: None) -> None:
    assert not connection.copy().is_usable()
