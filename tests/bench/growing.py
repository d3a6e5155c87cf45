"""`make bench BENCH=--grow`: what a request computes in a small database and in a large one, measured in turns.

Each size is served by a process of its own, which measures what it reads the name of. Every answer is made.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.bench.report import block, digits, told

SIZES = ("S", "L")
OPERATIONS = ("R1", "R2", "R2 of all", "page of the feed", "poll that finds nothing", "an institution's poll", "W1")
IMPORT, ROWS = "import", 10_000  # of the document that is imported
_TITLE = "What service and PostgreSQL compute for an answer, in ms, if every answer is made"
_TIMES, _LONGEST = 1.5, 120.0  # as much computing at most; seconds


def grow(directory: Path, only: list[str], *, rounds: int, seconds: float, markdown: bool) -> None:
    """Measure both sizes, whose databases are in folders of `directory`, and print what came out.

    The first round warms up. With `only` no other operations are measured.
    """
    asked = [name for name in OPERATIONS if not only or name in only]
    with ExitStack() as stack:
        children = [stack.enter_context(_child(size, directory / size, seconds)) for size in SIZES]
        turns = [[[_answer(child, name) for child in children] for name in asked] for _ in range(rounds + 1)][1:]
        lines = [line(name, list(both)) for name, both in zip(asked, zip(*turns, strict=True), strict=True)]
        if not only or IMPORT in only:
            imports = [_answer(child, IMPORT) for child in children]
            verdict = f"below {_LONGEST:.0f}: {told(max(imports) < _LONGEST)}"
            lines.append([f"import of {ROWS:,} rows, s", *map(digits, imports), verdict])
    print(block(_TITLE, [["", *SIZES, "ratio (range)"], *lines], markdown=markdown), flush=True)


def line(name: str, both: list[list[float]]) -> list[str]:
    """Return the cells of an operation, of which each turn measured both sizes."""
    ratios = sorted(large / small for small, large in both)
    middle = statistics.median(ratios)
    ratio = f"{digits(middle)} ({digits(ratios[0])}–{digits(ratios[-1])}), at most {_TIMES}: {told(middle <= _TIMES)}"
    return [name, *(digits(statistics.median(column)) for column in zip(*both, strict=True)), ratio]


@contextmanager
def _child(size: str, directory: Path, seconds: float) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.bench", "--size", size, "--data", str(directory)]
    command += ["--seconds", str(seconds), "--in-turn"]
    environment = {**os.environ, "ANSWER_MEMORY_MB": "0"}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as child:
        yield child


def _answer(child: "subprocess.Popen[str]", asked: str) -> float:
    assert child.stdin
    assert child.stdout
    child.stdin.write(f"{asked}\n")
    return float(child.stdout.readline())
