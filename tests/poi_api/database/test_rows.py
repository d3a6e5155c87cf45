"""A statement that is asked again and again is asked by the same cursor, for as long as its connection lives."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from django.db.transaction import TransactionManagementError

from poi_api.database.rows import row_of
from tests.threads import in_threads

_ECHO = "SELECT %s::int, pg_backend_pid()"


@pytest.mark.django_db
def test_it_is_the_first_row_or_none() -> None:
    assert row_of("SELECT n FROM generate_series(3, %s) n ORDER BY n", [5]) == (3,)
    assert row_of("SELECT n FROM generate_series(3, %s) n ORDER BY n", [2]) is None


@pytest.mark.django_db
def test_a_cursor_is_kept_for_each_statement() -> None:
    row_of(_ECHO, [0])
    connection.connection.cursors.clear()
    assert [row_of(_ECHO, [number])[0] for number in (1, 2, 3)] == [1, 2, 3]
    assert row_of("SELECT %s::text", ["a"]) == ("a",)
    assert len(connection.connection.cursors) == 2


@pytest.mark.django_db
def test_statements_are_counted_whenever_counting_begins(
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    row_of(_ECHO, [1])
    with django_assert_num_queries(2):
        row_of(_ECHO, [2])
        row_of(_ECHO, [3])
    row_of(_ECHO, [4])


@pytest.mark.django_db
def test_a_statement_that_failed_can_be_asked_again() -> None:
    half = "SELECT 100 / %s::int"
    with pytest.raises(DataError), transaction.atomic():
        row_of(half, [0])
    assert row_of(half, [50]) == (2,)


@pytest.mark.django_db
def test_nothing_is_asked_in_a_transaction_that_is_to_be_undone() -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            row_of(_ECHO, [1])


@pytest.mark.django_db
def test_who_looks_on_at_statements_sees_it() -> None:
    seen: list[str] = []

    def look(execute: Any, statement: str, *rest: Any) -> Any:
        seen.append(statement)
        return execute(statement, *rest)

    row_of(_ECHO, [1])
    with connection.execute_wrapper(look):
        row_of(_ECHO, [2])
    row_of(_ECHO, [3])
    assert seen == [_ECHO]


def test_a_connection_that_is_replaced_takes_its_cursors_along(committed: None) -> None:
    def ask() -> list[tuple[int, int]]:
        first = row_of(_ECHO, [1])
        connection.close()
        return [first, row_of(_ECHO, [2])]

    ((first, former), (second, later)) = in_threads(ask)()[0]
    assert (first, second) == (1, 2)
    assert former != later
