"""The threads that run Django: several, so that long work does not hold up the rest, and some that no write takes."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Any, ParamSpec, TypeVar

from poi_api.server import refusals
from poi_api.server.presence import Presence
from poi_api.server.refusals import RefusedRequest

P = ParamSpec("P")
T = TypeVar("T")

_PATIENCE = 2.0  # seconds that a request waits for a thread


@dataclass(frozen=True, slots=True, eq=False)
class _Turn:
    """A request that waits: `runs` becomes True when it has a thread, False when it gets none any more."""

    writes: bool
    runs: "asyncio.Future[bool]"


class Threads:
    """A number of threads, of which writes take at most `writing`; at most so many of each kind wait for one."""

    def __init__(self, threads: int, *, writing: int, waiting: int) -> None:
        self._work: SimpleQueue[Callable[[], None]] = SimpleQueue()
        for _ in range(threads):
            Thread(target=self._serve, name="request", daemon=True).start()
        self._most = {False: threads, True: writing}
        self._taken = {False: 0, True: 0}
        self._most_waiting = waiting
        self._queue: deque[_Turn] = deque()
        self._stopped = False

    async def enter(self, presence: Presence, *, writes: bool) -> None:
        """Wait until there is a thread for a request; `run` must follow. Raises RefusedRequest if there is none soon.

        Who leaves while it waits is refused as well, though that is not read: its work is not done.
        """
        if self._has_place(writes):
            self._taken[writes] += 1
        elif self._stopped:
            raise RefusedRequest(refusals.STOPPING, ends=False)
        elif sum(turn.writes is writes for turn in self._queue) >= self._most_waiting:
            raise RefusedRequest(refusals.OVERLOADED, ends=False)
        else:
            await self._wait(presence, writes)

    async def run(self, writes: bool, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what `work` returns in the thread. It is free when that has ended, whether still awaited or not.

        What an executor does for this with two futures and their locks takes a tenth of a small request.
        """
        loop = asyncio.get_running_loop()
        awaited: asyncio.Future[T] = loop.create_future()

        def end(outcome: Callable[[], None]) -> None:
            self._leave(writes)
            if not awaited.done():
                outcome()

        def run() -> None:
            try:
                result = work(*args, **kwargs)
            except BaseException as error:
                loop.call_soon_threadsafe(end, partial(awaited.set_exception, error))
            else:
                loop.call_soon_threadsafe(end, partial(awaited.set_result, result))

        self._work.put(run)
        return await awaited

    def _serve(self) -> None:
        while True:
            self._work.get()()

    def stop(self) -> None:
        """Let nobody wait any more; what has a thread is finished."""
        self._stopped = True
        while self._queue:
            self._queue.popleft().runs.set_result(False)

    async def _wait(self, presence: Presence, writes: bool) -> None:
        turn = _Turn(writes, asyncio.get_running_loop().create_future())
        self._queue.append(turn)
        either: set[asyncio.Future[Any]] = {turn.runs, presence.gone()}
        try:
            await asyncio.wait(either, timeout=_PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            if self._end_wait(turn):
                self._leave(writes)
            raise
        if not self._end_wait(turn):
            raise RefusedRequest(refusals.STOPPING if self._stopped else refusals.OVERLOADED, ends=False)

    def _end_wait(self, turn: _Turn) -> bool:
        """Wait no more; tell whether there is a thread."""
        if turn.runs.done():
            return turn.runs.result()
        self._queue.remove(turn)
        return False

    def _has_place(self, writes: bool) -> bool:
        free = self._most[False] - self._taken[False] - self._taken[True]
        return free > 0 and (not writes or self._taken[True] < self._most[True])

    def _leave(self, writes: bool) -> None:
        """Give a thread back, and to the first who may have it."""
        self._taken[writes] -= 1
        for turn in self._queue:
            if self._has_place(turn.writes):
                self._queue.remove(turn)
                self._taken[turn.writes] += 1
                turn.runs.set_result(True)
                return
