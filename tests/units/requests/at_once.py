"""The service without a server, in an event loop: what gets a thread there, and what does not."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from itertools import count
from typing import Any

import psycopg
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from activities.models import Activity, ProgressEntry
from poi_api.database import locks
from poi_api.database.event_loop import LoopConnection
from poi_api.server.application import Application
from tests.committed import Connect
from tests.factories import Caller
from tests.poi_api.server import asgi
from units.requests.door import Door

MATRIX = "/api/v1/reports/matrix/"
OF_EACH_REQUEST = b"X-Request-Id"


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
        self._links = [self.door._keys._answers.connection, self.door._acts.connection, self.door._renewals]
        self.threads.clear()

    def _in_thread(self, environ: Any, start: Any) -> Any:
        self.threads.append(environ["REQUEST_METHOD"])
        return closing_its_connection(lambda: list(self.door(environ, start)))

    async def ask(
        self, caller: Caller, *, method: str = "GET", path: str = MATRIX, query: str = "year=2022", **headers: str
    ) -> asgi.Client:
        return await self._asked(caller, asgi.scope(method, path.encode(), query=query.encode()), headers)

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
        async with asyncio.timeout(30):
            while any(self._application._threads._taken.values()):  # also that of who gave up
                await asyncio.sleep(0.005)
        for link in self._links:
            if link._connecting:
                await link._connecting
            if link._link:
                await link._link[0].close()


def within(work: Callable[[Served], Awaitable[Any]]) -> Any:
    """Run it in an event loop, with what is served there, and return what it returns."""

    async def run(served: Served) -> Any:
        try:
            return await work(served)
        finally:
            await served.close()

    return asyncio.run(run(Served()))


def end(connect: Connect, link: LoopConnection) -> None:
    assert link._link
    connect().execute("SELECT pg_terminate_backend(%s)", [link._link[0].info.backend_pid])


def told(answer: asgi.Client) -> Any:
    return answer.status, answer.body, answer.headers | {OF_EACH_REQUEST: b""}


def refusal(answer: asgi.Client) -> tuple[int, str]:
    return answer.status, json.loads(answer.body)["errors"][0]["code"]


async def until_written_at_once(served: Served, reporter: Caller, activity: Activity) -> None:
    """Report January until no thread is needed."""
    async with asyncio.timeout(30):
        for turn in count(1):
            if await served.put(reporter, activity, body=b'{"executed": %d}' % turn) and not served.threads:
                return


@asynccontextmanager
async def at_work(holding: psycopg.Connection) -> AsyncIterator[None]:
    """Let nobody take a place in the order of changes meanwhile: who writes is at work until then."""
    holding.execute("BEGIN")
    holding.execute(f"SELECT pg_advisory_xact_lock({locks.CHANGE_ORDER})")
    try:
        yield
    finally:
        holding.execute("ROLLBACK")


def entries(activity: Activity, month: int) -> list[Decimal | None]:
    rows = ProgressEntry.objects.filter(activity=activity, month=month).order_by("entry_version")
    return [row.executed for row in rows]
