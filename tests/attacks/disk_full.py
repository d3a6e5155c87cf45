"""`python -m tests.attacks.disk_full` (root): the disk of the database fills up while the service works.

Reads go on, writes say that there is no space and are refused, nothing acknowledged is lost, and once there is space
again writes go on, and people can try to log in. The data is on a tmpfs of its own, which the attack mounts.
"""

import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.activities.service import YEAR, Answer, Service, activities, open_months
from tests.attacks.log_ins import tried
from tests.service_process import made_key, served

_SIZE = 160  # MB; a new database with the sample takes about 90
_REQUESTS = 400
_LOG_INS = 10  # among them; fewer than are taken from one address


@contextmanager
def small_disk(size: int) -> Iterator[Path]:
    """Mount a disk of so many MB for the length of the block."""
    directory = Path(tempfile.mkdtemp(prefix="poi-small-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", directory], check=True)
    try:
        yield directory
    finally:
        subprocess.run(["umount", directory], check=True)
        directory.rmdir()


def fill(path: Path) -> None:
    """Take what is left of a disk."""
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 65536):
                pass
        except OSError:
            return


@contextmanager
def running(data_dir: Path) -> Iterator[Service]:
    """Run the service until the end of the block; what it logs is read, lest it wait for that."""
    with served(data_dir) as (process, port):
        threading.Thread(target=lambda: [*(process.stdout or ())], daemon=True).start()
        planner = made_key("manage.py create_client planificación --role planner", data_dir)
        service = Service(data_dir, port, process.pid, planner)
        open_months(service)
        yield service


def write(service: Service, activity: int, number: int) -> Answer:
    body = {"executed": 10_000 + number, "reason": "x" * 900}
    return service.ask("PUT", f"/activities/{activity}/progress/{number % 12 + 1}/", service.planner, body)


def attack(service: Service, disk: Path) -> Counter[str]:
    """Return how often what was answered while the disk was full."""
    ids = activities(service)
    said: Counter[str] = Counter()
    fill(disk / "filler")
    for number in range(_REQUESTS):
        wrote = write(service, ids[number % len(ids)], number)
        read = service.ask("GET", f"/reports/matrix/?year={YEAR}&limit={number % 50 + 1}", service.planner)
        for method, answer in (("PUT", wrote), ("GET", read)):
            code = answer.body["errors"][0]["code"] if answer.status >= 400 else ""
            said[f"{method} {answer.status} {code}".strip()] += 1
        if number % (_REQUESTS // _LOG_INS) == 0:
            said[f"log-in {tried(service.port, f'nadie{number}')}"] += 1
    return said


def main() -> int:
    """Attack, print what was answered, and return 1 if it is not as it has to be."""
    with small_disk(_SIZE) as disk, running(disk / "data") as service:
        said = attack(service, disk)
        (disk / "filler").unlink()
        after, log_in = write(service, activities(service)[0], 11), tried(service.port, "nadie")
    print(*said.most_common(), f"with space again: {after.status}, log-in {log_in}", sep="\n")
    expected = {"PUT 200", "PUT 201", "PUT 503 disk_full", "GET 200", "log-in 200", "log-in 503"}
    good = set(said) <= expected and said["PUT 503 disk_full"] and after.status in {200, 201} and log_in == 200
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
