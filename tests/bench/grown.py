"""One size of those that `growing` compares: served, and measured operation by operation as lines ask for them."""

import sys
import tempfile
import time
from collections.abc import Iterable
from itertools import cycle
from pathlib import Path

from django.core.management import call_command

from tests.activities.importing.importing import rows, written
from tests.bench.client import request
from tests.bench.data import FIRST_INSTITUTION, SIZES, Prepared, change
from tests.bench.growing import IMPORT, ROWS
from tests.bench.measuring import Bench, prepare
from tests.bench.operations import MATRIX, OURS, Operation, activity_path, months
from tests.bench.servers import Server, product

_CHANGES = 200
_FEED = "/api/v1/changes/?limit=100&after="
_POLL = "poll that finds nothing"


def answer(names: Iterable[str], size: str, seconds: float) -> None:
    """Print a number for each operation: the ms computed for an answer, or for an import the seconds."""
    at = prepare(SIZES[size])
    with product() as server:
        bench = Bench({OURS: server}, at)
        before = _cursor(server, at.reader)
        change(at.years, _CHANGES)
        operations = {each.name: each for each in _operations(at, before)}
        for name in map(str.strip, names):
            if name == IMPORT:
                print(_imported(bench), flush=True)
            else:
                operation = operations.get(name) or _poll(server, name, at.reader if name == _POLL else at.reporter)
                print(bench.round(operation, seconds)[OURS].work, flush=True)


def _operations(at: Prepared, before: str) -> list[Operation]:
    """Return all but the polls; `before` is where the feed stood before the changes that its page shows."""
    return [
        _of_ours("R1", at.reader, *map(activity_path, at.years[-1])),
        _of_ours("R2", at.reader, f"{MATRIX}&institution={FIRST_INSTITUTION}"),
        _of_ours("R2 of all", at.reader, MATRIX),
        _of_ours("page of the feed", at.reader, _FEED + before),
        Operation("W1", "", {OURS: months(at, 1)[OURS]}, writes=1),
    ]


def _poll(server: Server, name: str, key: str) -> Operation:
    """Return a poll for what comes after the last change; what was written since another began is not in it."""
    return _of_ours(name, key, _FEED + _cursor(server, key))


def _of_ours(name: str, key: str, *paths: str) -> Operation:
    return Operation(name, "", {OURS: cycle([request("GET", path, key=key) for path in paths])})


def _cursor(server: Server, key: str) -> str:
    head, _ = server.ask(request("GET", "/api/v1/changes/?limit=1", key=key))
    return head.headers["Change-Cursor"]


def _imported(bench: Bench) -> float:
    """Return how many seconds this process and PostgreSQL compute to import a document into a new institution.

    One waits for the other, so that is what it takes where nothing else runs.
    """
    new = f"NUEVA {time.time():.0f}"
    with tempfile.TemporaryDirectory() as folder:
        document = written(Path(folder), rows(ROWS))
        start = time.process_time() + bench.computed()
        call_command("import_poi", str(document), institution=new, institution_name=new, stdout=sys.stderr)
        return time.process_time() + bench.computed() - start
