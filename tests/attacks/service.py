"""The service as it really runs, on the database of the tests, with one of everything in it."""

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


WRITES = [(method, path) for method, path in OPERATIONS if method != "GET"]


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
