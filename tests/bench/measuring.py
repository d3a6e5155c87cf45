"""One size, measured from an empty database to the printed table."""

import os
import sys
import time

from django.core.management import call_command

from tests.bench import operations, raw
from tests.bench.client import load
from tests.bench.data import SIZES, Size, activities_by_year, change, entries_written, fill
from tests.bench.operations import Keys, Operation
from tests.bench.report import Row, heading
from tests.bench.servers import Memory, Server, product, rivals
from units.choices import Role
from units.models import Unit
from units.services.clients import create_client


def bench(name: str, only: list[str], *, rounds: int, seconds: float) -> None:
    """Measure the operations of the size called `name`, or those of them in `only`, and print what came out.

    What is measured is told at once on stderr, since a large size takes long: product, plain DRF, raw SQL, MB.
    """
    size = SIZES[name]
    keys = _prepare(size)
    with product() as ours, rivals() as theirs:
        memory = Memory(ours, os.environ["POI_DATA_DIR"])
        wanted = [operation for operation in _operations(size, keys, ours) if not only or operation.name in only]
        rows = []
        for writes in (False, True):  # reading first: writing ends the ETags' validity
            group = [(operation, Row.of(operation)) for operation in wanted if bool(operation.writes) is writes]
            for turn in range(rounds + 1):
                for operation, row in group:
                    if turn or operation.connections > 1:  # the first round warms up what does not take minutes
                        measured = _measured(operation, ours, theirs, memory, seconds)
                        print(f"# {turn} {operation.name}", *(f"{value:.4g}" for value in measured), file=sys.stderr)
                        if turn:
                            row.add(*measured)
            rows += [row for _, row in group]
    print(heading(size), *(row.line() for row in rows), sep="\n", flush=True)


def _prepare(size: Size) -> Keys:
    """Make and fill the database, unless it is there already, and return keys to it."""
    call_command("migrate", verbosity=0)
    start = time.monotonic()
    if not Unit.objects.exists():
        fill(size)
        print(f"# size {size.name} filled in {time.monotonic() - start:.0f} s", flush=True)
    institution = Unit.objects.filter(parent=None).earliest("pk")
    return Keys(
        reader=create_client(name="reader", role=Role.READER)[1],
        reporter=create_client(name="reporter", role=Role.REPORTER, unit=institution)[1],
    )


def _operations(size: Size, keys: Keys, ours: Server) -> list[Operation]:
    if not size.history:
        return operations.large(keys)
    years = activities_by_year()
    paths = (operations.activity_path(years[-1][0]), operations.MATRIX)
    past = change(years, 1000)
    return operations.small(keys, years, {path: ours.ask(path, keys.reader) for path in paths}, past)


def _measured(
    operation: Operation, ours: Server, theirs: Server, memory: Memory, seconds: float
) -> tuple[float, float, float, float]:
    """Return the rates of the product, plain DRF and raw SQL, and the product's memory.

    Raises SystemExit for a write of the product's that was none.
    """
    entries = entries_written()
    memory.forget()
    done = load(
        ours.port, operation.product, status=operation.status, connections=operation.connections, seconds=seconds
    )
    peak = memory.peak()
    if (made := entries_written() - entries) != done.answers * operation.writes:
        raise SystemExit(f"{operation.name}: {done.answers} answers of {operation.writes} values made {made} entries")
    rival = ours if operation.against_itself else theirs
    plain = load(rival.port, operation.plain, status=200, connections=operation.connections, seconds=seconds)
    sql = raw.rate(operation.sql, connections=operation.connections, seconds=seconds)
    return done.rate, plain.rate, sql, peak
