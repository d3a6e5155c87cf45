"""What Django answered, and how the event loop sends it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from poi_api.server import counted
from poi_api.server.files import FileBlocks
from poi_api.server.presence import Message, Presence

_STALLED = 60  # seconds in which a reader takes nothing of a file, or by which it is behind the rate
_RATE = 64 * 1024  # bytes a second that a reader takes of a file

Headers = list[tuple[bytes, bytes]]
Send = Callable[[Message], Awaitable[None]]


class Answer:
    """Status, headers, and a body or a file to send."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: Headers = []
        self.body = b""
        self.file: FileBlocks | None = None

    def start(self, status: str, headers: Iterable[tuple[str, str]], _: Any = None) -> None:
        """Note status and headers (`start_response` of PEP 3333)."""
        self.status = int(status[:3])
        self.headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    def take(self, made: Any) -> None:
        """Note what a WSGI application returned: a file stays one, all else is collected here, in the thread."""
        if isinstance(made, FileBlocks):
            self.file = made
            return
        try:
            self.body = b"".join(made)
        finally:
            if close := getattr(made, "close", None):
                close()

    async def send(self, presence: Presence, send: Send, *, head_only: bool) -> None:
        """Send the answer; of one to HEAD, no more than its headers."""
        if self.file is None:
            await send_whole(send, self.status, self.headers, self.body)
            return
        try:
            if head_only:
                await send_whole(send, self.status, self.headers, b"")
            else:
                await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
                await _send_file(presence, send, self.file)
        finally:
            await self.file.close()


async def send_whole(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """Send an answer whose body is at hand."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _send_file(presence: Presence, send: Send, file: FileBlocks) -> None:
    """Send a file as fast as its reader takes it, until it is sent or its reader is gone or too slow."""
    gone, now, sent = presence.gone(), asyncio.get_running_loop().time, 0
    begun = now()
    try:
        while not gone.done() and (block := await file.read()):
            async with asyncio.timeout_at(min(now(), begun + sent / _RATE) + _STALLED):
                await send({"type": "http.response.body", "body": block, "more_body": True})
            sent += len(block)
        if not gone.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    except TimeoutError:
        counted.warn("reader_too_slow")
