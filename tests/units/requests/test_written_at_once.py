"""A machine's month is written on the event loop as in a thread, which is asked only where it was not tried."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from activities.models import Activity, ProgressEntry
from activities.views.progress import MonthViewSet
from tests import factories as make
from tests.activities.submitting import open_plan
from tests.committed import Connect
from tests.factories import Caller
from tests.states import state_now
from tests.units.requests.at_once import (
    Served,
    at_work,
    closing_its_connection,
    end,
    entries,
    refusal,
    until_written_at_once,
    within,
)
from units.access.grants import Access
from units.access.lookup import confirmed_by_key
from units.choices import Role
from units.history.cursors import cursor_at
from units.models import ChangeSet
from units.requests import short_way
from units.requests.short_way import Done


@pytest.fixture
def reported(committed: None, same_minute: None) -> Activity:
    return make.activity(open_plan())


@pytest.fixture
def reporter(reported: Activity) -> Caller:
    return make.client(Role.REPORTER, reported.unit)


def _access(caller: Caller) -> Access:
    return confirmed_by_key(caller.key).access


def test_a_month_is_written_as_in_a_thread(reporter: Caller, reported: Activity) -> None:
    other = make.activity(reported.plan, reported.unit)

    async def ask(served: Served) -> Any:
        await until_written_at_once(served, reporter, reported)
        at_once, threads = await served.put(reporter, reported, 2, b'{"executed": 1.5}', X_Request_Id="mine")
        access, now = await asyncio.to_thread(closing_its_connection, lambda: (_access(reporter), state_now().point))
        assert at_once.headers[b"Change-Cursor"].decode() == await asyncio.to_thread(
            closing_its_connection, lambda: cursor_at(now, access)
        )
        served.door._acts.is_open = lambda: False  # type: ignore[method-assign]
        return at_once, threads, await served.put(reporter, other, 2, b'{"executed": 1.5}', X_Request_Id="mine")

    at_once, threads, (in_thread, one) = within(ask)
    assert (threads, one) == (0, 1)
    assert (at_once.status, at_once.body, [*at_once.headers]) == (200, in_thread.body, [*in_thread.headers])
    assert at_once.headers[b"ETag"] == in_thread.headers[b"ETag"]
    assert entries(reported, 2) == [Decimal("1.5")]
    made = ChangeSet.objects.get(pk=ProgressEntry.objects.get(activity=other).change_set_id)
    assert (made.request_id, made.client_id) == ("mine", reporter.client.pk)


def test_what_is_refused_is_explained_in_a_thread_and_asked_there_alone(
    reporter: Caller, reported: Activity, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask(served: Served) -> Any:
        await until_written_at_once(served, reporter, reported)
        monkeypatch.setattr("units.requests.short_way.row_of", None)  # it would be asked a second time
        return await served.put(reporter, reported, 1, b'{"executed": 5, "expected_version": 999}')

    refused, threads = within(ask)
    assert (refused.status >= 400, threads) == (True, 1)


@pytest.mark.parametrize(("more", "threads"), [(0, 0), (1, 1)])
def test_a_long_body_is_read_in_a_thread(reporter: Caller, reported: Activity, more: int, threads: int) -> None:
    async def ask(served: Served) -> Any:
        await until_written_at_once(served, reporter, reported)
        return await served.put(reporter, reported, 6, b'{"executed": 3}'.ljust(short_way._AT_ONCE + more))

    answer, taken = within(ask)
    assert (answer.status, taken) == (200, threads)


def test_a_connection_that_was_ended_meanwhile_is_no_failure_of_a_write(
    reporter: Caller, reported: Activity, connect: Connect
) -> None:
    async def ask(served: Served) -> Any:
        await until_written_at_once(served, reporter, reported)
        end(connect, served.door._acts.connection)
        await asyncio.sleep(0.1)
        return await served.put(reporter, reported, 3, b'{"executed": 7}')

    answer, _ = within(ask)
    assert (answer.status, entries(reported, 3)) == (200, [Decimal(7)])


def test_a_write_that_failed_is_said_and_not_tried_again(
    reporter: Caller, reported: Activity, connect: Connect
) -> None:
    async def ask(served: Served) -> Any:
        await until_written_at_once(served, reporter, reported)
        async with at_work(connect()):
            writing = asyncio.create_task(served.put(reporter, reported, 4, b'{"executed": 8}'))
            await asyncio.sleep(0.2)
            end(connect, served.door._acts.connection)
            return await writing

    answer, threads = within(ask)  # without a thread, for which it might be refused as if it had not begun
    assert (refusal(answer), threads, entries(reported, 4)) == ((503, "unavailable"), 0, [])
    assert answer.headers[b"Retry-After"] == b"5"
    assert not {b"ETag", b"Change-Cursor", b"Cache-Control"} & {*answer.headers}


def test_a_fault_of_our_own_in_one_answer_is_said_to_whoever_asked_alone(
    reporter: Caller, reported: Activity, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done = MonthViewSet._done

    def failing(month: int, row: Any) -> Done:
        if month == 7:
            raise KeyError("ours")
        return done(month, row)

    async def ask(served: Served) -> Any:
        await until_written_at_once(served, reporter, reported)
        monkeypatch.setattr(MonthViewSet, "_done", failing)
        return await asyncio.gather(*[served.put(reporter, reported, month, b'{"executed": 8}') for month in (7, 8)])

    (failed, _), (answer, threads) = within(ask)
    assert (refusal(failed), answer.status, threads) == ((500, "internal_error"), 200, 0)
    assert entries(reported, 7) == entries(reported, 8) == [8]
    [logged] = [each for each in caplog.records if each.exc_info]
    assert logged.getMessage() == f"PUT /api/v1/activities/{reported.pk}/progress/7/"


@pytest.mark.parametrize("held", ["activities_activity", "activities_plan", "units_apiclient"])
def test_nobody_waits_for_one_whose_rows_others_hold(
    reporter: Caller, reported: Activity, connect: Connect, held: str
) -> None:
    other, holding, another = make.activity(open_plan()), connect(), make.client(Role.REPORTER)
    rows = {"activities_activity": reported, "activities_plan": reported.plan, "units_apiclient": reporter.client}

    async def ask(served: Served) -> Any:
        for caller in (reporter, another):
            await until_written_at_once(served, caller, reported)
        holding.execute("BEGIN")
        holding.execute(f"SELECT FROM {held} WHERE id = %s FOR UPDATE", [rows[held].pk])
        writing = asyncio.create_task(served.put(reporter, reported, 5, b'{"executed": 9}'))
        await asyncio.sleep(0.2)
        at_once = await served.put(another, other, 5, b'{"executed": 9}')
        assert not writing.done()
        holding.execute("ROLLBACK")
        return at_once[0].status, at_once[1], (await writing)[0].status

    assert within(ask) == (200, 0, 200)
    assert entries(reported, 5) == entries(other, 5) == [9]
