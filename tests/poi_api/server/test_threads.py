"""Who gets a thread, who waits for one, and who is told that there is none."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from poi_api.server import application, threads
from poi_api.server.application import Application
from tests.poi_api.server.asgi import GONE, NEVER, Client, answering, part, scope

NO_BODY = part(b"", more=False)


class Held:
    """An application with two threads, one of which writes may take; what is asked under /held waits for `go`."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.began: list[str] = []
        self.served = Application(answering(self._answer))
        self.asked: list[asyncio.Future[None]] = []

    def _answer(self, environ: dict[str, Any]) -> list[bytes]:
        self.began.append(environ["PATH_INFO"])
        if environ["PATH_INFO"].startswith("/held"):
            self.go.wait(10)
        return [b"done"]

    async def ask(self, method: str, path: bytes, *messages: Any) -> Client:
        """Ask, and come back when the application has had the time to begin with it."""
        client = Client(*(messages or (NO_BODY, NEVER)))
        self.asked.append(asyncio.ensure_future(self.served(scope(method, path), client.receive, client.send)))
        await asyncio.sleep(0.02)
        return client

    async def end(self) -> None:
        self.go.set()
        await asyncio.gather(*self.asked, return_exceptions=True)


@pytest.fixture
def run(monkeypatch) -> Callable[[Callable[[Held], Coroutine[Any, Any, None]]], None]:
    """Return what runs a test with an application that holds what is asked under /held."""
    monkeypatch.setattr(application, "_THREADS", 2)
    monkeypatch.setattr(application, "_WRITING", 1)
    monkeypatch.setattr(application, "_WAITING", 2)
    monkeypatch.setattr(threads, "_PATIENCE", 0.3)

    def run(test: Callable[[Held], Coroutine[Any, Any, None]]) -> None:
        async def whole() -> None:
            held = Held()
            try:
                await test(held)
            finally:
                await held.end()

        asyncio.run(whole())

    return run


def is_refused(client: Client, code: str) -> bool:
    return client.status == 503 and f'"{code}"'.encode() in client.body


def test_who_waits_gets_the_next_thread_and_who_waits_too_long_is_refused(run):
    async def test(held: Held) -> None:
        for _ in range(2):
            await held.ask("GET", b"/held")
        late = await held.ask("GET", b"/late")
        assert late.got == []
        await asyncio.sleep(0.4)
        assert is_refused(late, "overloaded")
        soon = await held.ask("GET", b"/soon")
        await held.end()
        assert soon.body == b"done"
        assert held.began == ["/held", "/held", "/soon"]

    run(test)


def test_who_left_while_it_waited_is_not_worked_for(run):
    async def test(held: Held) -> None:
        for _ in range(2):
            await held.ask("GET", b"/held")
        await held.ask("GET", b"/left", NO_BODY, GONE)
        await held.ask("GET", b"/stayed")
        await held.end()
        assert held.began == ["/held", "/held", "/stayed"]

    run(test)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "UNKNOWN"])
def test_writes_leave_a_thread_to_readers_and_wait_by_themselves(run, method):
    async def test(held: Held) -> None:
        for number in range(4):  # one has a thread, two wait, and the last is too much
            last = await held.ask(method, b"/held%d" % number)
        assert is_refused(last, "overloaded")
        for reading in ("GET", "HEAD", "OPTIONS"):
            assert (await held.ask(reading, b"/read")).status == 200
        assert held.began == ["/held0", "/read", "/read", "/read"]

    run(test)


def test_a_write_that_waits_does_not_hold_up_a_reader_that_came_later(run):
    async def test(held: Held) -> None:
        await held.ask("GET", b"/held-by-a-reader")
        await held.ask("POST", b"/held-by-a-write")
        waiting = [await held.ask("POST", b"/write"), await held.ask("GET", b"/read")]
        await held.end()
        assert [client.status for client in waiting] == [200, 200]
        assert held.began.index("/read") > 1

    run(test)


def test_whether_it_is_ready_is_told_while_all_threads_are_taken(run):
    async def test(held: Held) -> None:
        for _ in range(4):
            await held.ask("GET", b"/held")
        began = time.monotonic()
        assert (await held.ask("GET", b"/readyz")).status == 200
        assert time.monotonic() - began < 0.2

    run(test)


def test_that_it_lives_is_told_without_a_thread_and_to_each_who_asks(run):
    async def test(held: Held) -> None:
        for _ in range(4):
            await held.ask("GET", b"/held")
        assert [(await held.ask("GET", b"/healthz")).body for _ in range(3)] == [b"done"] * 3
        assert held.began.count("/healthz") == 3

    run(test)


def test_at_the_stop_who_has_no_thread_is_told_and_who_has_one_is_answered(run):
    async def test(held: Held) -> None:
        running = [await held.ask("GET", b"/held"), await held.ask("POST", b"/held")]
        waiting = [await held.ask("GET", b"/waits"), await held.ask("POST", b"/waits")]
        held.served._stop()
        later = await held.ask("GET", b"/later")
        assert all(is_refused(client, "stopping") for client in (*waiting, later))
        assert all(b"retry-after" in client.headers for client in waiting)
        await held.end()
        assert [client.status for client in running] == [200, 200]

    run(test)


def test_a_place_is_given_back_when_its_thread_has_ended_and_not_before(run):
    async def test(held: Held) -> None:
        for _ in range(2):
            await held.ask("GET", b"/held")
        for asked in held.asked:
            asked.cancel()
        waiting = await held.ask("GET", b"/waits")
        assert (waiting.got, held.began) == ([], ["/held", "/held"])
        held.go.set()
        await asyncio.sleep(0.1)
        assert waiting.status == 200

    run(test)
