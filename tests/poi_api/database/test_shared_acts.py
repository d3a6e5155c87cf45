"""Acts that wait for a connection are done by one statement, and each is told its own."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

import psycopg
import pytest
from psycopg.pq import PipelineStatus

from poi_api.database.event_loop import LoopConnection
from poi_api.database.turns import SharedActs
from tests.committed import Connect
from tests.poi_api.database.late import late

_FIRST = "SELECT pg_backend_pid()"
# Gives what is said with the place, unless it is 0, and how many acts there are
_ACT = """
SELECT s.place - 1, %s::int / s.said, cardinality(l.said) FROM (SELECT %s::int[] AS said) l,
       unnest(l.said) WITH ORDINALITY AS s (said, place), pg_sleep(0.02) WHERE s.said <> 999"""

# A row takes 0.4 s to commit, where 0 is refused
_SLOW_TO_COMMIT = late("slow", "PERFORM pg_sleep(0.4); PERFORM 1 / NEW.said")
_WRITE = "INSERT INTO slow SELECT unnest(%s::int[]) RETURNING 0, said"

# What is first written is refused as late as that, as if the statement were gone; so it is asked anew, and does nothing
_GONE = late("gone", "RAISE 'x' USING ERRCODE = '0A000'")
_GONE_AT_FIRST = f"CREATE TEMP SEQUENCE turns; SELECT nextval('turns'); {_GONE}"


@pytest.fixture
def acting(committed: None) -> Callable[[Callable[[SharedActs], Awaitable[Any]]], Any]:
    """Return a function that runs another with a connection, which is made already, in an event loop."""

    async def run(work: Callable[[SharedActs], Awaitable[Any]]) -> Any:
        acts = SharedActs(LoopConnection(_FIRST))
        await until_open(acts)
        try:
            return await work(acts)
        finally:
            if acts.connection._link:
                await acts.connection._link[0].close()

    return lambda work: asyncio.run(run(work))


async def until_open(acts: SharedActs) -> None:
    async with asyncio.timeout(30):
        while not acts.is_open():
            await asyncio.sleep(0.01)


async def all_of(acts: SharedActs, *said: int, shared: int = 100) -> list[Any]:
    """Do acts while the connection is at work on another one; return their rows, or what was raised."""
    busy = asyncio.create_task(acts.made_of(_ACT, [shared], [1], "busy", tuple))
    await asyncio.sleep(0.01)
    waiting = [acts.made_of(_ACT, [shared], [each], about, tuple) for about, each in enumerate(said)]
    told = await asyncio.gather(busy, *waiting, return_exceptions=True)
    assert told[0] == ("0", str(shared), "1")
    return told[1:]


def test_each_is_told_its_own_and_one_that_was_not_done_nothing(acting: Any) -> None:
    assert acting(lambda acts: all_of(acts, 2, 999, 4)) == [("0", "50", "3"), None, ("2", "25", "3")]


def test_one_that_is_refused_takes_no_other_along(acting: Any) -> None:
    first, refused, last = acting(lambda acts: all_of(acts, 2, 0, 4))
    assert (first, last) == (("0", "50", "1"), ("0", "25", "1"))
    assert isinstance(refused, psycopg.errors.DivisionByZero)


def test_those_that_share_nothing_are_done_apart(acting: Any) -> None:
    async def act(acts: SharedActs) -> Any:
        busy = asyncio.create_task(acts.made_of(_ACT, [100], [1], 0, tuple))
        await asyncio.sleep(0.01)
        waiting = [acts.made_of(_ACT, [shared], [1 + turn], turn, tuple) for turn in range(2) for shared in (100, 6)]
        return (await asyncio.gather(busy, *waiting))[1:]

    assert acting(act) == [("0", "100", "2"), ("0", "6", "2"), ("1", "50", "2"), ("1", "3", "2")]


def test_what_the_database_fails_at_is_told_to_those_it_was_asked_for_and_the_others_go_elsewhere(
    acting: Any, connect: Connect
) -> None:
    async def act(acts: SharedActs) -> Any:
        busy = asyncio.create_task(acts.made_of("SELECT 0, pg_sleep(1), %s::int[]", [], [1], 0, tuple))
        await asyncio.sleep(0.1)
        waiting = [asyncio.create_task(acts.made_of(_ACT, [100], [each], each, tuple)) for each in (1, 2)]
        await asyncio.sleep(0)
        connect().execute("SELECT pg_cancel_backend(%s::int)", [*acts.connection.known])
        return await asyncio.gather(busy, *waiting, return_exceptions=True), acts.is_open()

    (told, *others), is_open = acting(act)
    assert (type(told), others, is_open) == (psycopg.errors.QueryCanceled, [None, None], True)


def test_those_that_were_done_together_are_waited_for_a_moment(acting: Any) -> None:
    """Else halves of them would take turns, a statement each."""

    async def act(acts: SharedActs) -> Any:
        await all_of(acts, 1, 2)
        first = asyncio.create_task(acts.made_of(_ACT, [100], [1], 0, tuple))
        await asyncio.sleep(0.001)
        rows = [
            await acts.made_of(_ACT, [100], [2], 1, tuple),
            await first,
            await acts.made_of(_ACT, [100], [3], 0, tuple),
        ]
        return [row and row[2] for row in rows]

    assert acting(act) == ["2", "2", "1"]


def test_no_more_wait_than_there_is_room_for(acting: Any) -> None:
    """The next one is told at once that it is to go elsewhere; those that wait are done all the same."""
    told = acting(lambda acts: all_of(acts, *range(1, 102)))
    assert [row is None for row in told] == [False] * 100 + [True]


def test_several_that_were_lost_with_the_connection_are_told_and_not_tried_again(acting: Any, connect: Connect) -> None:
    slow = "SELECT 0, pg_sleep(1), %s::int[]"

    async def act(acts: SharedActs) -> Any:
        busy = asyncio.create_task(acts.made_of(_ACT, [100], [1], 0, tuple))
        await asyncio.sleep(0.01)
        waiting = [asyncio.create_task(acts.made_of(slow, [], [each], each, tuple)) for each in range(3)]
        await busy
        await asyncio.sleep(0.1)
        connect().execute("SELECT pg_terminate_backend(%s::int)", [*acts.connection.known])
        return await asyncio.gather(*waiting, return_exceptions=True)

    assert [type(told) for told in acting(act)] == [psycopg.errors.AdminShutdown] * 3


def test_whoever_is_ended_while_it_acts_has_nobody_try_again(acting: Any) -> None:
    async def act(acts: SharedActs) -> Any:
        sending = asyncio.create_task(acts.made_of(_ACT, [100], [1], 0, tuple))
        await asyncio.sleep(0.005)
        assert acts._work
        acts._work.cancel()
        await asyncio.wait([sending])
        return sending.cancelled()

    assert acting(act) is True


@pytest.mark.parametrize(("said", "told"), [(1, ("0", "1")), (0, psycopg.errors.DivisionByZero)])
def test_what_is_told_is_made_while_it_is_committed_and_told_only_after_that(acting: Any, said: int, told: Any) -> None:
    made: list[float] = []

    def make(row: Any) -> Any:
        made.append(monotonic())
        return row

    async def act(acts: SharedActs) -> Any:
        assert acts.connection._link
        await acts.connection._link[0].execute(_SLOW_TO_COMMIT)
        slow = acts.made_of(_WRITE, [], [said], 0, make)
        return await asyncio.gather(slow, return_exceptions=True), monotonic()

    [answer], at = acting(act)
    assert told in (answer, type(answer))
    assert at - made[0] > 0.3


_LOSSES = {
    "ended": ("SELECT pg_terminate_backend(%s::int)", psycopg.OperationalError, False),
    "stopped": ("SELECT pg_cancel_backend(%s::int)", psycopg.errors.QueryCanceled, True),
    "silent": (None, psycopg.OperationalError, False),
}


@pytest.mark.parametrize(("end", "told", "stays"), _LOSSES.values(), ids=_LOSSES)
def test_what_fails_between_its_rows_and_its_end_was_not_done_as_far_as_anybody_is_told(
    acting: Any, connect: Connect, end: Any, told: type[psycopg.Error], stays: bool
) -> None:
    """Where the server did not say so, it is not known; and what comes next is done, by that connection or another."""

    async def act(acts: SharedActs) -> Any:
        assert acts.connection._link
        await acts.connection._link[0].execute(_SLOW_TO_COMMIT)
        known, has_rows = acts.connection.known, asyncio.Event()
        acts.connection._patience = 30 if end else 0.2
        slow = [acts.made_of(_WRITE, [], [1], about, lambda _: has_rows.set()) for about in range(2)]
        asked = asyncio.gather(*slow, return_exceptions=True)
        await has_rows.wait()
        if end:
            connect().execute(end, [*known])
        failed = await asked
        await until_open(acts)
        row = await acts.made_of(_ACT, [100], [4], 0, tuple)
        return failed, acts.connection.known == known, row, acts.connection._link[0].pgconn.pipeline_status

    failed, is_same, row, pipeline = acting(act)
    assert all(isinstance(error, told) and bool(error.sqlstate) is stays for error in failed)
    assert (len(failed), is_same, row, pipeline) == (2, stays, ("0", "25", "1"), PipelineStatus.OFF)


def test_what_was_undone_and_asked_anew_is_told_as_it_was_then(acting: Any) -> None:
    once = "INSERT INTO gone SELECT unnest(%s::int[]) WHERE nextval('turns') = 3 RETURNING 0"

    async def act(acts: SharedActs) -> Any:
        assert acts.connection._link
        await acts.connection._link[0].execute(_GONE_AT_FIRST)
        return [await acts.made_of(once, [], [each], 0, tuple) for each in range(2)]

    assert acting(act) == [None, None]


def test_where_no_answer_can_be_made_the_others_have_theirs(acting: Any) -> None:
    def fail(_: Any) -> None:
        raise KeyError("ours")

    async def act(acts: SharedActs) -> Any:
        known = acts.connection.known
        waiting = [acts.made_of(_ACT, [100], [each], each, tuple if each != 2 else fail) for each in (1, 2, 4)]
        told = await asyncio.gather(*waiting, return_exceptions=True)
        return told, acts.is_open() and acts.connection.known == known

    (first, failed, last), is_same = acting(act)
    assert (first, type(failed), last, is_same) == (("0", "100", "3"), KeyError, ("2", "25", "3"), True)


def test_nothing_is_asked_where_all_have_left(acting: Any) -> None:
    async def act(acts: SharedActs) -> Any:
        busy = asyncio.create_task(acts.made_of(_ACT, [100], [1], 0, tuple))
        await asyncio.sleep(0.005)
        leaving = asyncio.create_task(acts.made_of(_ACT, [100], [2], 1, tuple))
        await asyncio.sleep(0)
        leaving.cancel()
        await busy
        return await acts.made_of(_ACT, [100], [4], 1, tuple)

    assert acting(act) == ("0", "25", "1")
