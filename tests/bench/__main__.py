"""`make bench`: the product against plain DRF and raw SQL, in one run, rounds interleaved.

One server on two workers serves the product and the rival views; pgbench asks PostgreSQL directly. Single
rounds on a small machine vary up to twofold, so what counts is the ratio within a round, and its range.
"""

import argparse
import atexit
import http.client
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PORT = 8765
_WORKERS = "2"
_CONNECTIONS = 8


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="per measurement")
    options = parser.parse_args()
    directory = tempfile.mkdtemp(prefix="poi-bench-")
    os.environ |= {"POI_DATA_DIR": directory, "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
    os.environ.pop("DATABASE_URL", None)
    # The embedded server stops when this process has ended, later than any `finally` of it.
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    key = _prepare()
    with _serving():
        _measure(key, options.rounds, options.seconds)


def _prepare() -> str:
    """Make the database of size S and return a reader's key."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from tests.bench.data import fill
    from units.choices import Role
    from units.services import create_client

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        fill()
    return create_client(name="bench", role=Role.READER)[1]


@contextmanager
def _serving() -> Iterator[None]:
    granian = Path(sys.executable).with_name("granian")
    command = [str(granian), "--interface", "wsgi", "--workers", _WORKERS, "--blocking-threads", "1", "--no-ws"]
    command += ["--http", "1", "--log-level", "error", "--port", str(_PORT), "tests.bench.wsgi:application"]
    with subprocess.Popen(command) as server:
        try:
            _wait()
            yield
        finally:
            server.terminate()


def _wait() -> None:
    for _ in range(200):
        try:
            _ask("/healthz", "")
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server does not answer")


def _ask(path: str, key: str) -> str:
    """Return the ETag of an answer."""
    link = http.client.HTTPConnection("127.0.0.1", _PORT, timeout=30)
    link.request("GET", path, headers={"Authorization": f"Api-Key {key}"})
    answer = link.getresponse()
    answer.read()
    link.close()
    return answer.headers.get("ETag", "")


def _measure(key: str, rounds: int, seconds: float) -> None:
    from tests.bench.client import rate
    from tests.bench.rivals import ACTIVITIES, MATRIX, activity_path, operations

    etags = {path: _ask(path, key) for path in (activity_path(ACTIVITIES[0]), MATRIX)}
    wanted = operations(key, etags)
    rates: dict[tuple[str, str], list[float]] = defaultdict(list)
    for turn in range(rounds + 1):  # the first round warms up and does not count
        for operation in wanted:
            product = rate(_PORT, operation.requests, status=operation.status, seconds=seconds)
            plain = rate(_PORT, operation.plain, status=200, seconds=seconds)
            sql = _pgbench(operation.sql, seconds)
            if turn:
                for who, value in (("product", product), ("plain", plain), ("sql", sql)):
                    rates[operation.name, who].append(value)
    for operation in wanted:
        _print(operation.name, *(rates[operation.name, who] for who in ("product", "plain", "sql")))


def _pgbench(script: str, seconds: float) -> float:
    """Return transactions a second of a script, over as many connections as the HTTP client keeps."""
    from django.db import connection

    from poi_api.embedded import binaries

    settings = connection.settings_dict
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        command = [str(binaries.directory() / "pgbench"), "-n", "-M", "prepared", "-f", file.name]
        command += [
            "-c",
            str(_CONNECTIONS),
            "-j",
            "2",
            "-T",
            str(max(1, round(seconds))),
            "-h",
            settings["HOST"],
            "-U",
            settings["USER"],
        ]
        done = subprocess.run([*command, settings["NAME"]], capture_output=True, text=True, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps"))
    return float(line.split()[2])


def _print(name: str, product: list[float], plain: list[float], sql: list[float]) -> None:
    print(
        f"{name:10} {statistics.median(product):9.0f}/s"
        f"   × plain DRF {_ratio(product, plain)}   × raw SQL {_ratio(product, sql)}"
    )


def _ratio(ours: list[float], theirs: list[float]) -> str:
    ratios = sorted(a / b for a, b in zip(ours, theirs, strict=True))
    return f"{statistics.median(ratios):6.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"


if __name__ == "__main__":
    main()
