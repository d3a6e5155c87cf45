"""Nobody makes what is being made: who asks the same meanwhile is sent what was found right since it came."""

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable, Iterator
from threading import Event
from typing import Any

import pytest

from activities.models import Activity
from reports.views import MatrixView
from tests import factories as make
from tests.factories import Caller
from tests.poi_api.server import asgi
from tests.units.requests.at_once import Served, closing_its_connection, within
from units.choices import Role
from units.requests import makers

_SOON = 20  # seconds; nothing here takes as long
_A_MOMENT = 0.1  # seconds; more than the event loop takes to let a request wait


class Making:
    """Answers that are made, each of which waits to be let go when it is `held`; `made` counts those that began."""

    def __init__(self) -> None:
        self.made = 0
        self.fails = False
        self.held = False
        self.goes_on = Event()

    def let_go(self) -> None:
        self.held = False
        self.goes_on.set()

    async def until_made(self, count: int) -> None:
        async with asyncio.timeout(_SOON):
            while self.made < count:
                await asyncio.sleep(0.005)


@pytest.fixture
def making(monkeypatch: pytest.MonkeyPatch) -> Iterator[Making]:
    answer, of = MatrixView.answer, Making()

    def held_up(view: MatrixView, *args: Any) -> Any:
        made, held, fails = answer(view, *args), of.held, of.fails
        of.made += 1
        if held:
            assert of.goes_on.wait(_SOON)
        if fails:
            raise ZeroDivisionError
        return made

    monkeypatch.setattr(MatrixView, "answer", held_up)
    yield of
    of.let_go()


class Kept:
    """What `caller` and `other`, of the same rights, ask: an answer to it is kept that does not stand any more."""

    def __init__(self, activity: Activity) -> None:
        self._activity = activity
        self._changes = 0
        self.caller, self.other = make.client(), make.client()

    async def change(self) -> None:
        """Add an activity to what is asked about."""
        self._changes += 1
        plan, unit, code = self._activity.plan, self._activity.unit, f"B{self._changes}"
        await asyncio.to_thread(closing_its_connection, lambda: make.activity(plan, unit, code=code))

    def after_a_change(self, making: Making, work: Callable[[Served], Awaitable[Any]]) -> Any:
        """Do the work when the event loop knows both callers, and what it keeps does not stand any more."""

        async def run(served: Served) -> Any:
            for each in (self.caller, self.other, self.caller):
                await served.until_at_once(each)
            await self.change()
            making.made = 0
            return await work(served)

        return within(run)


@pytest.fixture
def kept(activity: Activity) -> Kept:
    return Kept(activity)


def count(answer: asgi.Client) -> int:
    assert answer.status == 200
    is_compressed = b"Content-Encoding" in answer.headers
    counted: int = json.loads(gzip.decompress(answer.body) if is_compressed else answer.body)["count"]
    return counted


async def asking(served: Served, *callers: Caller, **headers: str) -> list["asyncio.Task[asgi.Client]"]:
    """Return the requests of callers, when each of them has come and waits."""
    requests = [asyncio.create_task(served.ask(caller, **headers)) for caller in callers]
    await asyncio.sleep(_A_MOMENT)
    return requests


def test_of_many_who_ask_at_once_one_has_it_made(kept: Kept, making: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask(served: Served) -> Any:
        served.threads.clear()
        monkeypatch.delattr("units.access.authentication.confirmed_by_key")  # nobody is looked up once more
        answers = await asyncio.gather(*[served.ask(each) for each in [kept.caller, kept.other] * 8])
        return [count(answer) for answer in answers], [*served.threads]

    assert kept.after_a_change(making, ask) == ([2] * 16, ["GET"])
    assert making.made == 1


def test_what_was_written_before_one_asks_is_in_its_answer(kept: Kept, making: Making) -> None:
    """So those who come later wait for one that begins later, and that is one for all of them."""

    async def ask(served: Served) -> Any:
        making.held = True
        [first] = await asking(served, kept.caller)
        await making.until_made(1)
        await kept.change()
        later = await asking(served, *[kept.caller, kept.other] * 5)
        making.let_go()
        return count(await first), {count(each) for each in await asyncio.gather(*later)}

    assert kept.after_a_change(making, ask) == (2, {3})
    assert making.made == 2


def test_if_nothing_was_written_since_it_began_it_is_theirs_too(kept: Kept, making: Making) -> None:
    async def ask(served: Served) -> Any:
        making.held = True
        first = await asking(served, kept.caller)
        await making.until_made(1)
        later = await asking(served, *[kept.other] * 5)
        making.let_go()
        return {count(each) for each in await asyncio.gather(*first, *later)}

    assert (kept.after_a_change(making, ask), making.made) == ({2}, 1)


def test_whose_maker_fails_is_answered(kept: Kept, making: Making) -> None:
    async def ask(served: Served) -> Any:
        making.held = making.fails = True
        [first] = await asking(served, kept.caller)
        await making.until_made(1)
        later = await asking(served, *[kept.caller, kept.other] * 3)
        making.fails = False
        making.let_go()
        return (await first).status, {count(each) for each in await asyncio.gather(*later)}

    assert (kept.after_a_change(making, ask), making.made) == ((500, {2}), 2)


def test_whose_maker_is_given_up_is_answered(kept: Kept, making: Making) -> None:
    async def ask(served: Served) -> Any:
        making.held = True
        [first] = await asking(served, kept.caller)
        await making.until_made(1)
        [later] = await asking(served, kept.other)
        making.held = False
        first.cancel()
        answer = await later  # though the thread of the first still makes its own
        making.let_go()
        return count(answer)

    assert (kept.after_a_change(making, ask), making.made) == (2, 2)


def test_nobody_waits_for_long(kept: Kept, making: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(makers, "_PATIENCE", _A_MOMENT)

    async def ask(served: Served) -> Any:
        making.held = True
        [first] = await asking(served, kept.caller)
        await making.until_made(1)
        making.held = False
        later = await asyncio.gather(*[served.ask(kept.other) for _ in range(2)])
        is_held = not first.done()
        making.let_go()
        return [count(each) for each in (*later, await first)], is_held

    assert kept.after_a_change(making, ask) == ([2] * 3, True)


def test_who_may_see_something_else_does_not_wait(kept: Kept, making: Making) -> None:
    elsewhere = make.client(Role.READER, make.institution("OTRA"))

    async def ask(served: Served) -> Any:
        await served.until_at_once(elsewhere)
        await kept.change()
        making.made, making.held = 0, True
        [first] = await asking(served, kept.caller)
        await making.until_made(1)
        making.held = False
        other = count(await served.ask(elsewhere))
        is_held = not first.done()
        making.let_go()
        return other, is_held, count(await first)

    assert kept.after_a_change(making, ask) == (0, True, 3)


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_those_who_know_the_answer_before_are_sent_the_new_one_and_then_nothing(
    kept: Kept, making: Making, coding: str
) -> None:
    """Those who take gzip know it by a weak ETag."""

    async def ask(served: Served) -> Any:
        before = await served.until_at_once(kept.caller, Accept_Encoding=coding)
        known = before.headers[b"ETag"].decode()
        await kept.change()
        making.made = 0
        served.threads.clear()
        said = {"Accept_Encoding": coding}
        later = await asyncio.gather(*[served.ask(kept.caller, If_None_Match=known, **said) for _ in range(8)])
        assert served.threads == ["GET"]
        new = {each.headers[b"ETag"].decode() for each in later}
        asked = [served.ask(kept.other, If_None_Match=etag, **said) for etag in new for _ in range(4)]
        again = await asyncio.gather(*asked)
        return known in new, {count(each) for each in later}, [(each.status, each.body) for each in again]

    assert kept.after_a_change(making, ask) == (False, {3}, [(304, b"")] * 4)
    assert making.made == 1


def test_what_has_changed_elsewhere_is_found_out_by_one(kept: Kept, making: Making, activity: Activity) -> None:
    here, elsewhere = [make.client(Role.READER, activity.unit) for _ in range(2)], make.activity()

    async def ask(served: Served) -> Any:
        for each in (*here, here[0]):
            await served.until_at_once(each)
        await asyncio.to_thread(closing_its_connection, lambda: make.entry(elsewhere))
        making.made = 0
        served.threads.clear()
        answers = await asyncio.gather(*[served.ask(each) for each in here * 4])
        return {count(each) for each in answers}, [*served.threads], making.made

    assert kept.after_a_change(making, ask) == ({2}, ["GET"], 0)
