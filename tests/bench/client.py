"""A light HTTP/1.1 load client: a few kept connections, one process, next to no work per answer."""

import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_CHUNKED = b"transfer-encoding: chunked"
_LAST_CHUNK = b"\r\n0\r\n\r\n"
_TO_THE_LAST_CHUNK = -1
_PART = 1 << 18


class Load(NamedTuple):
    """How many answers came, and in how many seconds."""

    answers: int
    seconds: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


@dataclass(slots=True)
class Connection:
    """One kept connection and the answer being read, of which only the start is kept."""

    link: socket.socket
    start: bytes = b""
    left: int | None = None  # bytes of the body still to come; None until the head is there
    tail: bytes = b""

    def ask(self, request: bytes) -> None:
        self.start, self.left, self.tail = b"", None, _LAST_CHUNK[:2]
        self.link.sendall(request)

    def receive(self) -> bool:
        """Read what is there; tell whether the answer is whole. Raises ConnectionError."""
        part = self.link.recv(_PART)
        if not part:
            raise ConnectionError("the server closed the connection")
        if self.left is None:
            self.start += part
            end = self.start.find(_HEAD_END)
            if end < 0:
                return False
            self.left = _length(self.start[:end].lower())
            part = self.start[end + len(_HEAD_END) :]
        if self.left == _TO_THE_LAST_CHUNK:
            self.tail = (self.tail + part[-len(_LAST_CHUNK) :])[-len(_LAST_CHUNK) :]
            return self.tail == _LAST_CHUNK
        self.left -= len(part)
        return self.left <= 0


def _length(head: bytes) -> int:
    if _CHUNKED in head:
        return _TO_THE_LAST_CHUNK
    start = head.find(_LENGTH)
    return int(head[start + len(_LENGTH) :].split(b"\r\n", 1)[0]) if start >= 0 else 0


def load(port: int, requests: Iterator[bytes], *, status: int, connections: int, seconds: float) -> Load:
    """Send `requests` over kept connections for some seconds, then wait for the answers that are still to come.

    So at least one answer a connection is counted, however long it takes, and nothing is left running for the
    next measurement. Raises AssertionError for an answer whose status is not `status`.
    """
    expected = f"HTTP/1.1 {status} ".encode()
    answers = 0
    with selectors.DefaultSelector() as selector:
        try:
            for _ in range(connections):
                link = socket.create_connection(("127.0.0.1", port))
                link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                selector.register(link, selectors.EVENT_READ, Connection(link))
            start = time.perf_counter()
            for key in selector.get_map().values():
                key.data.ask(next(requests))
            while selector.get_map():
                for key, _ in selector.select():
                    connection: Connection = key.data
                    if not connection.receive():
                        continue
                    assert connection.start.startswith(expected), connection.start[:600]
                    answers += 1
                    if time.perf_counter() - start < seconds:
                        connection.ask(next(requests))
                    else:
                        selector.unregister(connection.link)
                        connection.link.close()
            return Load(answers, time.perf_counter() - start)
        finally:
            for key in list(selector.get_map().values()):
                key.data.link.close()


def request(method: str, path: str, *, key: str, body: bytes = b"", headers: dict[str, str] | None = None) -> bytes:
    """Return the bytes of a request with a client's key; `body` is JSON."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Api-Key {key}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
