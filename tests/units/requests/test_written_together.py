"""Months that wait together are written by one statement, each as if it had come alone (docs/decisions/0059)."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

from activities.models import Activity, ProgressEntry
from poi_api.database import turns
from poi_api.database.rows import row_of
from tests import factories as make
from tests.activities.submitting import open_plan
from tests.api import get
from tests.committed import Connect
from tests.factories import Caller
from tests.poi_api.server import asgi
from tests.units.history.feed import feed
from tests.units.requests.at_once import Served, at_work, end, entries, refusal, until_written_at_once, within
from units.access.lookup import confirmed_by_key
from units.choices import Role
from units.history.cursors import cursor_at
from units.models import ChangeSet
from units.models.point import Point, point_at

Put = tuple[Caller, Activity, int, bytes]
BODY = b'{"executed": 2}'


@pytest.fixture
def activities(committed: None, same_minute: None) -> list[Activity]:
    """Activities of one plan; of the last one something is reported already."""
    plan = open_plan()
    return [make.activity(plan) for _ in range(4)]


@pytest.fixture
def reporter(activities: list[Activity]) -> Caller:
    return make.client(Role.REPORTER)


class Sent(NamedTuple):
    """The answers in order, the methods of what got a thread, and how many months each statement had."""

    answers: list[asgi.Client]
    threads: list[str]
    sizes: list[int]


def sent_together(
    connect: Connect, busy: Activity, *puts: Put, meanwhile: Callable[[], Awaitable[None]] | None = None
) -> Sent:
    """Send months while the connection is at work on one of `busy`."""

    async def send(served: Served) -> Sent:
        callers = {caller.key: caller for caller, *_ in puts}
        for caller in callers.values():
            await until_written_at_once(served, caller, busy)
        sizes = _sizes(served)
        async with at_work(connect()):
            first = asyncio.create_task(served.put(puts[0][0], busy, 12, BODY))
            await _until(lambda: sizes == [1])
            sent = [
                asyncio.create_task(served.put(*put, X_Request_Id=f"pedido-{number}"))
                for number, put in enumerate(puts)
            ]
            await asyncio.sleep(0.1)
            served.threads.clear()
        if meanwhile:
            await meanwhile()
        answers = await asyncio.gather(first, *sent)
        return Sent([answer[0] for answer in answers[1:]], [*served.threads], sizes[1:])

    sent: Sent = within(send)
    return sent


def _sizes(served: Served) -> list[int]:
    """Return a list that gets, from now on, how many months each statement has."""
    link, sizes = served.door._acts.connection, []
    asked = link.made_of

    async def counting(statement: str, values: Any, make: Any) -> Any:
        sizes.append(len(values[-1]))
        return await asked(statement, values, make)

    link.made_of = counting  # type: ignore[method-assign]
    return sizes


async def _until(it_is: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not it_is():
            await asyncio.sleep(0.01)


def results(sent: Sent) -> list[Any]:
    return [json.loads(answer.body).get("result") for answer in sent.answers]


def test_each_has_a_change_set_a_place_and_an_answer_of_its_own(
    activities: list[Activity], reporter: Caller, connect: Connect
) -> None:
    *written, busy = activities
    puts = [(reporter, activity, 1 + turn, BODY) for turn, activity in enumerate(written)]
    sent = sent_together(connect, busy, *puts)
    assert (results(sent), sent.sizes, sent.threads) == (["created"] * 3, [3], [])
    made = [ProgressEntry.objects.get(activity=activity).change_set for activity in written]
    assert [(one.request_id, one.client_id, one.actor, one.cause) for one in made] == [
        (f"pedido-{turn}", reporter.client.pk, f"client:{reporter.client.name}", "") for turn in range(3)
    ]
    assert len({one.xid for one in made}) == 1
    places = [(one.position or 0, one.committed_at) for one in made]
    assert all(one[0] + 1 == other[0] and one[1] < other[1] for one, other in pairwise(places))
    access = confirmed_by_key(reporter.key).access
    for answer, (_, activity, month, _), (position, _) in zip(sent.answers, puts, places, strict=True):
        point = Point.read(row_of(f"SELECT {point_at('%s::bigint')}", [position])[0])
        assert answer.headers[b"Change-Cursor"].decode() == cursor_at(point, access)
        now = get(reporter, f"/activities/{activity.pk}/progress/{month}/")
        assert (answer.headers[b"ETag"].decode(), json.loads(answer.body)) == (
            now.headers["ETag"],
            {**now.json(), "result": "created"},
        )
    newest = feed(reporter)["results"][-3:]
    assert [(row["request_id"], row["activity"]) for row in newest] == [
        (f"pedido-{turn}", activity.pk) for turn, activity in enumerate(written)
    ]
    assert len({row["change_set"] for row in newest}) == 3
    followed = feed(reporter, after=sent.answers[0].headers[b"Change-Cursor"].decode())["results"]
    assert [row["activity"] for row in followed] == [activity.pk for activity in written[1:]]


def test_what_was_known_between_two_of_them_is_told(
    activities: list[Activity], reporter: Caller, connect: Connect
) -> None:
    first, second, _, busy = activities
    sent = sent_together(
        connect, busy, (reporter, first, 1, BODY), (reporter, first, 2, BODY), (reporter, second, 1, BODY)
    )
    assert sent.sizes == [3]
    made = ChangeSet.objects.filter(request_id__startswith="pedido-").order_by("position")
    known = []
    for one in made:
        assert one.committed_at
        asked = {"as_of": one.committed_at.isoformat()}
        months = [
            get(reporter, f"/activities/{each.pk}/progress/", **asked).json()["months"] for each in (first, second)
        ]
        known.append((months[0][0]["executed"], months[0][1]["executed"], months[1][0]["executed"]))
    assert known == [(2, None, None), (2, 2, None), (2, 2, 2)]


def test_one_that_is_refused_or_changes_nothing_keeps_no_other_from_being_written(
    activities: list[Activity], reporter: Caller, connect: Connect
) -> None:
    first, second, third, busy = activities
    sent = sent_together(
        connect,
        busy,
        (reporter, first, 1, BODY),
        (reporter, second, 1, b'{"executed": null}'),
        (reporter, busy, 2, b'{"executed": null, "reason": "x"}'),
        (reporter, third, 1, BODY),
    )
    assert (sent.sizes, sent.threads) == ([4], ["PUT"] * 2)
    assert refusal(sent.answers[1]) == (400, "reason_required")
    assert results(sent) == ["created", None, "unchanged", "created"]
    assert [entries(activity, 1) for activity in (first, second, third)] == [[2], [], [2]]


@pytest.mark.parametrize(("more", "status"), [(b"", 200), (b', "entry_version": 0', 412)])
def test_of_two_for_a_month_the_second_sees_the_first(
    activities: list[Activity], reporter: Caller, connect: Connect, more: bytes, status: int
) -> None:
    activity, *_, busy = activities
    puts = [
        (reporter, activity, 1, b'{"executed": 2%b}' % more),
        (reporter, activity, 1, b'{"executed": 1.9%b}' % more),
    ]
    sent = sent_together(connect, busy, *puts)
    assert ([answer.status for answer in sent.answers], sent.sizes) == ([200, status], [1, 1])
    assert len(entries(activity, 1)) == (2 if status == 200 else 1)


@pytest.mark.parametrize(("most", "sizes"), [(3, [3]), (2, [2, 1])])
def test_a_statement_has_so_many_at_most(
    activities: list[Activity],
    reporter: Caller,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    sizes: list[int],
) -> None:
    monkeypatch.setattr(turns, "_MOST_TOGETHER", most)
    *written, busy = activities
    sent = sent_together(connect, busy, *[(reporter, activity, 1, BODY) for activity in written])
    assert (results(sent), sent.sizes) == (["created"] * 3, sizes)


def test_keys_are_not_mixed(activities: list[Activity], reporter: Caller, connect: Connect) -> None:
    first, second, third, busy = activities
    other = make.client(Role.REPORTER, busy.unit)
    sent = sent_together(
        connect, busy, (reporter, first, 1, BODY), (other, second, 1, BODY), (reporter, third, 1, BODY)
    )
    assert (results(sent), sent.sizes) == (["created"] * 3, [2, 1])
    made = [ProgressEntry.objects.get(activity=activity).change_set.client_id for activity in (first, second, third)]
    assert made == [reporter.client.pk, other.client.pk, reporter.client.pk]


def test_a_row_that_others_hold_keeps_no_other_from_being_written(
    activities: list[Activity], reporter: Caller, connect: Connect
) -> None:
    first, second, _, busy = activities
    holding = connect()
    holding.execute("BEGIN")
    holding.execute("SELECT FROM activities_activity WHERE id = %s FOR UPDATE", [first.pk])
    puts = [(reporter, activity, 1, BODY) for activity in (first, second)]

    async def free() -> None:
        try:
            await _until(lambda: is_written(connect, second))
        finally:
            holding.execute("ROLLBACK")

    sent = sent_together(connect, busy, *puts, meanwhile=free)
    assert (results(sent), sent.sizes, sent.threads) == (["created"] * 2, [2], ["PUT"])
    assert entries(first, 1) == [2]


def is_written(connect: Connect, activity: Activity) -> bool:
    written = "SELECT EXISTS (SELECT FROM activities_progressentry WHERE activity_id = %s)"
    return connect().execute(written, [activity.pk]).fetchone() == (True,)


def test_who_leaves_takes_nobody_along(activities: list[Activity], reporter: Caller, connect: Connect) -> None:
    first, second, _, busy = activities

    async def send(served: Served) -> Any:
        await until_written_at_once(served, reporter, busy)
        sizes = _sizes(served)
        async with at_work(connect()):
            begun = asyncio.create_task(served.put(reporter, busy, 12, BODY))
            await _until(lambda: sizes == [1])
            leaving, staying = [asyncio.create_task(served.put(reporter, each, 1, BODY)) for each in (first, second)]
            await asyncio.sleep(0.1)
            for each in (begun, leaving):
                each.cancel()
        return (await staying)[0].status, sizes

    assert within(send) == (200, [1, 1])
    assert [entries(*each) for each in ((busy, 12), (first, 1), (second, 1))] == [[2], [], [2]]


def test_those_whose_connection_is_lost_are_told_and_nothing_is_done_twice(
    activities: list[Activity], reporter: Caller, connect: Connect
) -> None:
    first, second, _, busy = activities

    async def send(served: Served) -> Any:
        await until_written_at_once(served, reporter, busy)
        async with at_work(connect()):
            sizes = _sizes(served)
            sending = [asyncio.create_task(served.put(reporter, busy, 12, BODY))]
            await _until(lambda: sizes == [1])
            sending += [asyncio.create_task(served.put(reporter, each, 1, BODY)) for each in (first, second)]
            await asyncio.sleep(0.1)
            end(connect, served.door._acts.connection)
            told, *_ = await asyncio.gather(sending[0])
            assert refusal(told[0]) == (503, "unavailable")
            await _until(lambda: served.threads == ["PUT"] * 2)  # they had not begun
        return [answer.status for answer, _ in await asyncio.gather(*sending[1:])]

    assert within(send) == [200, 200]
    assert [entries(each, month) for each, month in ((busy, 12), (first, 1), (second, 1))] == [[], [2], [2]]
