"""Hostile bodies of a few megabytes, sent to the writing addresses of the running service.

    python -m tests.attacks.hostile_bodies [MEGABYTES] [WORD …]

For each kind of body it prints the slowest refusal beside what it takes merely to read such a body as JSON, the largest
answer, and what each process of the service holds in memory before and after. Of addresses that take the same members
by the same method only the first is attacked, unless WORDs choose addresses: those that hold one of them.
It ends with 1 where an answer is none of 4xx, is over a bound, or a process keeps more than it may.
"""

import gc
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import django

from poi_api.http import exact_json
from tests.attacks.values import values

LARGEST_ANSWER = 64 * 1024
SLOWEST = 1.5  # times what it takes to read the body, and what a small refusal takes besides
MOST_KEPT = 64.0  # megabytes that a process may hold more afterwards
_BESIDES = 0.1  # seconds
_WARMING = 20  # rounds of small bodies, after which every process has loaded what refusals need


class Shot(NamedTuple):
    """What became of one body; times are of work, in seconds, whatever else the machine does."""

    kind: str
    where: str
    status: int
    seconds: float
    reading: float
    size: int

    @property
    def over(self) -> float:
        """By how many seconds it took longer than reading may."""
        return self.seconds - SLOWEST * self.reading

    @property
    def is_bad(self) -> bool:
        """Tell whether it cost more than it may."""
        return not 400 <= self.status < 500 or self.over > _BESIDES or self.size > LARGEST_ANSWER


class Target(NamedTuple):
    """A writing address, and a good body for it with all members there are."""

    method: str
    path: str
    address: str
    good: Mapping[str, Any]

    def bodies(self, text: str) -> Iterator[tuple[str, bytes]]:
        """Yield bodies with JSON that no field takes: that alone, as a new member, and in place of each member."""
        yield "alone", text.encode()
        for name in ["zzz", *self.good]:
            others = {other: value for other, value in self.good.items() if other != name}
            start = json.dumps(others, default=str)[:-1] + (", " if others else "")
            yield ("a new member" if name == "zzz" else name), f'{start}"{name}": {text}}}'.encode()


def targets(service: Any, words: list[str]) -> list[Target]:
    """Return the addresses that have one of the words; without words one of each kind."""
    from tests.attacks.service import WRITES
    from tests.operations import OPERATIONS

    chosen: dict[Any, Target] = {}
    for method, path in WRITES:
        operation = OPERATIONS[method, path]
        good = json.loads(exact_json.dumps({**_MEMBERS.get(path, {}), **operation.body(service.world)}))
        target = Target(method, path, service.address(operation, path), good)
        if not words:
            chosen.setdefault((method, frozenset(good)), target)
        elif any(word in path for word in words):
            chosen[method, path] = target
    return list(chosen.values())


def reading(text: str) -> float:
    """Return how long a body with this JSON is read."""
    body = f'{{"zzz": {text}}}'.encode()
    gc.collect()
    start = time.process_time()
    with suppress(ValueError):
        exact_json.loads(body)
    return time.process_time() - start


def attack(service: Any, attacked: list[Target], size: int) -> list[Shot]:
    """Send bodies of about `size` bytes, and return what became of each."""
    from tests.attacks.service import worked

    shots = []
    for kind, text in values(size).items():
        needed = reading(text)
        for target in attacked:
            for place, body in target.bodies(text):
                before = worked(service)
                answer = service.ask(target.method, target.address, body, Content_Length=len(body))
                seconds = worked(service) - before
                where = f"{target.method} {target.path} {place}"
                shots.append(Shot(kind, where, answer.status, seconds, needed, len(answer.body)))
                if shots[-1].is_bad:
                    print("BAD", shots[-1], answer.body[:300], flush=True)
        report(kind, [shot for shot in shots if shot.kind == kind])
    return shots


# Members that the good bodies leave out
_MEMBERS: dict[str, dict[str, Any]] = {
    "/units/": {"aliases": []},
    "/units/{pk}/": {"aliases": [], "parent": 1, "code": "X", "is_active": True},
    "/clients/": {"expires_at": None},
    "/clients/{pk}/rotate/": {"expires_at": None},
    "/plans/": {"bands": {}, "tolerance_percent": 1, "requires_review": True},
    "/plans/{pk}/": {"bands": {}, "requires_review": True},
    "/plans/{pk}/approve/": {"resolution": "", "reason": "", "effective_on": None},
    "/plans/{plan}/versions/": {"add": [], "move": [], "cancel": [], "resolution": "", "effective_on": None},
    "/activities/": {"code": "X", "accumulation": "sum"},
    "/activities/{pk}/": {"code": "X", "accumulation": "sum", "programmed": [1] * 12, "unit": 1, "is_cancelled": True},
    "/activities/{pk}/progress/{month}/": {"reason": "", "evidence_url": "", "entry_version": 0},
    "/publications/": {"title": ""},
    "/progress/batch/": {"dry_run": False},
    "/progress/reviews/": {"dry_run": False},
}


def report(kind: str, shots: list[Shot]) -> None:
    """Print the worst of a kind."""
    slowest, largest = max(shots, key=lambda shot: shot.over), max(shots, key=lambda shot: shot.size)
    print(
        f"{kind:20} {len(shots):4} bodies; slowest {slowest.seconds:5.2f} s, reading {slowest.reading:5.2f} s "
        f"({slowest.where}); largest answer {largest.size:6} bytes ({largest.where})",
        flush=True,
    )


def main() -> int:
    """Attack a service of its own."""
    words = sys.argv[1:]
    size = int(words.pop(0)) * 1_000_000 if words and words[0].isdecimal() else 1_000_000
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.core.management import call_command

    from tests.attacks.service import attacked, memory
    from tests.operations import one_of_everything

    call_command("migrate", verbosity=0)
    with TemporaryDirectory() as data_dir, attacked(Path(data_dir), one_of_everything()) as service:
        chosen = targets(service, words)
        for _ in range(_WARMING):
            for target in chosen:
                service.ask(target.method, target.address, b"[]", Content_Length=2)
        before = memory(service)
        shots = attack(service, chosen, size)
        after = memory(service)
    bad = [shot for shot in shots if shot.is_bad]
    kept = max(now - then for then, now in zip(before, after, strict=True))
    print(f"MB of each process before {_whole(before)} and after {_whole(after)}")
    print(f"{len(bad)} of {len(shots)} are bad")
    return 1 if bad or kept > MOST_KEPT else 0


def _whole(megabytes: list[float]) -> str:
    return " ".join(f"{count:.0f}" for count in megabytes)


if __name__ == "__main__":
    sys.exit(main())
