"""A small attack on the service as `make run` starts it; `slow_clients.py` is the large one."""

import asyncio
import json
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
from tests.service_process import made_key, served

_FIRST = "/api/v1/reports/matrix/?year=2022&limit=1"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Target, Path]]:
    data_dir = tmp_path_factory.mktemp("attacked") / "data"
    with served(data_dir) as (_, port):
        key = made_key("manage.py create_client planificación --role planner", data_dir)
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


def test_what_is_too_much_is_refused_at_once_and_what_was_taken_is_done(running):
    target, data_dir = running
    server = Server(data_dir)
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
        with Wire(target.port) as probe:
            probe.send(target.head("GET /healthz"))
            assert probe.answer().status == 200
        refused = [wire for wire in wires if wire.is_answered()]
        answers = [wire.answer() for wire in refused]
        took = time.monotonic() - start
        link.execute(f"SELECT pg_advisory_unlock({locks.CHANGE_ORDER})")
        rest = Counter(wire.answer().status for wire in wires if wire not in refused)

    assert len(refused) >= 400 - 2 * (8 + 100)
    assert {(a.status, int(a.headers["retry-after"]) > 0) for a in answers} == {(503, True)}
    assert {json.loads(answer.body)["errors"][0]["code"] for answer in answers} == {"overloaded"}
    assert took < 10  # seconds
    assert rest == {201: 400 - len(refused)}
