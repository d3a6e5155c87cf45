"""The service as `make run` starts it, one for all tests here that only talk to it."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.poi_api.server.wire import Answer, Wire, chunks, head
from tests.service_process import served_to_a_planner


class Served(NamedTuple):
    """Its port, the number of its first process, and a planner's key."""

    port: int
    process: int
    key: str

    def ask(self, line: str, body: bytes = b"", *headers: str, chunked: bool = False) -> Answer:
        """Send a request with the key and a body of JSON in one piece; return its answer."""
        framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}"
        with Wire(self.port) as wire:
            wire.send(self.head(line, framing, *headers), chunks(body) if chunked else body)
            return wire.answer()

    def head(self, line: str, *headers: str) -> bytes:
        return head(line, f"Authorization: Api-Key {self.key}", "Content-Type: application/json", *headers)


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data_dir = tmp_path_factory.mktemp("served") / "data"
    with served_to_a_planner(data_dir) as (process, port, key):
        yield Served(port, process.pid, key)
