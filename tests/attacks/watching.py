"""How the service answers others meanwhile."""

import asyncio
import time
from dataclasses import dataclass, field

from tests.attacks.attackers import Target

_PATIENCE = 30.0  # seconds for an answer


@dataclass(slots=True)
class Watched:
    """Times of answers in seconds, and what was no answer."""

    path: str
    times: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def within(self, part: float) -> float:
        """Return the time within which that part of the answers came."""
        return sorted(self.times)[min(int(len(self.times) * part), len(self.times) - 1)]

    def line(self) -> str:
        counted = f"{self.path}: {len(self.times)} answers, {len(self.failures)} failures {self.failures[:3]}"
        if not self.times:
            return counted
        shown = {"p50": self.within(0.5), "p99": self.within(0.99), "max": max(self.times)}
        return f"{counted}, " + ", ".join(f"{name} {time * 1000:.1f} ms" for name, time in shown.items())


async def watch(target: Target, paths: list[str], *, seconds: float, every: float = 0.02) -> list[Watched]:
    """Ask for each path every so many seconds, each time by a new connection, and return what came of it."""
    watched = [Watched(path) for path in paths]
    end = time.monotonic() + seconds
    async with asyncio.TaskGroup() as group:
        while time.monotonic() < end:
            for one in watched:
                group.create_task(_ask(target, one))
            await asyncio.sleep(every)
    return watched


async def _ask(target: Target, watched: Watched) -> None:
    start = time.perf_counter()
    try:
        async with asyncio.timeout(_PATIENCE), target.connected() as (reader, writer):
            writer.write(target.head(f"GET {watched.path}", "Connection: close"))
            answer = await reader.read()
    except (OSError, TimeoutError) as error:
        watched.failures.append(repr(error))
        return
    if answer.startswith(b"HTTP/1.1 200 "):
        watched.times.append(time.perf_counter() - start)
    else:
        watched.failures.append(answer[:40].decode("latin-1"))
