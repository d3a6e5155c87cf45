"""What is kept is sent on the event loop, to whom the whole way would send it; all else gets a thread."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client
from django.utils import timezone

from activities.models import Activity, ProgressEntry
from poi_api.database.event_loop import LoopConnection
from poi_api.server.application import Application
from tests import factories as make
from tests.activities.submitting import open_plan
from tests.committed import Connect
from tests.factories import Caller
from tests.poi_api.server import asgi
from units.access import lookup
from units.access.grants import Access
from units.access.lookup import State, confirmed_by_key
from units.choices import Role
from units.history.cursors import cursor_at
from units.models import ApiClient, ChangeSet, ClientUse
from units.requests import short_way
from units.requests.door import Door

MATRIX = "/api/v1/reports/matrix/"
_OF_EACH_REQUEST = b"X-Request-Id"

Asked = Callable[..., Awaitable[asgi.Client]]


@pytest.fixture
def activity(committed: None, monkeypatch: pytest.MonkeyPatch) -> Activity:
    monkeypatch.setattr(lookup, "_MINUTE", 10**12)  # nobody's use is noted anew while the test runs
    return make.activity(make.plan(make.institution("SAT")))


@pytest.fixture
def caller(activity: Activity) -> Caller:
    return make.client()


def closing_its_connection(work: Callable[[], Any]) -> Any:
    try:
        return work()
    finally:
        connection.close()


class Served:
    """The service without a server, in an event loop; `threads` has the methods of what got one."""

    def __init__(self) -> None:
        self.threads: list[str] = []
        self.door = Door(WSGIHandler())
        self._application = Application(self._in_thread, self.door.at_once)
        self._links = [self.door._keys._answers.connection, *self.door._links]
        self.threads.clear()

    def _in_thread(self, environ: Any, start: Any) -> Any:
        self.threads.append(environ["REQUEST_METHOD"])
        return closing_its_connection(lambda: list(self.door(environ, start)))

    async def ask(self, caller: Caller, *, method: str = "GET", **headers: str) -> asgi.Client:
        return await self._asked(caller, asgi.scope(method, MATRIX.encode(), query=b"year=2022"), headers)

    async def put(self, caller: Caller, activity: Activity, month: int = 1, body: bytes = b"{}", **headers: str) -> Any:
        """Report a month; return the answer, and how many threads it took."""
        self.threads.clear()
        said = {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
        scope = asgi.scope("PUT", f"/api/v1/activities/{activity.pk}/progress/{month}/".encode())
        return await self._asked(caller, scope, said, asgi.part(body, more=False)), len(self.threads)

    async def _asked(self, caller: Caller, scope: Any, headers: dict[str, str], *messages: Any) -> asgi.Client:
        said = {**caller.headers, **headers, "Host": "testserver"}
        named = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in said.items()]
        client = asgi.Client(*messages)
        await self._application({**scope, "headers": named}, client.receive, client.send)
        return client

    async def until_at_once(self, caller: Caller, **more: str) -> asgi.Client:
        """Ask until no thread is needed."""
        async with asyncio.timeout(30):
            while True:
                self.threads.clear()
                answer = await self.ask(caller, **more)
                if not self.threads:
                    return answer

    async def close(self) -> None:
        for link in self._links:
            if link._connecting:
                await link._connecting
            if link._link:
                await link._link[0].close()


@pytest.fixture
def within(activity: Activity) -> Callable[[Callable[[Served], Awaitable[Any]]], Any]:
    """Return a function that runs another in an event loop, and gives it what is served there."""

    async def run(served: Served, work: Callable[[Served], Awaitable[Any]]) -> Any:
        try:
            return await work(served)
        finally:
            await served.close()

    return lambda work: asyncio.run(run(Served(), work))


def end(connect: Connect, link: LoopConnection) -> None:
    assert link._link
    connect().execute("SELECT pg_terminate_backend(%s)", [link._link[0].info.backend_pid])


def told(answer: asgi.Client) -> Any:
    return answer.status, answer.body, answer.headers | {_OF_EACH_REQUEST: b""}


def refusal(answer: asgi.Client) -> tuple[int, str]:
    return answer.status, json.loads(answer.body)["errors"][0]["code"]


def test_what_it_sends_is_what_a_thread_sends(caller: Caller, within: Any) -> None:
    async def ask(served: Served) -> Any:
        first = await served.ask(caller)
        etag = first.headers[b"ETag"].decode()
        return first, await served.until_at_once(caller), await served.until_at_once(caller, If_None_Match=etag)

    in_thread, at_once, unchanged = within(ask)
    assert told(at_once) == told(in_thread)
    assert (unchanged.status, unchanged.body, unchanged.headers[b"ETag"]) == (304, b"", at_once.headers[b"ETag"])
    inside = Client().get(f"{MATRIX}?year=2022", headers=caller.headers)
    assert (at_once.status, at_once.body) == (200, inside.content)


def test_each_answer_is_called_by_its_own_request(caller: Caller, within: Any) -> None:
    async def ask(served: Served) -> Any:
        await served.until_at_once(caller)
        return [(await served.ask(caller)).headers[_OF_EACH_REQUEST] for _ in range(3)]

    assert len({*within(ask)}) == 3


def test_a_key_that_ended_is_refused_at_once(caller: Caller, within: Any) -> None:
    async def ask(served: Served) -> Any:
        await served.until_at_once(caller)
        await asyncio.to_thread(closing_its_connection, lambda: _revoke(caller))
        return await served.ask(caller), served.threads

    refused, threads = within(ask)
    assert (refusal(refused), threads) == ((401, "revoked_key"), ["GET"])


def _revoke(caller: Caller) -> None:
    ApiClient.objects.filter(pk=caller.client.pk).update(revoked_at=timezone.now())


def test_what_changed_is_answered_anew(activity: Activity, caller: Caller, within: Any) -> None:
    async def ask(served: Served) -> Any:
        before = await served.until_at_once(caller)
        more = partial(make.activity, activity.plan, activity.unit, code="B")
        await asyncio.to_thread(closing_its_connection, more)
        return before, await served.ask(caller), served.threads

    before, after, threads = within(ask)
    assert (before.body == after.body, threads) == (False, ["GET"])


def test_another_s_answer_is_not_sent(caller: Caller, within: Any) -> None:
    other = make.client(unit=make.institution("Otra"))

    async def ask(served: Served) -> Any:
        await served.ask(other)
        whole = await served.until_at_once(caller)
        return whole, await served.until_at_once(other)

    whole, part = within(ask)
    assert whole.body != part.body


def test_who_was_not_confirmed_in_this_minute_gets_a_thread_which_notes_it(caller: Caller, within: Any) -> None:
    other = make.client()

    async def ask(served: Served) -> Any:
        await served.until_at_once(caller)
        await served.ask(other)
        return served.threads

    assert within(ask) == ["GET"]
    assert ClientUse.objects.filter(client=other.client).exists()


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"method": "HEAD"}, 200),
        ({"Cookie": "a=b"}, 200),
        ({"If_Match": "*"}, 200),
        ({"Authorization": "Basic YTpi"}, 401),
    ],
    ids=str,
)
def test_whatever_else_is_asked_gets_a_thread(caller: Caller, within: Any, said: dict[str, str], status: int) -> None:
    async def ask(served: Served) -> Any:
        await served.until_at_once(caller)
        return (await served.ask(caller, **said)).status, served.threads

    assert within(ask) == (status, [said.get("method", "GET")])


def test_a_connection_that_was_ended_is_not_noticed_by_who_asks(caller: Caller, within: Any, connect: Connect) -> None:
    async def ask(served: Served) -> Any:
        before = await served.until_at_once(caller)
        end(connect, served.door._keys._answers.connection)
        return before, await served.ask(caller), [*served.threads], await served.until_at_once(caller)

    before, after, threads, later = within(ask)
    assert (told(after), threads, told(later)) == (told(before), ["GET"], told(before))


def test_an_error_of_our_own_is_logged_and_said(
    caller: Caller, within: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> Any:
        raise ZeroDivisionError

    async def ask(served: Served) -> Any:
        await served.until_at_once(caller)
        monkeypatch.setattr("units.requests.door._sent_again", fail)
        return await served.ask(caller)

    assert asgi.code(within(ask)) == (500, "internal_error")
    assert "ZeroDivisionError" in caplog.text


@pytest.fixture
def reported(activity: Activity) -> Activity:
    return make.activity(open_plan())


@pytest.fixture
def reporter(reported: Activity) -> Caller:
    return make.client(Role.REPORTER, reported.unit)


async def until_written_at_once(served: Served, reporter: Caller, activity: Activity) -> None:
    async with asyncio.timeout(30):
        for turn in count(1):
            if await served.put(reporter, activity, body=b'{"executed": %d}' % turn) and not served.threads:
                return


def entries(activity: Activity, month: int) -> list[Decimal | None]:
    rows = ProgressEntry.objects.filter(activity=activity, month=month).order_by("entry_version")
    return [row.executed for row in rows]


def _access(caller: Caller) -> Access:
    return confirmed_by_key(caller.key).access


def test_a_month_is_written_as_in_a_thread(reporter: Caller, reported: Activity, within: Any) -> None:
    other = make.activity(reported.plan, reported.unit)

    async def ask(served: Served) -> Any:
        await until_written_at_once(served, reporter, reported)
        at_once, threads = await served.put(reporter, reported, 2, b'{"executed": 1.5}', X_Request_Id="mine")
        access, now = await asyncio.to_thread(closing_its_connection, lambda: (_access(reporter), State.now().point))
        assert at_once.headers[b"Change-Cursor"].decode() == await asyncio.to_thread(
            closing_its_connection, lambda: cursor_at(now, access)
        )
        served.door._links.clear()
        return at_once, threads, await served.put(reporter, other, 2, b'{"executed": 1.5}', X_Request_Id="mine")

    at_once, threads, (in_thread, one) = within(ask)
    assert (threads, one) == (0, 1)
    assert (at_once.status, at_once.body, [*at_once.headers]) == (200, in_thread.body, [*in_thread.headers])
    assert at_once.headers[b"ETag"] == in_thread.headers[b"ETag"]
    assert entries(reported, 2) == [Decimal("1.5")]
    made = ChangeSet.objects.get(pk=ProgressEntry.objects.get(activity=other).change_set_id)
    assert (made.request_id, made.client_id) == ("mine", reporter.client.pk)


def test_what_is_refused_is_explained_in_a_thread_and_asked_there_alone(
    reporter: Caller, reported: Activity, within: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask(served: Served) -> Any:
        await until_written_at_once(served, reporter, reported)
        monkeypatch.setattr("units.requests.short_way.row_of", None)  # it would be asked a second time
        return await served.put(reporter, reported, 1, b'{"executed": 5, "expected_version": 999}')

    refused, threads = within(ask)
    assert (refused.status >= 400, threads) == (True, 1)


@pytest.mark.parametrize(("more", "threads"), [(0, 0), (1, 1)])
def test_a_long_body_is_read_in_a_thread(
    reporter: Caller, reported: Activity, within: Any, more: int, threads: int
) -> None:
    async def ask(served: Served) -> Any:
        await until_written_at_once(served, reporter, reported)
        return await served.put(reporter, reported, 6, b'{"executed": 3}'.ljust(short_way._AT_ONCE + more))

    answer, taken = within(ask)
    assert (answer.status, taken) == (200, threads)


def test_a_connection_that_was_ended_meanwhile_is_no_failure_of_a_write(
    reporter: Caller, reported: Activity, within: Any, connect: Connect
) -> None:
    async def ask(served: Served) -> Any:
        await until_written_at_once(served, reporter, reported)
        end(connect, served.door._links[0])
        await asyncio.sleep(0.1)
        return await served.put(reporter, reported, 3, b'{"executed": 7}')

    answer, _ = within(ask)
    assert (answer.status, entries(reported, 3)) == (200, [Decimal(7)])


def test_a_write_that_failed_is_said_and_not_tried_again(
    reporter: Caller, reported: Activity, within: Any, connect: Connect
) -> None:
    holding = connect()

    async def ask(served: Served) -> Any:
        await until_written_at_once(served, reporter, reported)
        holding.execute("BEGIN")
        holding.execute("SELECT FROM activities_activity WHERE id = %s FOR UPDATE", [reported.pk])
        writing = asyncio.create_task(served.put(reporter, reported, 4, b'{"executed": 8}'))
        await asyncio.sleep(0.2)
        end(connect, served.door._links[0])
        answer, _ = await writing
        holding.execute("ROLLBACK")
        return answer

    assert (refusal(within(ask)), entries(reported, 4)) == ((503, "unavailable"), [])


def test_others_that_write_meanwhile_get_connections_of_their_own_and_then_threads(
    reporter: Caller, reported: Activity, within: Any, connect: Connect
) -> None:
    holding = connect()
    others = [make.activity(reported.plan, reported.unit) for _ in range(2)]

    async def ask(served: Served) -> Any:
        del served.door._links[1:]
        await until_written_at_once(served, reporter, reported)
        holding.execute("BEGIN")
        holding.execute("SELECT FROM activities_activity WHERE id = %s FOR UPDATE", [reported.pk])
        writing = asyncio.create_task(served.put(reporter, reported, 5, b'{"executed": 9}'))
        await asyncio.sleep(0.2)
        told = [await served.put(reporter, other, 5, b'{"executed": 9}') for other in others]
        holding.execute("ROLLBACK")
        return [(answer.status, threads) for answer, threads in told], (await writing)[0].status

    assert within(ask) == ([(200, 1), (200, 1)], 200)
