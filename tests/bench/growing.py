"""`make bench BENCH=--grow`: what a request computes in a small database and in a large one, measured in turns.

Each size is served by a process of its own, which measures a round whenever it reads a line. Every answer is made.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.bench.report import block, digits, told

SIZES = ("S", "L")
ROWS = 10_000  # of the document that is imported
_TITLE = "What service and PostgreSQL compute for an answer, in ms, if every answer is made"
_TIMES, _IMPORT = 1.5, 120.0  # as much computing at most; seconds


def grow(directory: Path, rounds: int, seconds: float, *, markdown: bool) -> None:
    """Measure both sizes, whose databases are in folders of `directory`, and print what came out."""
    with ExitStack() as stack:
        children = [stack.enter_context(_child(size, directory / size, seconds)) for size in SIZES]
        measured = [[_answer(child, "round") for child in children] for _ in range(rounds + 1)][1:]
        imports = [_answer(child, "import") for child in children]
    rows = [_row(name, [[size[name] for size in turn] for turn in measured]) for name in measured[0][0]]
    slowest = f"below {_IMPORT:.0f}: {told(max(imports) < _IMPORT)}"
    last = [f"import of {ROWS:,} rows, s", *map(digits, imports), slowest]
    print(block(_TITLE, [["", *SIZES, "ratio (range)"], *rows, last], markdown=markdown), flush=True)


def _row(name: str, turns: list[list[dict[str, float]]]) -> list[str]:
    """Return the line of an operation, of which each turn measured both sizes."""
    both = [[size["service"] + size["postgres"] for size in turn] for turn in turns]
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


def _answer(child: "subprocess.Popen[str]", asked: str) -> Any:
    assert child.stdin
    assert child.stdout
    child.stdin.write(f"{asked}\n")
    return json.loads(child.stdout.readline())
