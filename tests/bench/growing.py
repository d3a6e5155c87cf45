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

SIZES = ("S", "L")
ROWS = 10_000  # of the document that is imported
_TIMES, _IMPORT = 1.5, 120.0  # as much computing at most; seconds


def grow(directory: Path, rounds: int, seconds: float) -> None:
    """Measure both sizes, whose databases are in folders of `directory`, and print what came out."""
    with ExitStack() as stack:
        children = [stack.enter_context(_child(size, directory / size, seconds)) for size in SIZES]
        measured = [[_answer(child, "round") for child in children] for _ in range(rounds + 1)][1:]
        imports = [_answer(child, "import") for child in children]
    print(f"ms that service and PostgreSQL compute for an answer, in sizes {' and '.join(SIZES)}")
    for name in measured[0][0]:
        both = [[sum(side[name][part] for part in ("service", "postgres")) for side in turn] for turn in measured]
        ratios = sorted(large / small for small, large in both)
        shown = "  ".join(f"{statistics.median(column):6.2f}" for column in zip(*both, strict=True))
        ratio = f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"
        print(f"{name:<28}{shown}   × {ratio}, at most {_TIMES}: {_verdict(statistics.median(ratios) <= _TIMES)}")
    shown = "  ".join(f"{seconds:6.1f}" for seconds in imports)
    print(f"{f'import of {ROWS:,} rows, s':<28}{shown}   below {_IMPORT:.0f}: {_verdict(max(imports) < _IMPORT)}")


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


def _verdict(holds: bool) -> str:
    return "yes" if holds else "NO"
