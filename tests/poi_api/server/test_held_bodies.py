"""What bodies may take: time, room for each client and for all, and none that the disk does not have."""

import asyncio
import errno
from io import FileIO

import pytest

from poi_api.server import application, bodies, counted
from poi_api.server.application import Application
from tests.poi_api.server.asgi import CHUNKED, NEVER, Client, answering, asked, code, lengths, part, scope


@pytest.fixture(autouse=True)
def served(monkeypatch, settings) -> Application:
    """An application that takes bodies of 1000 bytes, 2000 of long ones; short ones have 100, 200 of them together."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    monkeypatch.setattr(bodies, "_SHORT", 100)
    monkeypatch.setattr(bodies, "_HELD_LONG", 2000)
    monkeypatch.setattr(bodies, "_HELD_SHORT", 200)
    monkeypatch.setattr(application, "_DISCARDING", 0.01)
    monkeypatch.setattr(counted, "_paused", set())
    return Application(answering(lengths))


def of_length(length: int):
    return (b"content-length", b"%d" % length)


def test_a_body_that_does_not_come_in_time_is_a_408(monkeypatch, served):
    monkeypatch.setattr(bodies, "_SECONDS", 0.05)
    monkeypatch.setattr(application, "_DISCARDING", 0.01)
    client = asked(served, scope("POST", b"/", CHUNKED), part(b"123", more=True), NEVER)
    assert code(client) == (408, "body_too_slow")
    assert client.headers[b"connection"] == b"close"


def test_a_body_may_take_longer_if_it_comes_fast_enough(monkeypatch, served):
    async def ask(rate: float) -> Client:
        monkeypatch.setattr(bodies, "_SECONDS", 0.05)
        monkeypatch.setattr(bodies, "_RATE", rate)
        client = Client(*(part(b"x" * 9, more=True) for _ in range(20)), part(b"x", more=False))
        take = client.receive

        async def slowly():
            await asyncio.sleep(0.009)  # some 900 bytes a second
            return await take()

        await served(scope("POST", b"/", CHUNKED), slowly, client.send)
        return client

    assert asyncio.run(ask(100)).body == b"181"
    assert code(asyncio.run(ask(10_000))) == (408, "body_too_slow")


@pytest.mark.parametrize("framing", [of_length(600), CHUNKED], ids=["by length", "in chunks"])
def test_who_comes_when_the_room_is_taken_is_refused_and_who_has_begun_is_not(served, framing):
    async def several() -> list[Client]:
        first = Client(part(b"x" * 101, more=True), NEVER)
        holding = asyncio.ensure_future(served(scope("POST", b"/", framing), first.receive, first.send))
        await asyncio.sleep(0.02)
        others = []
        for framing_of_other, size, address in (
            (CHUNKED, 101, "10.0.0.9"),
            (CHUNKED, 101, "10.0.0.8"),
            (of_length(100), 100, "10.0.0.8"),
            (of_length(101), 101, "10.0.0.7"),
        ):
            client = Client(part(b"x" * size, more=False))
            asked_for = scope("POST", b"/", framing_of_other) | {"client": (address, "1")}
            await served(asked_for, client.receive, client.send)
            others.append(client)
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)
        again = Client(part(b"x" * 101, more=False))
        await served(scope("POST", b"/", CHUNKED), again.receive, again.send)
        return [*others, again]

    same, other, short, third, again = asyncio.run(several())
    assert code(same) == (503, "overloaded")  # it would have more than half
    assert same.headers[b"retry-after"] == b"5"
    assert [client.body for client in (other, short, third, again)] == [b"101", b"100", b"101", b"101"]


def test_short_bodies_have_their_limit_too(served):
    async def several() -> Client:
        first, second = Client(part(b"x", more=True), NEVER), Client(part(b"x", more=False))
        holding = asyncio.ensure_future(served(scope("POST", b"/", of_length(100)), first.receive, first.send))
        await asyncio.sleep(0.02)
        await served(scope("POST", b"/", of_length(1)), second.receive, second.send)
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)
        return second

    assert code(asyncio.run(several())) == (503, "overloaded")


def test_a_long_body_on_a_full_disk_is_a_503_and_short_ones_are_read(monkeypatch, served, caplog):
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: FileIO("/dev/full", "r+"))
    long = asked(served, scope("POST", b"/", CHUNKED), part(b"x" * 101, more=True), NEVER)
    assert code(long) == (503, "disk_full")
    assert "No space left on device" in caplog.text
    assert asked(served, scope("POST", b"/", CHUNKED), part(b"x" * 100, more=False)).body == b"100"


def test_a_long_body_for_which_there_is_no_descriptor_is_a_503(monkeypatch, served, caplog):
    def none_left(**_):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("tempfile.TemporaryFile", none_left)
    long = asked(served, scope("POST", b"/", CHUNKED), part(b"x" * 101, more=True), NEVER)
    assert code(long) == (503, "overloaded")
    assert "Too many open files" in caplog.text


def test_of_a_refused_body_no_more_than_some_megabytes_are_read(monkeypatch, served):
    monkeypatch.setattr(application, "_DISCARDING", 5)
    monkeypatch.setattr(application, "_DISCARDED", 500)
    client = Client(*(part(b"x" * 100, more=True) for _ in range(20)))
    asyncio.run(served(scope("POST", b"/", of_length(1001)), client.receive, client.send))
    assert code(client) == (413, "body_too_large")
    assert len(client._messages) == 20 - 6
