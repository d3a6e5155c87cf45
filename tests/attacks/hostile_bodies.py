"""Hostile bodies of a few megabytes, sent to every writing address of the running service.

    python -m tests.attacks.hostile_bodies [MEGABYTES] [WORD …]

For each kind of body it prints the slowest refusal beside what it takes merely to read the same body as JSON, the
largest answer, and what the workers hold in memory before and after. WORDs choose addresses that hold one of them.
It ends with 1 where an answer is none of 4xx, is over the bound, or takes too long.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import django

LARGEST_ANSWER = 64 * 1024
SLOWEST = 1.5  # times what it takes to read the body, and what a small refusal takes besides
_BESIDES = 0.1  # seconds


class Shot(NamedTuple):
    """What became of one body; times are of work, in seconds, whatever else the machine does."""

    where: str
    status: int
    seconds: float
    reading: float
    size: int

    @property
    def is_bad(self) -> bool:
        """Tell whether it cost more than it may."""
        slow = self.seconds > SLOWEST * self.reading + _BESIDES
        return not 400 <= self.status < 500 or slow or self.size > LARGEST_ANSWER


def values(size: int) -> dict[str, str]:
    """Return JSON of about `size` bytes that no field takes, by its kind."""
    return {
        "names": "{" + ",".join(f'"n{number:07}":1' for number in range(size // 12)) + "}",
        "numbers": "[" + ",".join("1" for _ in range(size // 2)) + "]",
        "objects": "[" + ",".join("{}" for _ in range(size // 3)) + "]",
        "5000 objects": "[" + ",".join("{}" for _ in range(5000)) + "]",
        "5000 lists": "[" + ",".join("[]" for _ in range(5000)) + "]",
        "odd objects": "[" + ",".join('{"x":1}' for _ in range(4999)) + "]",
        "texts": "[" + ",".join('"x"' for _ in range(size // 4)) + "]",
        "text": '"' + "x" * size + '"',
        "unseen text": '"' + "\u200b" * (size // 3) + '"',
        "accents": '"' + "\u0301" * (size // 2) + '"',
        "escapes": '"' + "\\u0041" * (size // 6) + '"',
        "digits": "1" * size,
        "decimals": "0." + "1" * size,
        "exponent": "1e999999999",
        "deep": "[" * (size // 2) + "]" * (size // 2),
        "quite deep": "[" * 900 + "]" * 900,
    }


def bodies(good: dict[str, Any], size: int) -> Iterator[tuple[str, bytes]]:
    """Yield hostile bodies of an operation: each value alone, as a new member, and in place of each member."""
    for kind, text in values(size).items():
        yield kind, text.encode()
        for name in ["zzz", *good]:
            others = {other: value for other, value in good.items() if other != name}
            start = json.dumps(others, default=str)[:-1] + (", " if others else "")
            yield f"{kind} in {'a new member' if name == 'zzz' else name}", f'{start}"{name}": {text}}}'.encode()


def attack(service: Any, size: int, words: list[str]) -> list[Shot]:
    """Send them all, and return what became of each."""
    from poi_api.http import exact_json
    from tests.attacks.service import WRITES, worked
    from tests.operations import OPERATIONS

    shots = []
    for method, path in WRITES:
        if words and not any(word in path for word in words):
            continue
        operation = OPERATIONS[method, path]
        good = json.loads(exact_json.dumps({**_MEMBERS.get(path, {}), **operation.body(service.world)}))
        for kind, body in bodies(good, size):
            start = time.process_time()
            with suppress(ValueError):
                exact_json.loads(body)
            reading, before = time.process_time() - start, worked(service)
            answer = service.ask(method, service.address(operation, path), body, Content_Length=len(body))
            seconds = worked(service) - before
            shots.append(Shot(f"{method} {path}: {kind}", answer.status, seconds, reading, len(answer.body)))
            if shots[-1].is_bad:
                print("BAD", shots[-1], answer.body[:300], flush=True)
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


def report(shots: list[Shot]) -> None:
    """Print the worst of each kind."""
    for kind in dict.fromkeys(shot.where.partition(": ")[2].partition(" in ")[0] for shot in shots):
        of_kind = [shot for shot in shots if shot.where.partition(": ")[2].partition(" in ")[0] == kind]
        slowest = max(of_kind, key=lambda shot: shot.seconds - SLOWEST * shot.reading)
        largest = max(shot.size for shot in of_kind)
        print(
            f"{kind:14} {len(of_kind):4} bodies; slowest {slowest.seconds:6.2f} s, reading {slowest.reading:6.2f} s "
            f"({slowest.where}); largest answer {largest:6} bytes"
        )


def main() -> int:
    """Attack a service of its own."""
    words = sys.argv[1:]
    size = int(words.pop(0)) * 1_000_000 if words and words[0].isdecimal() else 8_000_000
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.core.management import call_command

    from tests.attacks.service import attacked, memory
    from tests.operations import one_of_everything

    call_command("migrate", verbosity=0)
    with TemporaryDirectory() as data_dir, attacked(Path(data_dir), one_of_everything()) as service:
        before = memory(service)
        shots = attack(service, size, words)
        report(shots)
        bad = [shot for shot in shots if shot.is_bad]
        print(f"memory: {before:.0f} MB before, {memory(service):.0f} MB after; {len(bad)} of {len(shots)} are bad")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
