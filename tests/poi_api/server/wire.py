"""Requests byte by byte, for what no client library would send."""

import select
import socket
from typing import NamedTuple

PATIENCE = 30.0  # seconds


class Answer(NamedTuple):
    """The first answer on a connection, and whether the connection was closed behind it."""

    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """A connection to the service on `port`."""

    def __init__(self, port: int) -> None:
        self.link = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._read = b""

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self.link.close()

    def send(self, *parts: bytes) -> None:
        self.link.sendall(b"".join(parts))

    def answer(self) -> Answer:
        """Read an answer whose length is told. Fails if there is none in time."""
        while b"\r\n\r\n" not in self._read:
            self._receive()
        head, self._read = self._read.split(b"\r\n\r\n", 1)
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", "0"))
        while len(self._read) < length:
            self._receive()
        body, self._read = self._read[:length], self._read[length:]
        return Answer(int(first.split()[1]), headers, body)

    def is_answered(self, seconds: float = 0.01) -> bool:
        """Tell whether an answer has begun, waiting no longer than that."""
        return bool(select.select([self.link], [], [], seconds)[0])

    def is_closed(self) -> bool:
        """Tell whether the other side has closed it, waiting for that."""
        try:
            return self.link.recv(1) == b""
        except ConnectionResetError:
            return True

    def _receive(self) -> None:
        part = self.link.recv(1 << 16)
        assert part, f"closed after {self._read!r}"
        self._read += part


def head(line: str, *headers: str) -> bytes:
    """Return a request's first line and headers."""
    return "\r\n".join([f"{line} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]).encode("latin-1")


def chunks(*parts: bytes, last: bool = True) -> bytes:
    """Return a body in chunks, with the one that ends it unless told otherwise."""
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + (b"0\r\n\r\n" if last else b"")
