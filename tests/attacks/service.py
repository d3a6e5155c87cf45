"""The service as it really runs, on the database of the tests, with one of everything in it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import quote

from tests import factories as make
from tests.attacks.raw import Answer, ask
from tests.committed import connection_parameters
from tests.operations import OPERATIONS, Operation, ids_of
from tests.service_process import served
from units.choices import Role
from units.models import ChangeSet


class Attacked(NamedTuple):
    """A running service: where it answers, its first process, what is in it, and one who may everything."""

    port: int
    process: int
    world: SimpleNamespace
    caller: make.Caller

    def ask(self, method: str, path: str, *parts: bytes, close: bool = False, **headers: Any) -> Answer:
        """Ask as JSON, by hand; headers are named as Python names things."""
        said = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        said = {"Content-Type": "application/json", **self.caller.headers, **said}
        return ask(self.port, method, path, said, *parts, close=close)

    def address(self, operation: Operation, path: str) -> str:
        """Return the address of an operation on what is in the service."""
        return "/api/v1" + path.format(**ids_of(self.world, operation.names))


# With bodies of JSON
WRITES = [
    (method, path) for (method, path), operation in OPERATIONS.items() if method != "GET" and not operation.takes_files
]


@contextmanager
def attacked(data_dir: Path, world: SimpleNamespace) -> Iterator[Attacked]:
    """Serve the database of this process until the end of the block."""
    where = connection_parameters()
    host = f"{quote(str(where['host']), safe='')}:{where.get('port') or 5432}"
    url = f"postgres://{where['user']}:{where.get('password', '')}@{host}/{where['dbname']}"
    with served(data_dir, DATABASE_URL=url, SAMPLE="0") as (process, port):
        yield Attacked(port, process.pid, world, make.client(Role.PLANNER))


def last_position() -> int:
    """Return how many change sets there are."""
    return ChangeSet.objects.count()


def memory(service: Attacked) -> list[float]:
    """Return how many megabytes each of the service's processes holds now; what they share is counted in each."""
    return [_resident(process) / 1000 for process in _family(service.process)]


def _family(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *(member for child in children for member in _family(int(child)))]


def _resident(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return next(float(line.split()[1]) * 1.024 for line in status.splitlines() if line.startswith("VmRSS"))


def worked(service: Attacked) -> float:
    """Return how many seconds the service's processes have worked."""
    return sum(_worked(process) for process in _family(service.process))


def _worked(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
