"""A small attack on the service as `make run` starts it; `slow_clients.py` is the large one."""

import asyncio
import json
import select
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from poi_api.database import locks
from poi_api.database.embedded.server import Server
from tests.attacks.attackers import Target, attack
from tests.attacks.watching import Watched, watch
from tests.poi_api.server.wire import Wire
from tests.service_process import served, served_to_a_planner

_FIRST = "/api/v1/reports/matrix/?year=2022&limit=1"
THREADS = 2 * 4
LONG = {"LOCK_SECONDS": "600", "REQUEST_SECONDS": "600"}
PATIENT = """
from poi_api.server import threads
threads._PATIENCE = 600
from poi_api.server.serving import main
main()
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Target, Path]]:
    data_dir = tmp_path_factory.mktemp("attacked") / "data"
    with served_to_a_planner(data_dir) as (_, port, key):
        yield Target(port, key), data_dir


def watched_during(target: Target, seconds: float, **attackers: int) -> list[Watched]:
    async def both() -> list[Watched]:
        attacking = asyncio.ensure_future(attack(target, **attackers))
        await asyncio.sleep(0.5)
        watched = await watch(target, ["/healthz", _FIRST], seconds=seconds, every=0.1)
        attacking.cancel()
        await asyncio.gather(attacking, return_exceptions=True)
        return watched

    return asyncio.run(both())


def test_slow_clients_cost_the_others_nothing(running):
    target, _ = running
    for one in watched_during(target, 3.0, bodies=40, headers=40, readers=10, silent=40):
        assert one.failures == []
        assert len(one.times) > 20
        assert one.within(0.9) < 2, one.line()  # seconds; under an attack that works nobody is answered


def answered_soon(wires: list[Wire], count: int, seconds: float) -> list[Wire]:
    """Return those that are answered, as soon as so many are."""
    deadline = time.monotonic() + seconds
    answered: list[Wire] = []
    while len(answered) < count and time.monotonic() < deadline:
        ready = select.select([wire.link for wire in wires], [], [], 0.05)[0]
        answered = [wire for wire in wires if wire.link in ready]
        time.sleep(0.05)
    return answered


def test_writes_that_all_wait_are_refused_soon_or_done_and_readers_notice_nothing(running):
    target, data_dir = running
    server = Server(data_dir)
    threads = 2 * 3  # that writes may take
    with (
        psycopg.connect(host=str(server.socket_dir), dbname=server.database, user=server.role, autocommit=True) as link,
        ExitStack() as open_wires,
    ):
        link.execute(f"SELECT pg_advisory_lock({locks.CHANGE_ORDER})")  # every write waits for it
        start = time.monotonic()
        wires = [open_wires.enter_context(Wire(target.port)) for _ in range(400)]
        for number, wire in enumerate(wires):
            body = json.dumps({"code": f"X{number}", "name": f"X {number}", "kind": "institution"}).encode()
            length = f"Content-Length: {len(body)}"
            wire.send(target.head("POST /api/v1/units/", "Content-Type: application/json", length), body)
        for path in ("/healthz", "/readyz", _FIRST):
            with Wire(target.port) as probe:
                began = time.monotonic()
                probe.send(target.head(f"GET {path}"))
                assert probe.answer().status == 200
                assert time.monotonic() - began < 1, path
        refused = answered_soon(wires, 400 - threads, seconds=4)
        answers = [wire.answer() for wire in refused]
        took = time.monotonic() - start
        link.execute(f"SELECT pg_advisory_unlock({locks.CHANGE_ORDER})")
        rest = Counter(wire.answer().status for wire in wires if wire not in refused)

    assert {(a.status, int(a.headers["retry-after"]) > 0) for a in answers} == {(503, True)}
    assert {json.loads(answer.body)["errors"][0]["code"] for answer in answers} == {"overloaded"}
    assert took < 5  # seconds
    assert rest == {201: threads}


def test_who_left_while_it_waited_takes_no_place_from_those_who_stay(tmp_path):
    """In a service that lets all wait as long as they will: a place is free because who had it left."""
    with served(tmp_path / "data", "-c", PATIENT, **LONG) as (_, port), ExitStack() as open_wires:
        target = Target(port, (tmp_path / "data" / "reader_key").read_text().strip())
        server, asked = Server(tmp_path / "data"), target.head("GET /api/v1/units/")
        with psycopg.connect(host=str(server.socket_dir), dbname=server.database, user=server.role) as link:
            link.execute("LOCK TABLE units_unit IN ACCESS EXCLUSIVE MODE")
            for _ in range(180):  # nearly as many as may wait
                with Wire(port) as wire:
                    wire.send(asked)
            until_noticed(port)
            time.sleep(1)  # its event loop is told after the connection is closed
            wires = [open_wires.enter_context(Wire(port)) for _ in range(120)]
            for wire in wires:
                wire.send(asked)
            assert answered_soon(wires, 1, seconds=0.5) == []
            link.rollback()
            assert Counter(wire.answer().status for wire in wires) == {200: 120}


def until_noticed(port: int) -> None:
    """Wait until the service has closed each connection whose client left, but for those that have a thread."""
    deadline = time.monotonic() + 30
    while left_open(port) > THREADS:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def left_open(port: int) -> int:
    """Return how many connections to the port are open on the service's side alone."""
    lines = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return sum((line[1].endswith(f":{port:04X}"), line[3]) == (True, "08") for line in lines)
