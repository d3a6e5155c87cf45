"""The body of a request, awaited whole on the event loop: limited in size, in time, and in what all hold together."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from threading import Lock
from typing import IO

from poi_api.http.files import IS_FULL
from poi_api.server import refusals
from poi_api.server.presence import Receive
from poi_api.server.refusals import RefusedRequest

_SECONDS = 60  # by which a body may be behind the rate
_RATE = 16 * 1024  # bytes a second
_SHORT = 64 * 1024  # bytes of a body that stay in memory; a longer one goes on in a file
_HELD_SHORT = 128 * 1024 * 1024  # bytes that the short bodies of a process hold together
_HELD_LONG = 512 * 1024 * 1024  # and the long ones


class Budget:
    """So many bytes, of which one client has at most the half; several threads may use it."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: Counter[str] = Counter()
        self._lock = Lock()

    def take(self, client: str, count: int) -> bool:
        """Take bytes for a client; False, and nothing taken, if there are not as many left for it."""
        with self._lock:
            if self._held[client] + count > self._size // 2 or self._held.total() + count > self._size:
                self._forget(client)
                return False
            self._held[client] += count
            return True

    def give_back(self, client: str, count: int) -> None:
        """Give back what was taken."""
        with self._lock:
            self._held[client] -= count
            self._forget(client)

    def _forget(self, client: str) -> None:
        if not self._held[client]:
            del self._held[client]


class Bodies:
    """The bodies that this process is receiving, or has received for requests not yet answered."""

    def __init__(self, largest: int) -> None:
        self.largest = largest
        self.short, self.long = Budget(_HELD_SHORT), Budget(_HELD_LONG)
        self._deadlines: set[asyncio.Timeout] | None = set()

    async def receive(self, length: int | None, client: str, receive: Receive) -> "Body":
        """Return the body, whole, whose `length` is that of `length_of`.

        Raises RefusedRequest for one too long, too slow, cut short, or too many of them.
        """
        if length is not None and length > self.largest:
            raise RefusedRequest(refusals.TOO_LARGE)
        body = Body(self, client, length)
        try:
            await self._fill(body, length, receive)
        except BaseException as error:
            body.close()
            if isinstance(error, TimeoutError):
                raise RefusedRequest(refusals.STOPPING if self.stopped else refusals.TOO_SLOW) from None
            if isinstance(error, OSError):  # no room on disk for a long one, or no descriptor
                lacks = refusals.DISK_FULL if error.errno in IS_FULL else refusals.OVERLOADED
                raise RefusedRequest(lacks, why=str(error)) from error
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

    async def _fill(self, body: "Body", length: int | None, receive: Receive) -> None:
        """Receive it in the time that a body has. Raises TimeoutError."""
        if self._deadlines is None:
            raise RefusedRequest(refusals.STOPPING)
        async with asyncio.timeout(_SECONDS) as deadline:
            self._deadlines.add(deadline)
            try:
                await self._receive(body, length, receive, deadline)
            finally:
                if self._deadlines is not None:
                    self._deadlines.discard(deadline)

    async def _receive(self, body: "Body", length: int | None, receive: Receive, deadline: asyncio.Timeout) -> None:
        begun = asyncio.get_running_loop().time()
        more = True
        while more and body.length != length:
            message = await receive()
            if message["type"] != "http.request":
                raise RefusedRequest(refusals.CUT_SHORT)
            body.add(message.get("body", b""))
            more = message.get("more_body", False)
            if more and not self.stopped:
                deadline.reschedule(begun + _SECONDS + body.length / _RATE)
        if length is not None and body.length != length:
            raise RefusedRequest(refusals.CUT_SHORT)


class Body:
    """The bytes of one body and how many they are.

    Room for it is taken beforehand, so that none is refused half-way for those that come later: at first that of a
    short body, then that of the whole, which is the longest there may be where its length is not told.
    """

    def __init__(self, bodies: Bodies, client: str, length: int | None) -> None:
        self._bodies, self._client = bodies, client
        self._whole = bodies.largest if length is None else length
        self._held: tuple[Budget, int] | None = None
        self.length = 0
        self._hold(bodies.short, min(_SHORT, self._whole))
        self.file: IO[bytes] = SpooledTemporaryFile(max_size=_SHORT)  # noqa: SIM115 - closed by close()

    def add(self, part: bytes) -> None:
        """Add a part. Raises RefusedRequest if it gets too long, or there is no room for a long one."""
        was, self.length = self.length, self.length + len(part)
        if self.length > self._bodies.largest:
            raise RefusedRequest(refusals.TOO_LARGE)
        if was <= _SHORT < self.length:
            self._hold(self._bodies.long, self._whole)
        self.file.write(part)

    def _hold(self, budget: Budget, count: int) -> None:
        """Take room in a budget, and give back what was held in another."""
        if not budget.take(self._client, count):
            raise RefusedRequest(refusals.OVERLOADED)
        self._give_back()
        self._held = budget, count

    def _give_back(self) -> None:
        if self._held:
            budget, count = self._held
            budget.give_back(self._client, count)
            self._held = None

    def close(self) -> None:
        """Give back what the body holds."""
        with suppress(OSError):  # what is lost on a full disk is not wanted any more
            self.file.close()
        self._give_back()


def length_of(headers: Iterable[tuple[bytes, bytes]]) -> int | None:
    """Return how many bytes the body of a request has, None if it comes in chunks that say which is the last.

    Raises RefusedRequest for a coding other than chunks, which nobody has decoded.
    """
    length = 0
    codings = []
    for name, value in headers:
        if name == b"content-length":
            length = int(value)
        elif name == b"transfer-encoding":
            codings.append(value.strip().lower())
    if codings and codings != [b"chunked"]:
        raise RefusedRequest(refusals.CUT_SHORT)
    return None if codings else length
