"""The body of a request, awaited whole on the event loop: limited in size, in time, and in what all hold together."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Self

from poi_api.server import refusals

logger = logging.getLogger(__name__)

_SECONDS = 60  # for a whole body
_IN_MEMORY = 64 * 1024  # bytes of a body; a longer one goes on in a file
_HELD = 512 * 1024 * 1024  # bytes that the long bodies of a process hold together

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]


class Bodies:
    """The bodies that this process is receiving, or has received for requests not yet answered."""

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._held = 0
        self._deadlines: set[asyncio.Timeout] | None = set()

    async def receive(self, framing: "Framing", receive: Receive) -> "Body":
        """Return the body, whole. Raises RefusedRequest for one too long, too slow, cut short, or too many of them."""
        if framing.length is not None and framing.length > self._largest:
            refusals.too_large()
        body = Body(self)
        try:
            async with self._deadline():
                await self._fill(body, framing, receive)
        except TimeoutError:
            body.close()
            if self.stopped:
                refusals.stopping()
            refusals.too_slow()
        except OSError:
            body.close()
            logger.exception("A long body cannot be kept on disk")
            refusals.no_room()
        except BaseException:
            body.close()
            raise
        body.file.seek(0)
        return body

    @property
    def stopped(self) -> bool:
        """Whether the process stops."""
        return self._deadlines is None

    def stop(self) -> None:
        """Wait for no body any more: those that are not whole now are refused."""
        waiting, self._deadlines = self._deadlines or set(), None
        for deadline in waiting:
            deadline.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def _deadline(self) -> AsyncIterator[None]:
        """Let the block take the time that a body has. Raises TimeoutError."""
        if self._deadlines is None:
            refusals.stopping()
        async with asyncio.timeout(_SECONDS) as deadline:
            self._deadlines.add(deadline)
            try:
                yield
            finally:
                if self._deadlines is not None:
                    self._deadlines.discard(deadline)

    async def _fill(self, body: "Body", framing: "Framing", receive: Receive) -> None:
        more = True
        while more and body.length != framing.length:
            message = await receive()
            if message["type"] != "http.request":
                refusals.unreadable()
            body.add(message.get("body", b""))
            if body.length > self._largest:
                refusals.too_large()
            more = message.get("more_body", False)
        if framing.length is not None and body.length != framing.length:
            refusals.unreadable()

    def hold(self, count: int) -> None:
        """Count bytes of long bodies as held, or as given back if negative. Raises RefusedRequest if too many are."""
        self._held += count
        if count > 0 and self._held > _HELD:
            refusals.overloaded(ends=True)


class Body:
    """The bytes of one body and how many they are."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._counted = 0
        self.length = 0
        self.file: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by close()

    def add(self, part: bytes) -> None:
        """Add a part. Raises RefusedRequest if the bodies of the process hold too much."""
        self.length += len(part)
        if self.length > _IN_MEMORY:
            more = self.length - self._counted
            self._counted = self.length
            self._bodies.hold(more)
        self.file.write(part)

    def close(self) -> None:
        """Give back what the body holds."""
        self._bodies.hold(-self._counted)
        self._counted = 0
        with suppress(OSError):  # what is lost on a full disk is not wanted any more
            self.file.close()


class Framing:
    """How a request says where its body ends: `length` bytes, or None if in chunks that say which is the last."""

    def __init__(self, length: int | None) -> None:
        self.length = length

    @classmethod
    def of(cls, headers: Iterable[tuple[bytes, bytes]]) -> Self:
        """Return that of a request. Raises RefusedRequest for a coding other than chunks, which nobody has decoded."""
        length = 0
        codings = []
        for name, value in headers:
            if name == b"content-length":
                length = int(value)
            elif name == b"transfer-encoding":
                codings.append(value.strip().lower())
        if codings and codings != [b"chunked"]:
            refusals.unreadable()
        return cls(None if codings else length)

    @property
    def has_body(self) -> bool:
        """Whether there is anything to wait for."""
        return self.length != 0
