"""HTTP by hand over a socket: requests that no well-behaved client sends."""

import json
import re
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

_LENGTH = re.compile(rb"^content-length: *([0-9]+)", re.IGNORECASE | re.MULTILINE)
_PATIENCE = 20.0  # seconds without a byte until a service hangs


class Answer(NamedTuple):
    """What came back; `status` is 0 where the connection ended without an answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def codes(self) -> list[tuple[str, str | None]]:
        """The codes and fields of a problem's errors."""
        return [(error["code"], error["field"]) for error in self.problem["errors"]]


def ask(port: int, method: str, path: str, headers: Mapping[str, str], *parts: bytes, close: bool = False) -> Answer:
    """Send a request whose body is `parts` as they are, and return the answer; `close` ends the sending after them.

    Raises TimeoutError if nothing comes.
    """
    head = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    head += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as link:
        with suppress(ConnectionError):  # who refuses early need not read all
            link.sendall("\r\n".join([*head, "", ""]).encode("latin-1") + b"".join(parts))
            if close:
                link.shutdown(socket.SHUT_WR)
        return _parsed(_received(link), method)


def _received(link: socket.socket) -> bytes:
    """Return what comes until the answer is whole, or the connection ends."""
    content = bytearray()
    with suppress(ConnectionError):
        while part := link.recv(65536):
            content += part
            head, _, body = bytes(content[:4096]).partition(b"\r\n\r\n")
            length = _LENGTH.search(head)
            if body and length and len(content) - len(head) - 4 >= int(length[1]):
                break
    return bytes(content)


def _parsed(content: bytes, method: str) -> Answer:
    head, _, body = content.partition(b"\r\n\r\n")
    if not head:
        return Answer(0, {}, b"")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        body = _unchunked(body)
    return Answer(int(status.split()[1]), headers, b"" if method == "HEAD" else body)


def _unchunked(content: bytes) -> bytes:
    whole = b""
    while content:
        size, _, content = content.partition(b"\r\n")
        length = int(size, 16)
        whole, content = whole + content[:length], content[length + 2 :]
    return whole


def chunked(body: bytes, size: int = 7) -> bytes:
    """Return a body in chunks of `size` bytes, with the last one that says that no more come."""
    return unfinished(body, size) + b"0\r\n\r\n"


def unfinished(body: bytes, size: int = 7) -> bytes:
    """Return a body in chunks, without the last one."""
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
