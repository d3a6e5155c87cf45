"""One size, measured from an empty database to the printed table."""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.core.management import call_command

from tests.bench import operations
from tests.bench.answers import compare
from tests.bench.client import load, request
from tests.bench.data import SIZES, Prepared, Size, activities_by_year, change, entries_written, fill, level
from tests.bench.operations import DRF, FASTAPI, OURS, PROMISES, TODAY, Operation
from tests.bench.processes import Memory, computed, family
from tests.bench.report import Measured, Row, table
from tests.bench.servers import Server, fastapi, plain_drf, product
from units.choices import Role
from units.models import Unit
from units.services.clients import create_client

_WARMING_UP = 0.3  # seconds


class Bench:
    """The contenders, served over one database."""

    def __init__(self, servers: Mapping[str, Server], at: Prepared) -> None:
        self.servers = servers
        self.at = at
        data_dir = os.environ["POI_DATA_DIR"]
        self.memory = Memory(servers[OURS].process, data_dir)
        [pid_file] = Path(data_dir).glob("*/postmaster.pid")
        self.postgres = int(pid_file.read_text().split()[0])

    def measure(self, wanted: list[Operation], rounds: int, seconds: float) -> Iterator[Row]:
        """Compare the answers, then measure in rounds of all operations and contenders; yield what came out."""
        for writes in (False, True):  # reading first: writing ends the ETags' validity
            rows = [Row(operation) for operation in wanted if bool(operation.writes) is writes]
            for row in rows:
                if row.operation.compared:
                    compare(row.operation, self.servers, self.at)
            for turn in range(rounds + 1):
                for row in rows:
                    if turn:
                        row.add(self.round(row.operation, seconds))
                        print(f"# {turn} {row.latest()}", file=sys.stderr)
                    elif row.operation.connections > 1:  # warm up what does not take minutes
                        self.round(row.operation, _WARMING_UP)
            yield from rows

    def round(self, operation: Operation, seconds: float) -> dict[str, Measured]:
        """Ask each contender for some seconds, one after the other."""
        return {contender: self._measured(operation, contender, seconds) for contender in operation.asked}

    def computed(self) -> float:
        """Return the seconds that PostgreSQL has computed; ended connections count with its first process."""
        return computed(family(self.postgres))

    def _measured(self, operation: Operation, contender: str, seconds: float) -> Measured:
        """Ask one contender for some seconds. Raises SystemExit for a write of the product's that was none."""
        server, ours = self.servers[contender], contender == OURS
        entries = entries_written()
        self.memory.forget()
        service = family(server.process)
        before = computed(service), self.computed()
        done = load(
            server.port,
            operation.asked[contender],
            status=operation.status if ours else 200,
            connections=operation.connections,
            seconds=seconds,
        )
        after = computed(service), self.computed()
        peak = self.memory.peak() if ours else 0
        made = entries_written() - entries
        if ours and abs(made - done.answers * operation.writes) > 0.5:
            raise SystemExit(f"{operation.name}: {done.answers} answers made {made} entries")
        spent = [(end - start) * 1000 / done.answers for start, end in zip(before, after, strict=True)]
        return Measured(done.rate, service=spent[0], postgres=spent[1], peak=peak)


def bench(name: str, only: list[str], *, rounds: int, seconds: float, markdown: bool) -> None:
    """Measure the operations of the size called `name`, or those of them in `only`, and print what came out.

    What is measured is told at once on stderr, since a large size takes long.
    """
    size = SIZES[name]
    at = prepare(size)
    with _contenders() as servers:
        every = operations.large(at) if size.institutions > 1 else operations.small(at, _etags(at, servers[OURS]))
        wanted = [operation for operation in every if not only or operation.name in only]
        rows = list(Bench(servers, at).measure(wanted, rounds, seconds))
    print(table(size, rows, markdown=markdown), flush=True)


@contextmanager
def _contenders() -> Iterator[dict[str, Server]]:
    with ExitStack() as stack:
        ours = stack.enter_context(product())
        bare, promises = (stack.enter_context(fastapi(module)) for module in ("bare", "promises"))
        drf = stack.enter_context(plain_drf())
        yield {OURS: ours, TODAY: ours, FASTAPI: bare, PROMISES: promises, DRF: drf}


def prepare(size: Size) -> Prepared:
    """Make and fill the database, unless it is there already, and return what one has to know of it."""
    call_command("migrate", verbosity=0)
    start = time.monotonic()
    if not Unit.objects.exists():
        fill(size)
        print(f"# size {size.name} filled in {time.monotonic() - start:.0f} s", file=sys.stderr)
    institution = Unit.objects.filter(parent=None).earliest("pk")
    run = f"{time.time():.0f}"  # a database that stays has the keys of each
    reader = create_client(name=f"reader {run}", role=Role.READER)[1]
    reporter = create_client(name=f"reporter {run}", role=Role.REPORTER, unit=institution)[1]
    years = activities_by_year()
    past = change(years, 1000)
    level(reporter)
    return Prepared(reader, reporter, years, past)


def _etags(at: Prepared, ours: Server) -> dict[str, str]:
    paths = (operations.activity_path(at.years[-1][0]), operations.MATRIX)
    return {path: ours.ask(request("GET", path, key=at.reader))[0].headers["ETag"] for path in paths}
