"""How the loop sends a file: as its reader takes it, and for no longer."""

import asyncio
from typing import Any, cast

import pytest

from poi_api.server import answers, files
from poi_api.server.application import Application
from tests.poi_api.server.asgi import GONE, Client, answering, asked, part, scope


class Blocks:
    """A file of so many blocks that tells whether it was closed; the event loop may do neither."""

    def __init__(self, count: int) -> None:
        self.left, self.closed = count, False

    def read(self, size: int) -> bytes:
        assert on_no_loop()
        count = min(self.left, size // files.BLOCK)
        self.left -= count
        return b"x" * count * files.BLOCK

    def close(self) -> None:
        self.closed = on_no_loop()


def on_no_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return True
    return False


def sending(file: Blocks) -> Application:
    return Application(answering(lambda environ: environ["wsgi.file_wrapper"](file)))


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(files, "_LARGEST", files.BLOCK)


def test_a_file_is_sent_in_blocks_and_closed(small_blocks):
    client = asked(sending(file := Blocks(3)), scope())
    assert client.body == b"x" * 3 * files.BLOCK
    assert [message["more_body"] for message in client.got[1:]] == [True, True, True, False]
    assert file.closed


@pytest.mark.parametrize(("others", "blocks"), [(0, 16), (3, 8), (31, 1), (100, 1)])
def test_blocks_are_large_while_there_are_few_readers(others, blocks):
    stalled = [files.FileBlocks(cast(Any, Blocks(1))) for _ in range(others)]
    for _ in range(2):  # who was sent all is no reader any more
        client = asked(sending(Blocks(blocks + 1)), scope())
        assert [len(message["body"]) for message in client.got[1:]] == [blocks * files.BLOCK, files.BLOCK, 0]
    assert len(stalled) == others


def test_of_a_file_a_head_gets_no_byte():
    client = asked(sending(file := Blocks(3)), scope("HEAD"))
    assert (client.body, file.left, file.closed) == (b"", 3, True)


def test_a_file_is_closed_when_its_reader_is_gone(small_blocks):
    client = Client(part(b"", more=False), GONE, takes=lambda: asyncio.sleep(0.001))
    asyncio.run(sending(file := Blocks(10_000))(scope(), client.receive, client.send))
    assert file.closed
    assert file.left > 9_000


def test_a_file_is_closed_when_its_reader_takes_nothing(small_blocks, monkeypatch):
    monkeypatch.setattr(answers, "_STALLED", 0.05)
    client = Client(takes=lambda: asyncio.sleep(3600) if len(client.got) > 2 else asyncio.sleep(0))
    asyncio.run(sending(file := Blocks(10))(scope(), client.receive, client.send))
    assert file.closed
    assert len(client.got) == 3


def test_a_reader_slower_than_the_rate_is_cut_off_and_one_that_is_not_gets_all(small_blocks, monkeypatch, caplog):
    monkeypatch.setattr(answers, "_STALLED", 0.05)
    for rate, blocks in ((files.BLOCK * 200, 40), (files.BLOCK * 20, 40)):  # a second; its reader takes some 100
        monkeypatch.setattr(answers, "_RATE", rate)
        client = Client(takes=lambda: asyncio.sleep(0.009))
        asyncio.run(sending(file := Blocks(blocks))(scope(), client.receive, client.send))
        assert file.closed
        assert (len(client.body) == blocks * files.BLOCK) == (rate == files.BLOCK * 20)
