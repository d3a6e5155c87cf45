"""A statement that is asked again and again is prepared once, asked past cursors, and fails as any other."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

import pytest
from django.db import DataError, Error, InternalError, OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError

from poi_api.database.interruptions import TOOK_TOO_LONG, interruption
from poi_api.database.rows import row_of
from tests.committed import Connect
from tests.in_one_state import for_each
from tests.poi_api.database.late import late

_ECHO = "SELECT %s::int, pg_backend_pid()"
_HALF = "SELECT 100 / %s::int"


def prepared(statement: str = "%") -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE name ~ '^poi_' AND statement LIKE %s", [statement]
        )
        return int(cursor.fetchone()[0])


@pytest.fixture(params=[False, True], ids=["alone", "within a transaction"])
def anywhere(request: pytest.FixtureRequest, committed: None) -> Any:
    if not request.param:
        yield
        return
    with transaction.atomic():
        yield


def test_it_is_the_first_row_or_none(anywhere: None) -> None:
    assert row_of("SELECT n FROM generate_series(3, %s) n ORDER BY n", [5]) == ("3",)
    assert row_of("SELECT n FROM generate_series(3, %s) n ORDER BY n", [2]) is None


VALUES = [
    ("int", 5, "5"),
    ("bigint[]", [1, 23], "{1,23}"),
    ("bigint[]", [], "{}"),
    ("text[]", ["a", "b"], "{a,b}"),
    ("text", "años: 'a' \\ %s", "años: 'a' \\ %s"),
    ("text", "", ""),
    ("int", None, None),
    ("boolean", True, "t"),
    ("boolean", False, "f"),
    ("numeric", Decimal("1.50"), "1.50"),
    ("bytea", b"\x00\xff", "\\x00ff"),
    ("timestamptz", datetime(2024, 2, 29, 5, tzinfo=UTC), "2024-02-29 05:00:00+00"),
]


@for_each(("kind", "value", "text"), VALUES)
def test_values_and_columns_are_texts(anywhere: None, kind: str, value: object, text: str | None) -> None:
    assert row_of(f"SELECT %s::{kind}, '%%'", [value])[0] == text
    assert row_of(f"SELECT %(it)s::{kind}", {"it": value}) == (text,)


def test_named_values_are_put_where_they_are_named(anywhere: None) -> None:
    values = {"a": 1, "b": 2, "unused": [3]}
    assert row_of("SELECT %(b)s::int, %(a)s::int, %(b)s::int", values) == ("2", "1", "2")


def test_a_statement_is_prepared_once(committed: None) -> None:
    assert [row_of(_ECHO, [number])[0] for number in (1, 2, 3)] == ["1", "2", "3"]
    row_of(_HALF, [1])
    assert (prepared("SELECT $1::int, pg_backend_pid()"), prepared(_HALF.replace("%s", "$1"))) == (1, 1)


def test_no_more_are_kept_than_there_is_room_for(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("poi_api.database.prepared._MOST", 2)
    connection.close()
    for number in (1, 2, 1, 3, 1):
        assert row_of(f"SELECT {number} + %s::int", [number]) == (str(2 * number),)
    assert [prepared(f"SELECT {number} + $1::int") for number in (1, 2, 3)] == [1, 0, 1]


def test_one_that_is_gone_is_prepared_anew(committed: None) -> None:
    row_of(_ECHO, [1])
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert [row_of(_ECHO, [number])[0] for number in (2, 3)] == ["2", "3"]
    assert prepared() == 1


def test_so_is_one_whose_columns_are_others(committed: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE changing AS SELECT 1 AS a")
        row_of("SELECT * FROM changing")
        cursor.execute("ALTER TABLE changing ADD b text DEFAULT 'b'")
        assert row_of("SELECT * FROM changing") == ("1", "b")
        cursor.execute("DROP TABLE changing")


def test_a_transaction_that_failed_spoils_nothing(committed: None) -> None:
    """psycopg then has the server forget all that is prepared."""
    row_of(_ECHO, [1])
    with transaction.atomic():
        row_of(_ECHO, [2])
        transaction.set_rollback(True)
    assert row_of(_ECHO, [3])[0] == "3"


def test_statements_are_counted_whenever_counting_begins(
    anywhere: None, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    row_of(_ECHO, [1])
    with django_assert_num_queries(2):
        row_of(_ECHO, [2])
        row_of(_ECHO, [3])
    row_of(_ECHO, [4])


def test_a_statement_that_failed_can_be_asked_again(committed: None) -> None:
    for _ in range(2):
        with pytest.raises(DataError) as failed:
            row_of(_HALF, [0])
        assert cast(Any, failed.value.__cause__).sqlstate == "22012"
        assert row_of(_HALF, [50]) == ("2",)
    with pytest.raises(DataError), transaction.atomic():
        row_of(_HALF, [0])
    assert row_of(_HALF, [50]) == ("2",)


def test_a_text_is_never_cut_at_a_zero(anywhere: None) -> None:
    with pytest.raises(DataError):
        row_of("SELECT %s::text", ["a\0b"])


def test_nothing_is_asked_in_a_transaction_that_is_to_be_undone(committed: None) -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            row_of(_ECHO, [1])


def test_who_looks_on_at_statements_sees_it(anywhere: None) -> None:
    seen: list[str] = []

    def look(execute: Any, statement: str, *rest: Any) -> Any:
        seen.append(statement)
        return execute(statement, *rest)

    row_of(_ECHO, [1])
    with connection.execute_wrapper(look):
        row_of(_ECHO, [2])
    row_of(_ECHO, [3])
    assert seen == [_ECHO]


def test_what_a_connection_may_only_read_it_only_reads(committed: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        try:
            with pytest.raises(InternalError):
                row_of("DELETE FROM units_clientuse RETURNING client_id::text")
        finally:
            cursor.execute("SET default_transaction_read_only = off")


def test_what_takes_too_long_is_stopped_by_the_server(committed: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '50ms'")
        try:
            with pytest.raises(OperationalError) as stopped:
                row_of("SELECT pg_sleep(1)")
        finally:
            cursor.execute("SET statement_timeout = 0")
    assert interruption(stopped.value) == TOOK_TOO_LONG


def test_a_server_that_says_nothing_is_waited_for_no_longer_than_elsewhere(committed: None) -> None:
    with cast(Any, connection).impatient(0.2), pytest.raises(OperationalError, match="has not answered"):
        row_of("SELECT pg_sleep(1)")
    assert cast(Any, connection.connection).closed


def test_a_connection_that_was_ended_is_said_and_the_next_one_asks(committed: None, connect: Connect) -> None:
    former = row_of(_ECHO, [1])[1]
    connect().execute("SELECT pg_terminate_backend(%s::int)", [former])
    with pytest.raises(Error) as lost:
        row_of(_ECHO, [2])
    assert interruption(lost.value).code == "unavailable"  # type: ignore[union-attr]
    connection.close_if_unusable_or_obsolete()
    number, later = row_of(_ECHO, [3])
    assert (number, later == former) == ("3", False)


def test_what_fails_when_it_is_committed_was_not_done(committed: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(late("late", "PERFORM 1 / NEW.said"))
    asked = "INSERT INTO late VALUES (%s) RETURNING said"
    assert row_of(asked, [2]) == ("2",)
    with pytest.raises(DataError, match="division by zero"):
        row_of(asked, [0])
