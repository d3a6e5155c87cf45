"""`make bench`: the product against FastAPI over asyncpg, bare and with the same promises, and against plain DRF.

Everything is served at the same time over one PostgreSQL, by two workers each, and asked in turns. Single rounds on a
small machine vary up to twofold, so what counts is the ratio within a round, and its range. The goals stand in
`tests.bench.operations`. What is read comes from the memory of answers, as it does where many look at the same; with
ANSWER_MEMORY_MB=0 every answer is made anew.
"""

import argparse
import atexit
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from tests.bench.growing import grow

_ROUNDS = {"S": 5, "L": 2}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--size", choices=_ROUNDS, default="S", help="L takes long")
    parser.add_argument("--data", help="a directory where the database stays, to be used again")
    parser.add_argument("--only", default="", help="operations, separated by commas: R3,W1")
    parser.add_argument("--rounds", type=int, help="how often everything is measured, after a first time to warm up")
    parser.add_argument("--seconds", type=float, default=1.0, help="per measurement")
    parser.add_argument("--grow", action="store_true", help="measure what computing grows with the database instead")
    parser.add_argument("--in-turn", action="store_true", help=argparse.SUPPRESS)  # what each line of input names
    parser.add_argument("--markdown", action="store_true", help="print the table for docs/performance.md")
    options = parser.parse_args()
    only = [name.strip() for name in options.only.split(",") if name.strip()]
    directory = str(Path(options.data).resolve()) if options.data else _passing_directory()
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # the servers end too
    if options.grow:
        rounds = options.rounds or _ROUNDS["S"]
        grow(Path(directory), only, rounds=rounds, seconds=options.seconds, markdown=options.markdown)
        return
    os.environ |= {"POI_DATA_DIR": directory, "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
    os.environ.pop("DATABASE_URL", None)

    import django

    django.setup()
    from tests.bench.grown import answer
    from tests.bench.measuring import bench

    if options.in_turn:
        answer(sys.stdin, options.size, options.seconds)
        return
    rounds = options.rounds or _ROUNDS[options.size]
    bench(options.size, only, rounds=rounds, seconds=options.seconds, markdown=options.markdown)


def _passing_directory() -> str:
    directory = tempfile.mkdtemp(prefix="poi-bench-")
    # The embedded server stops when this process has ended, later than any `finally` of it.
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory


if __name__ == "__main__":
    main()
