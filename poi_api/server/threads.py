"""The threads that run Django: several, so that long work does not hold up the rest."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from poi_api.server import refusals

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """A number of threads, and at most so many requests that wait for one of them."""

    def __init__(self, threads: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._most = threads + waiting
        self._taken = 0

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what `work` returns in one of the threads. Raises RefusedRequest if too much work waits."""
        if self._taken >= self._most:
            refusals.overloaded(ends=False)
        self._taken += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: work(*args, **kwargs))
        finally:
            self._taken -= 1
