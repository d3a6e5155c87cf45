"""A light HTTP/1.1 load client: a few kept connections, one process, next to no work per answer."""

import selectors
import socket
import time
from dataclasses import dataclass

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(slots=True)
class Connection:
    """One kept connection and what has arrived of the answer being read."""

    link: socket.socket
    arrived: bytes = b""
    wanted: int = 0  # bytes of head and body together; 0 until the head is there

    def receive(self) -> bool:
        """Read what is there; tell whether the answer is whole. Raises ConnectionError, AssertionError."""
        part = self.link.recv(1 << 18)
        if not part:
            raise ConnectionError("the server closed the connection")
        self.arrived += part
        if not self.wanted and (end := self.arrived.find(_HEAD_END)) >= 0:
            head = self.arrived[:end].lower()
            start = head.find(_LENGTH)
            body = int(head[start + len(_LENGTH) :].split(b"\r\n", 1)[0]) if start >= 0 else 0
            self.wanted = end + len(_HEAD_END) + body
        return 0 < self.wanted <= len(self.arrived)


def rate(port: int, requests: list[bytes], *, status: int, connections: int = 8, seconds: float = 2.0) -> float:
    """Send `requests` in turn over kept connections for some seconds; return answers a second.

    Raises AssertionError for an answer whose status is not `status`.
    """
    expected = f"HTTP/1.1 {status} ".encode()
    done, turn = 0, 0
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            link = socket.create_connection(("127.0.0.1", port))
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(link, selectors.EVENT_READ, Connection(link))
            link.sendall(requests[turn % len(requests)])
            turn += 1
        start = time.perf_counter()
        while (elapsed := time.perf_counter() - start) < seconds:
            for key, _ in selector.select(1):
                connection: Connection = key.data
                if connection.receive():
                    assert connection.arrived.startswith(expected), connection.arrived[:600]
                    connection.arrived, connection.wanted = b"", 0
                    done += 1
                    connection.link.sendall(requests[turn % len(requests)])
                    turn += 1
        for key in list(selector.get_map().values()):
            key.data.link.close()
    return done / elapsed


def get(path: str, *, key: str, headers: dict[str, str] | None = None) -> bytes:
    """Return the bytes of a GET request with a client's key."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Api-Key {key}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
