"""The loop before the threads: its limits on both sides, and how answers leave."""

import asyncio
import json
import threading
import time
from io import FileIO

import pytest

from poi_api.server import answers, application, bodies, files
from poi_api.server.application import Application
from tests.poi_api.server.asgi import GONE, NEVER, Client, answering, asked, part, scope

CHUNKED = (b"transfer-encoding", b"chunked")


def lengths(environ):
    return [b"%d" % len(environ["wsgi.input"].read())]


def code(client: Client) -> tuple[int, str]:
    said = json.loads(client.body)
    assert client.headers[b"content-type"] == b"application/problem+json"
    assert client.headers[b"content-length"] == b"%d" % len(client.body)
    return client.status, said["errors"][0]["code"]


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


def test_a_body_that_does_not_come_in_time_is_a_408(monkeypatch, small):
    monkeypatch.setattr(bodies, "_SECONDS", 0.05)
    monkeypatch.setattr(application, "_DISCARDING", 0.01)
    client = asked(small, scope("POST", b"/", CHUNKED), part(b"123", more=True), NEVER)
    assert code(client) == (408, "body_too_slow")
    assert client.headers[b"connection"] == b"close"


def test_long_bodies_together_are_limited_and_give_back_what_they_held(monkeypatch, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    monkeypatch.setattr(bodies, "_IN_MEMORY", 100)
    monkeypatch.setattr(bodies, "_HELD", 500)
    monkeypatch.setattr(application, "_DISCARDING", 0.01)
    served = Application(answering(lengths))

    async def several():
        half = Client(part(b"x" * 300, more=True), NEVER)
        holding = asyncio.ensure_future(served(scope("POST", b"/", CHUNKED), half.receive, half.send))
        await asyncio.sleep(0.05)
        got = []
        for size in (201, 200, 100):
            client = Client(part(b"x" * size, more=False))
            await served(scope("POST", b"/", CHUNKED), client.receive, client.send)
            got.append((client.status, client.headers.get(b"retry-after")))
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)
        whole = Client(part(b"x" * 500, more=False))
        await served(scope("POST", b"/", CHUNKED), whole.receive, whole.send)
        return [*got, whole.body]

    assert asyncio.run(several()) == [(503, b"5"), (200, None), (200, None), b"500"]


def test_a_long_body_on_a_full_disk_is_a_503_and_short_ones_are_read(monkeypatch, settings, caplog):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    monkeypatch.setattr(bodies, "_IN_MEMORY", 100)
    monkeypatch.setattr(application, "_DISCARDING", 0.01)
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: FileIO("/dev/full", "r+"))
    served = Application(answering(lengths))
    long = asked(served, scope("POST", b"/", CHUNKED), part(b"x" * 101, more=True), NEVER)
    assert code(long) == (503, "disk_full")
    assert "No space left on device" in caplog.text
    assert asked(served, scope("POST", b"/", CHUNKED), part(b"x" * 100, more=False)).body == b"100"


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


class Blocks:
    """A file of so many blocks that tells whether it was closed."""

    def __init__(self, count: int) -> None:
        self.left, self.closed = count, False

    def read(self, size: int) -> bytes:
        self.left -= 1
        return b"x" * size if self.left >= 0 else b""

    def close(self) -> None:
        self.closed = True


def sending(file: Blocks) -> Application:
    return Application(answering(lambda environ: environ["wsgi.file_wrapper"](file)))


def test_a_file_is_sent_in_blocks_and_closed():
    client = asked(sending(file := Blocks(3)), scope())
    assert client.body == b"x" * 3 * files.BLOCK
    assert [message["more_body"] for message in client.got[1:]] == [True, True, True, False]
    assert file.closed


def test_of_a_file_a_head_gets_no_byte():
    client = asked(sending(file := Blocks(3)), scope("HEAD"))
    assert (client.body, file.left, file.closed) == (b"", 3, True)


def test_a_file_is_closed_when_its_reader_is_gone():
    client = Client(part(b"", more=False), GONE, takes=lambda: asyncio.sleep(0.001))
    asyncio.run(sending(file := Blocks(10_000))(scope(), client.receive, client.send))
    assert file.closed
    assert file.left > 9_000


def test_a_file_is_closed_when_its_reader_takes_nothing(monkeypatch):
    monkeypatch.setattr(answers, "_STALLED", 0.05)
    client = Client(takes=lambda: asyncio.sleep(3600) if len(client.got) > 2 else asyncio.sleep(0))
    asyncio.run(sending(file := Blocks(10))(scope(), client.receive, client.send))
    assert file.closed
    assert len(client.got) == 3


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
