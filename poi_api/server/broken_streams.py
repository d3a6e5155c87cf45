"""A streamed answer that fails half-way ends without the end that HTTP foresees, so that every client notices.

Granian ends the chunks of such an answer as if it were whole. It does not say which connection a request came
by, so those of the same client are shut down; of one address, a worker answers one request at a time.
"""

import os
import socket
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


def cut_broken_streams(application: Application) -> Application:
    """Return the WSGI application with every streamed body watched: one that raises takes its connection with it."""

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        body = application(environ, start_response)
        if not getattr(body, "streaming", False):
            return body
        return _StreamedBody(body, environ.get("REMOTE_ADDR", ""), int(environ["SERVER_PORT"]))

    return answer


class _StreamedBody:
    """A streamed body that shuts its client's connection down when it raises."""

    def __init__(self, body: Any, client: str, port: int) -> None:
        self._body = body
        self._client, self._port = client, port

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._body
        except Exception:
            shut_down(self._client, self._port)
            raise

    def close(self) -> None:
        self._body.close()


def shut_down(client: str, port: int) -> None:
    """End this process's connections from an address (all, if none is from it) to the port it serves."""
    links = [(link, peer) for link, peer in _connections(port)]
    of_client = [link for link, peer in links if peer == client] or [link for link, _ in links]
    for link in of_client:
        with suppress(OSError):
            link.shutdown(socket.SHUT_RDWR)
    for link, _ in links:
        link.close()


def _connections(port: int) -> Iterator[tuple[socket.socket, str]]:
    """Yield a copy of each open TCP connection whose port on our side is `port`, with the other side's address."""
    for entry in list(Path("/proc/self/fd").iterdir()):
        with suppress(OSError):
            number = int(entry.name)
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            link = socket.socket(fileno=os.dup(number))
            try:
                here, there = link.getsockname(), link.getpeername()
            except OSError:
                here, there = None, None
            if link.family in (socket.AF_INET, socket.AF_INET6) and here and here[1] == port:
                yield link, there[0]
            else:
                link.close()
