"""Every wait of a request ends (docs/decisions/0016): who waits is told, nothing is half-written, the rest goes on."""

import logging
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from activities.models import Activity
from poi_api.database import locks
from poi_api.database.keysets import Key
from tests import factories as make
from tests.activities.submitting import entries, item_of, open_plan, put, send_batch
from tests.api import get, refused
from tests.committed import Connect
from tests.threads import in_threads
from tests.waiting import SHORT, limited, next_request
from units.access import lookup
from units.choices import Role

ROOM = 2.0  # seconds that a busy machine may take besides
READ = ("/reports/matrix/", "/reports/execution/", "/reports/alerts/", "/exports/months/")


@pytest.fixture
def limits(committed: None) -> Iterator[None]:
    with limited():
        yield


@pytest.fixture
def activities(limits: None) -> list[Activity]:
    plan = open_plan()
    return [make.activity(plan, make.unit(plan.institution)) for _ in range(3)]


@pytest.fixture
def reporter(limits: None) -> make.Caller:
    return make.client(Role.REPORTER)


@pytest.fixture
def holder(connect: Connect) -> Iterator[psycopg.Connection]:
    """Another connection, in a transaction that ends with the test."""
    made = connect()
    with made.transaction(force_rollback=True):
        yield made


def read(caller: make.Caller, *paths: str, year: int = 2022) -> None:
    """Ask each for a year; another one than is asked for next lets a process make what it makes once."""
    for path in paths:
        assert get(caller, path, year=year).status_code == 200


def hold(holder: psycopg.Connection, activity: Activity) -> None:
    holder.execute("SELECT FROM activities_activity WHERE id = %s FOR UPDATE", [activity.pk])


def refused_soon(answer: Any, code: str, began: float, limit: float) -> None:
    assert refused(answer, 503) == [(code, None)]
    assert int(answer["Retry-After"]) > 0
    assert time.monotonic() - began < limit + ROOM


class TestARowThatIsHeld:
    @pytest.fixture(autouse=True)
    def held(self, activities: list[Activity], holder: psycopg.Connection) -> None:
        hold(holder, activities[0])

    def test_who_writes_it_is_told_within_the_limit(self, activities: list[Activity], reporter: make.Caller) -> None:
        began = time.monotonic()
        refused_soon(put(reporter, activities[0], executed=2), "locked", began, SHORT.lock)
        assert entries(activities[0]) == []

    def test_everybody_else_goes_on(self, activities: list[Activity], reporter: make.Caller) -> None:
        read(reporter, *READ, year=2021)
        waits = in_threads(lambda: put(reporter, activities[0], executed=2))
        began = time.monotonic()
        assert get(reporter, f"/activities/{activities[0].pk}/progress/").status_code == 200
        read(reporter, *READ)
        assert put(reporter, activities[1], executed=2).status_code == 200
        assert time.monotonic() - began < ROOM
        assert waits()[0].status_code == 503

    def test_a_list_is_written_whole_or_not_at_all(self, activities: list[Activity], reporter: make.Caller) -> None:
        began = time.monotonic()
        refused_soon(send_batch(reporter, map(item_of, activities)), "locked", began, SHORT.lock)
        assert [entries(activity) for activity in activities] == [[], [], []]


def test_who_reads_waits_for_nobody_who_holds_what_a_read_would_like_to_note(
    activities: list[Activity], reporter: make.Caller, holder: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(reporter, *READ[:2], year=2021)
    holder.execute("UPDATE units_clientuse SET used_at = '2020-01-01'")
    holder.execute("SELECT FROM activities_plan FOR UPDATE")
    monkeypatch.setattr(lookup, "_noted", {})
    began = time.monotonic()
    read(reporter, *READ[:2])
    assert time.monotonic() - began < SHORT.lock


def test_what_was_cut_off_can_be_sent_again_with_its_key(
    activities: list[Activity], reporter: make.Caller, connect: Connect
) -> None:
    key = {"Idempotency-Key": "again"}
    other = connect()
    with other.transaction(force_rollback=True):
        hold(other, activities[0])
        assert put(reporter, activities[0], headers=key, executed=2).status_code == 503
    again = put(reporter, activities[0], headers=key, executed=2)
    assert (again.status_code, "Idempotency-Replayed" in again) == (200, False)
    assert put(reporter, activities[0], headers=key, executed=2)["Idempotency-Replayed"] == "true"
    assert entries(activities[0]) == [2]


def test_a_commit_that_nobody_lets_take_its_place_is_refused_and_readers_do_not_wait(
    activities: list[Activity], reporter: make.Caller, holder: psycopg.Connection
) -> None:
    read(reporter, READ[0], year=2021)
    holder.execute(f"SELECT pg_advisory_xact_lock({locks.CHANGE_ORDER})")
    began = time.monotonic()
    refused_soon(put(reporter, activities[0], executed=2), "locked", began, SHORT.lock)
    assert entries(activities[0]) == []
    began = time.monotonic()
    read(reporter, READ[0])
    assert get(reporter, "/changes/").status_code == 200
    assert time.monotonic() - began < SHORT.lock


def test_a_moment_that_is_long_past_is_asked_for_without_waiting_for_writers(
    activities: list[Activity], reporter: make.Caller, holder: psycopg.Connection
) -> None:
    holder.execute(f"SELECT pg_advisory_xact_lock({locks.CHANGE_ORDER})")
    assert get(reporter, "/reports/matrix/", year=2022, as_of="2021-01-01").status_code == 200
    began = time.monotonic()
    # What the holder commits may belong to this very moment
    refused_soon(get(reporter, "/reports/matrix/", year=2022, as_of=_now()), "locked", began, SHORT.lock)


def test_a_report_that_takes_too_long_is_ended(
    activities: list[Activity], reporter: make.Caller, holder: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.matrix.statement.DOCUMENT_ORDER", (Key("pg_sleep(60)::text"),))
    began = time.monotonic()
    refused_soon(get(reporter, "/reports/matrix/", year=2022), "took_too_long", began, SHORT.statement)
    monkeypatch.undo()
    assert get(reporter, "/reports/matrix/", year=2022).status_code == 200


class TestAConnectionThatIsEnded:
    @pytest.fixture
    def interrupted(self, monkeypatch: pytest.MonkeyPatch, connect: Connect) -> Any:
        """Return a function that lets something happen within the transaction of the next write."""

        def within(happens: Any) -> None:
            from units.requests import writes

            freshness_now = writes.freshness_now  # type: ignore[attr-defined]

            def first(access: Any) -> Any:
                monkeypatch.undo()
                happens()
                return freshness_now(access)

            monkeypatch.setattr(writes, "freshness_now", first)

        return within

    def end(self, connect: Connect) -> None:
        connect().execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])

    @pytest.mark.parametrize("cause", ["terminated", "idle"])
    def test_the_request_is_refused_and_the_next_one_works(
        self, cause: str, activities: list[Activity], reporter: make.Caller, interrupted: Any, connect: Connect
    ) -> None:
        interrupted(lambda: self.end(connect) if cause == "terminated" else time.sleep(SHORT.idle * 1.5))
        items = [item_of(activity) for activity in activities]
        assert refused(send_batch(reporter, items), 503) == [("unavailable", None)]
        next_request()
        assert entries(activities[0]) == []
        assert send_batch(reporter, items).status_code == 200


def test_one_line_is_logged_and_no_trace(
    activities: list[Activity],
    reporter: make.Caller,
    holder: psycopg.Connection,
    caplog: pytest.LogCaptureFixture,
) -> None:
    hold(holder, activities[0])
    assert put(reporter, activities[0], executed=2).status_code == 503
    [record] = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert (record.levelname, record.exc_info) == ("WARNING", None)
    assert "locked" in record.getMessage()


def _now() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return str(cursor.fetchone()[0].isoformat())
