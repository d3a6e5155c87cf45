"""The event loop asks the same once for all who wait, waits for nobody, and connects anew."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from psycopg import DataError

from poi_api.database import event_loop
from poi_api.database.event_loop import LoopConnection
from poi_api.database.turns import SharedAnswers
from tests.committed import Connect

_FIRST = "SELECT pg_backend_pid()"


@pytest.fixture
def connected(committed: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Any], Awaitable[Any]]], Any]:
    """Return a function that runs another with a connection, which is made already, in an event loop."""
    monkeypatch.setattr(event_loop, "_PAUSE", 0.01)

    async def run(work: Callable[[SharedAnswers], Awaitable[Any]]) -> Any:
        answers = SharedAnswers(LoopConnection(_FIRST), 0.5)
        assert await answers.row_of("SELECT 1", []) is None  # who asks first does not wait
        await until_answered(answers)
        try:
            return await work(answers)
        finally:
            if answers.connection._link:
                await answers.connection._link[0].close()

    return lambda work: asyncio.run(run(work))


async def until_answered(answers: SharedAnswers) -> None:
    async with asyncio.timeout(30):
        while await answers.row_of("SELECT %s::int", [1]) != ("1",):
            await asyncio.sleep(0.01)


async def now(answers: SharedAnswers) -> Any:
    return await answers.row_of("SELECT clock_timestamp()", [])


def test_the_first_question_of_a_connection_is_known(connected: Any) -> None:
    async def ask(answers: SharedAnswers) -> Any:
        return answers.connection.known, await answers.row_of(_FIRST, [])

    known, pid = connected(ask)
    assert known == pid


def test_it_is_in_the_time_zone_of_all_other_connections(connected: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "options", "-c TimeZone=Asia/Tokyo")
    zone = "SELECT current_setting('TimeZone')"
    assert connected(lambda answers: answers.row_of(zone, [])) == (connection.timezone_name,)


def test_values_are_those_of_a_cursor(connected: Any) -> None:
    columns = """%(b)s::date AS day, %(a)s::numeric AS number, now() - interval '1 day' < %(c)s::timestamptz AS later,
        ARRAY[%(a)s::bigint] AS numbers, NULL AS nothing"""
    values = {"a": 3, "b": date(2022, 3, 1), "c": datetime(9000, 1, 1, tzinfo=UTC), "unused": 1}
    row = (date(2022, 3, 1), Decimal(3), True, [3], None)

    async def ask(answers: SharedAnswers) -> Any:
        return await answers.connection.values_of(f"SELECT {columns}", values, 5)

    assert connected(ask) == (["day", "number", "later", "numbers", "nothing"], [row])


def test_those_who_wait_for_the_same_are_told_the_same_and_who_comes_later_asks_anew(connected: Any) -> None:
    async def ask(answers: SharedAnswers) -> Any:
        busy = asyncio.create_task(answers.row_of("SELECT pg_sleep(0.05)", []))
        await asyncio.sleep(0)
        early = [asyncio.create_task(now(answers)) for _ in range(3)]
        other = asyncio.create_task(answers.row_of("SELECT %s::text", ["b"]))
        asked = "SELECT pg_sleep(0.05), clock_timestamp()"
        sent = asyncio.create_task(answers.row_of(asked, []))
        await busy
        while (asked,) in answers._waiting:
            await asyncio.sleep(0)
        late = await answers.row_of(asked, [])
        return await asyncio.gather(*early), await other, await sent, late

    early, other, sent, late = connected(ask)
    assert (len({*early}), other, sent == late) == (1, ("b",), False)


def test_who_leaves_takes_nobody_along(connected: Any) -> None:
    async def ask(answers: SharedAnswers) -> Any:
        waiting = [asyncio.create_task(answers.row_of("SELECT pg_sleep(0.05), 'a'", [])) for _ in range(2)]
        await asyncio.sleep(0.01)
        waiting[0].cancel()
        return await waiting[1], await answers.row_of("SELECT 'b'", [])

    assert connected(ask) == (("", "a"), ("b",))


async def _ended(answers: SharedAnswers, connect: Connect) -> None:
    connect().execute("SELECT pg_terminate_backend(%s::int)", [*answers.connection.known])
    await asyncio.sleep(0.1)


@pytest.mark.parametrize("idle", [True, False])
def test_a_connection_that_was_ended_answers_nothing_and_another_is_made(
    connected: Any, connect: Connect, idle: bool
) -> None:
    async def ask(answers: SharedAnswers) -> Any:
        former = answers.connection.known
        busy = [] if idle else [asyncio.create_task(answers.row_of("SELECT pg_sleep(1)", []))]
        await asyncio.sleep(0.05)
        waiting = [] if idle else [asyncio.create_task(now(answers))]
        await _ended(answers, connect)
        told = await asyncio.gather(*(busy + waiting or [now(answers)]))
        await until_answered(answers)
        return told, answers.connection.known == former

    told, is_same = connected(ask)
    assert (set(told), is_same) == ({None}, False)


def test_a_server_that_says_nothing_is_not_waited_for(connected: Any) -> None:
    async def ask(answers: SharedAnswers) -> Any:
        slow = asyncio.create_task(answers.row_of("SELECT pg_sleep(1)", []))
        await asyncio.sleep(0)
        told = await asyncio.gather(slow, now(answers))
        await until_answered(answers)
        return told

    assert connected(ask) == [None, None]


def test_what_is_prepared_may_go(connected: Any) -> None:
    async def ask(answers: SharedAnswers) -> Any:
        assert answers.connection._link
        await answers.connection._link[0].execute("DEALLOCATE ALL")
        return await answers.row_of("SELECT %s::int", [2])

    assert connected(ask) == ("2",)


def test_a_question_that_is_refused_is_answered_by_nothing(connected: Any) -> None:
    async def ask(answers: SharedAnswers) -> Any:
        refused = await answers.row_of("SELECT 1 / %s::int", [0])
        await until_answered(answers)
        return refused

    assert connected(ask) is None


def test_it_goes_on_trying_while_there_is_no_database(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "_PAUSE", 0.01)
    right = connection.settings_dict["NAME"]

    async def ask() -> None:
        answers = SharedAnswers(LoopConnection(_FIRST), 0.5)
        monkeypatch.setitem(connection.settings_dict, "NAME", "no_such_database")
        for _ in range(20):
            assert await answers.row_of("SELECT 1", []) is None
            await asyncio.sleep(0.01)
        monkeypatch.setitem(connection.settings_dict, "NAME", right)
        await until_answered(answers)
        assert answers.connection._link
        await answers.connection._link[0].close()

    asyncio.run(ask())


def test_one_is_asked_at_a_time_and_what_it_refuses_does_not_end_it(connected: Any) -> None:
    async def ask(answers: SharedAnswers) -> Any:
        link, known = answers.connection, answers.connection.known
        busy = asyncio.create_task(link.rows_of("SELECT pg_sleep(0.05), 'a'", []))
        await asyncio.sleep(0)
        assert not link.is_free()
        told = await busy
        with pytest.raises(DataError):
            await link.rows_of("SELECT 1 / %s::int", [0])
        return told, link.is_free(), await link.rows_of(_FIRST, []) == [known]

    assert connected(ask) == ([("", "a")], True, True)


def test_who_stops_waiting_leaves_it_fit_or_gives_it_up(connected: Any) -> None:
    async def ask(answers: SharedAnswers) -> Any:
        busy = asyncio.create_task(answers.connection.rows_of("SELECT pg_sleep(1)", []))
        await asyncio.sleep(0.05)
        busy.cancel()
        await asyncio.wait([busy])
        await until_answered(answers)

    connected(ask)
