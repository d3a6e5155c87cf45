"""One size of those that `growing` compares: it is served, and a round measured whenever a line asks for it."""

import json
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import asdict
from itertools import cycle
from pathlib import Path

from django.core.management import call_command

from tests.activities.importing.importing import rows, written
from tests.bench.client import request
from tests.bench.data import SIZES, Prepared, change
from tests.bench.growing import ROWS
from tests.bench.measuring import Bench, prepare
from tests.bench.operations import MATRIX, OURS, Operation, activity_path, months
from tests.bench.servers import Server, product

_CHANGES = 200


def answer(lines: Iterable[str], size: str, seconds: float) -> None:
    """Print a line of JSON for each line: what a round measured or, for `import`, the seconds of one."""
    at = prepare(SIZES[size])
    with product() as server:
        bench = Bench({OURS: server}, at)
        before = _cursor(server, at.reader)
        change(at.years, _CHANGES)
        writing = Operation("W1", "", {OURS: months(at, 1)[OURS]}, writes=1)
        for line in lines:
            if line.strip() == "import":
                print(json.dumps(_imported(bench)), flush=True)
            else:
                asked = [*_reads(at, server, before), writing]
                print(json.dumps({each.name: asdict(bench.round(each, seconds)[OURS]) for each in asked}), flush=True)


def _reads(at: Prepared, server: Server, before: str) -> list[Operation]:
    """Return what is read in a round; `before` is where the feed stood before the changes that it shows."""
    feed = "/api/v1/changes/?limit=100&after="
    now = {key: feed + _cursor(server, key) for key in (at.reader, at.reporter)}
    return [
        _of_ours("R1", at.reader, *map(activity_path, at.years[-1])),
        _of_ours("R2", at.reader, MATRIX),
        _of_ours("page of the feed", at.reader, feed + before),
        _of_ours("poll that finds nothing", at.reader, now[at.reader]),
        _of_ours("an institution's poll", at.reporter, now[at.reporter]),
    ]


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
