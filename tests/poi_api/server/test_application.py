"""The loop before the threads: its limits on both sides, and how answers leave."""

import asyncio
import threading
import time

import pytest

from poi_api.server import application
from poi_api.server.application import Application
from tests.poi_api.server.asgi import CHUNKED, GONE, Client, answering, asked, code, lengths, part, scope


@pytest.fixture
def small(settings) -> Application:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    return Application(answering(lengths))


def test_in_chunks_the_limit_is_that_of_a_length(small):
    assert (
        asked(small, scope("POST", b"/", CHUNKED), part(b"12345", more=True), part(b"67890", more=False)).body == b"10"
    )
    assert code(asked(small, scope("POST", b"/", CHUNKED), part(b"12345678901", more=True), GONE)) == (
        413,
        "body_too_large",
    )
    assert asked(small, scope("POST", b"/", (b"content-length", b"10")), part(b"1234567890", more=True)).body == b"10"
    assert code(asked(small, scope("POST", b"/", (b"content-length", b"11")), GONE)) == (413, "body_too_large")


def test_more_work_than_threads_and_their_queue_take_is_refused_at_once(monkeypatch):
    monkeypatch.setattr(application, "_THREADS", 1)
    monkeypatch.setattr(application, "_WAITING", 1)
    go = threading.Event()

    def held(environ):
        if environ["PATH_INFO"] == "/held":
            go.wait(10)
        return [b"done"]

    served = Application(answering(held))

    async def several():
        clients = [Client() for _ in range(4)]
        waiting = [asyncio.ensure_future(served(scope("GET", b"/held"), c.receive, c.send)) for c in clients[:2]]
        await asyncio.sleep(0.05)
        start = time.monotonic()
        await served(scope("GET", b"/"), clients[2].receive, clients[2].send)
        await served(scope("GET", b"/healthz"), clients[3].receive, clients[3].send)
        took = time.monotonic() - start
        go.set()
        await asyncio.gather(*waiting)
        return clients, took

    (first, second, refused, alive), took = asyncio.run(several())
    assert (first.body, second.body) == (b"done", b"done")
    assert code(refused) == (503, "overloaded")
    assert refused.headers[b"retry-after"] == b"5"
    assert b"connection" not in refused.headers  # it may ask again by the same one
    assert alive.status == 200
    assert took < 1


def test_a_stream_that_fails_half_way_is_a_500_and_not_half_an_answer(caplog):
    def stream(environ):
        yield b"half of a year"
        if environ["PATH_INFO"] == "/broken":
            raise RuntimeError("the rest")

    served = Application(answering(stream))
    assert code(asked(served, scope("GET", b"/broken"))) == (500, "internal_error")
    assert "the rest" in caplog.text
    assert asked(served, scope("GET", b"/whole")).body == b"half of a year"


def test_each_cookie_has_its_header():
    client = asked(Application(answering([b""], ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))), scope())
    assert client.got[0]["headers"] == [(b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2")]
