"""The event loop asks the same once for all who wait, waits for nobody, and connects anew."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.db import connection

from poi_api.database import event_loop
from poi_api.database.event_loop import LoopConnection
from tests.committed import Connect

_FIRST = "SELECT pg_backend_pid()"


@pytest.fixture
def connected(committed: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Any], Awaitable[Any]]], Any]:
    """Return a function that runs another with a connection, which is made already, in an event loop."""
    monkeypatch.setattr(event_loop, "_PAUSE", 0.01)

    async def run(work: Callable[[LoopConnection], Awaitable[Any]]) -> Any:
        loop_connection = LoopConnection(_FIRST)
        assert await loop_connection.row_of("SELECT 1", []) is None  # who asks first does not wait
        await until_answered(loop_connection)
        try:
            return await work(loop_connection)
        finally:
            if loop_connection._link:
                await loop_connection._link[0].close()

    return lambda work: asyncio.run(run(work))


async def until_answered(loop_connection: LoopConnection) -> None:
    async with asyncio.timeout(30):
        while await loop_connection.row_of("SELECT %s::int", [1]) != ("1",):
            await asyncio.sleep(0.01)


async def now(loop_connection: LoopConnection) -> Any:
    return await loop_connection.row_of("SELECT clock_timestamp()", [])


def test_the_first_question_of_a_connection_is_known(connected: Any) -> None:
    async def ask(loop_connection: LoopConnection) -> Any:
        return loop_connection.known, await loop_connection.row_of(_FIRST, [])

    known, pid = connected(ask)
    assert known == pid


def test_those_who_wait_for_the_same_are_told_the_same_and_who_comes_later_asks_anew(connected: Any) -> None:
    async def ask(loop_connection: LoopConnection) -> Any:
        busy = asyncio.create_task(loop_connection.row_of("SELECT pg_sleep(0.05)", []))
        await asyncio.sleep(0)
        early = [asyncio.create_task(now(loop_connection)) for _ in range(3)]
        other = asyncio.create_task(loop_connection.row_of("SELECT %s::text", ["b"]))
        asked = "SELECT pg_sleep(0.05), clock_timestamp()"
        sent = asyncio.create_task(loop_connection.row_of(asked, []))
        await busy
        while (asked, ()) in loop_connection._waiting:
            await asyncio.sleep(0)
        late = await loop_connection.row_of(asked, [])
        return await asyncio.gather(*early), await other, await sent, late

    early, other, sent, late = connected(ask)
    assert (len({*early}), other, sent == late) == (1, ("b",), False)


def test_who_leaves_takes_nobody_along(connected: Any) -> None:
    async def ask(loop_connection: LoopConnection) -> Any:
        waiting = [asyncio.create_task(loop_connection.row_of("SELECT pg_sleep(0.05), 'a'", [])) for _ in range(2)]
        await asyncio.sleep(0.01)
        waiting[0].cancel()
        return await waiting[1], await loop_connection.row_of("SELECT 'b'", [])

    assert connected(ask) == (("", "a"), ("b",))


async def _ended(loop_connection: LoopConnection, connect: Connect) -> None:
    connect().execute("SELECT pg_terminate_backend(%s::int)", [*loop_connection.known])
    await asyncio.sleep(0.1)


@pytest.mark.parametrize("idle", [True, False])
def test_a_connection_that_was_ended_answers_nothing_and_another_is_made(
    connected: Any, connect: Connect, idle: bool
) -> None:
    async def ask(loop_connection: LoopConnection) -> Any:
        former = loop_connection.known
        busy = [] if idle else [asyncio.create_task(loop_connection.row_of("SELECT pg_sleep(1)", []))]
        await asyncio.sleep(0.05)
        waiting = [] if idle else [asyncio.create_task(now(loop_connection))]
        await _ended(loop_connection, connect)
        told = await asyncio.gather(*busy, *waiting, now(loop_connection))
        await until_answered(loop_connection)
        return told, loop_connection.known == former

    told, is_same = connected(ask)
    assert (set(told), is_same) == ({None}, False)


def test_a_server_that_says_nothing_is_not_waited_for(connected: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask(loop_connection: LoopConnection) -> Any:
        monkeypatch.setattr(event_loop, "_PATIENCE", 0.1)
        slow = asyncio.create_task(loop_connection.row_of("SELECT pg_sleep(1)", []))
        await asyncio.sleep(0)
        told = await asyncio.gather(slow, now(loop_connection))
        await until_answered(loop_connection)
        return told

    assert connected(ask) == [None, None]


def test_what_is_prepared_may_go(connected: Any) -> None:
    async def ask(loop_connection: LoopConnection) -> Any:
        assert loop_connection._link
        await loop_connection._link[0].execute("DEALLOCATE ALL")
        return await loop_connection.row_of("SELECT %s::int", [2])

    assert connected(ask) == ("2",)


def test_a_question_that_is_refused_is_answered_by_nothing(connected: Any) -> None:
    async def ask(loop_connection: LoopConnection) -> Any:
        refused = await loop_connection.row_of("SELECT 1 / %s::int", [0])
        await until_answered(loop_connection)
        return refused

    assert connected(ask) is None


def test_it_goes_on_trying_while_there_is_no_database(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "_PAUSE", 0.01)
    right = connection.settings_dict["NAME"]

    async def ask() -> None:
        loop_connection = LoopConnection(_FIRST)
        monkeypatch.setitem(connection.settings_dict, "NAME", "no_such_database")
        for _ in range(20):
            assert await loop_connection.row_of("SELECT 1", []) is None
            await asyncio.sleep(0.01)
        monkeypatch.setitem(connection.settings_dict, "NAME", right)
        await until_answered(loop_connection)
        assert loop_connection._link
        await loop_connection._link[0].close()

    asyncio.run(ask())
