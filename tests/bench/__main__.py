"""`make bench`: the product against plain DRF and raw SQL, in one run, rounds interleaved.

The product is served as `make run` does, plain DRF by a second server like it, two workers each; pgbench asks
PostgreSQL directly. Single rounds on a small machine vary up to twofold, so what counts is the ratio within a
round, and its range. The goals stand in `tests.bench.operations`. What is read comes from the memory of answers, as it
does where many look at the same; with ANSWER_MEMORY_MB=0 every answer is made anew.
"""

import argparse
import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

_ROUNDS = {"S": 5, "M": 3, "L": 2}
_ALWAYS = ("S", "M")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--size", choices=_ROUNDS, help=f"without it {' and '.join(_ALWAYS)}; L takes long")
    parser.add_argument("--data", help="with --size: a directory where the database stays, to be used again")
    parser.add_argument("--only", default="", help="operations, separated by commas: R3,W1")
    parser.add_argument("--rounds", type=int, help="how often everything is measured, after a first time to warm up")
    parser.add_argument("--seconds", type=float, default=2.0, help="per measurement")
    options = parser.parse_args()
    if options.size is None:
        if options.data:
            parser.error("--data needs --size")
        _one_after_another(sys.argv[1:])
        return
    directory = str(Path(options.data).resolve()) if options.data else _passing_directory()
    os.environ |= {"POI_DATA_DIR": directory, "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
    os.environ.pop("DATABASE_URL", None)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # the servers end too

    import django

    django.setup()
    from tests.bench.measuring import bench

    only = [name.strip() for name in options.only.split(",") if name.strip()]
    bench(options.size, only, rounds=options.rounds or _ROUNDS[options.size], seconds=options.seconds)


def _passing_directory() -> str:
    directory = tempfile.mkdtemp(prefix="poi-bench-")
    # The embedded server stops when this process has ended, later than any `finally` of it.
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory


def _one_after_another(arguments: list[str]) -> None:
    """A size has a database of its own, and a process has one database."""
    for size in _ALWAYS:
        done = subprocess.run([sys.executable, "-m", "tests.bench", "--size", size, *arguments])
        if done.returncode:
            sys.exit(done.returncode)


if __name__ == "__main__":
    main()
