"""Whether the client of a request is still there: looked after only from when that matters."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]


class Presence:
    """The client of one request, whose body has been received."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._watch: asyncio.Future[None] | None = None

    def gone(self) -> "asyncio.Future[None]":
        """Return what is done when the client is gone, always the same."""
        if self._watch is None:
            self._watch = asyncio.ensure_future(self._until_gone())
        return self._watch

    def forget(self) -> None:
        """Look no more after the client."""
        if self._watch is not None:
            self._watch.cancel()

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
