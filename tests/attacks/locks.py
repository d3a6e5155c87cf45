"""Locks that somebody holds, connections that end, a database that hangs: who waits is told, and the rest goes on.

`python -m tests.attacks.locks`: serves the sample as `make run` does, with short limits, and says line by line what was
measured and what must hold. Ends with 1 if something does not.
"""

import asyncio
import http.client
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import django
from django.db import connection, connections, transaction

from poi_api.database import locks
from poi_api.database.embedded.server import Server
from tests.attacks.attackers import Target
from tests.attacks.watching import watch
from tests.poi_api.processes import server_number
from tests.service_process import made_key, served
from tests.threads import in_threads

REQUEST, LOCK = 3, 1  # seconds
_GRACE = 5 + 2  # seconds: until a server that hangs is given up, and for a machine that does other things
_WRITERS = 3
_R1 = "/api/v1/activities/4/progress/"
_HELD, _FREE = "/api/v1/activities/3/progress/12/", "/api/v1/activities/5/progress/12/"
# Address, status and seconds
_HANGING = (("/readyz", 503, 6.0), ("/healthz", 200, 1.0), (_R1, 503, REQUEST + _GRACE))
_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"


class Attack:
    """What is done to the service, and what did not hold."""

    def __init__(self, data_dir: Path, port: int, key: str) -> None:
        self.data_dir, self.port, self.key, self.faults = data_dir, port, key, 0

    def run(self) -> int:
        """Do all of it, and return how much did not hold."""
        self.ask("POST", "/api/v1/periods/12/reopenings/", unit="SAT", until="2199-12-31", reason="Ataque")
        for _ in range(50):  # each process has read what it serves with
            self.ask("GET", _R1)
        for attack in (self.a_row, self.the_order, self.connections, self.a_database_that_hangs):
            attack()
            status, _ = self.ask("PUT", _HELD, executed=int(time.time()) % 1000)
            self.say(f"  afterwards: {status}", status == 200)
        return self.faults

    def say(self, what: str, holds: bool = True) -> None:
        self.faults += not holds
        print(what if holds else f"{what}   <-- DOES NOT HOLD", flush=True)

    def a_row(self) -> None:
        """Somebody holds an activity, and it is written to again and again."""
        with self.holding("SELECT FROM activities_activity WHERE id = 3 FOR UPDATE"):
            self.goes_on("a row is held", _HELD)

    def the_order(self) -> None:
        """Somebody holds the place in the order of changes, so that nobody can commit."""
        with self.holding(f"SELECT pg_advisory_xact_lock({locks.CHANGE_ORDER})"):
            self.goes_on("the order is held", _HELD, writes=False)

    def goes_on(self, what: str, held: str, *, writes: bool = True) -> None:
        def write_again() -> list[Any]:
            return [self.timed("PUT", held, executed=2) for _ in range(4)]

        waiting = in_threads(*[write_again] * _WRITERS)
        paths = [_R1, "/healthz"]
        seen = asyncio.run(watch(Target(self.port, self.key), paths, seconds=LOCK * 3, every=0.1))
        if writes:
            status, took, _ = self.timed("PUT", _FREE, executed=3)
            self.say(f"{what}: another is written meanwhile, {status} in {took:.2f} s", status == 200 and took < LOCK)
        answers = [answer for answers in waiting() for answer in answers]
        said = Counter((status, code) for status, _, code in answers)
        slowest = max(took for _, took, _ in answers)
        self.say(
            f"{what}: {dict(said)}, at most {slowest:.2f} s", slowest < LOCK + 2 and set(said) == {(503, "locked")}
        )
        for one in seen:
            self.say(f"  {one.line()}", not one.failures and one.within(0.99) < LOCK)

    def connections(self) -> None:
        """All connections of the service are ended twenty times while it is asked."""

        def ask_again() -> list[Any]:
            return [self.ask("GET", _R1) for _ in range(200)]

        asked = in_threads(ask_again, ask_again)
        for _ in range(20):
            self.end_connections()
            time.sleep(0.05)
        said = Counter(answer for answers in asked() for answer in answers)
        self.say(f"connections are ended: {dict(said)}", set(said) <= {(200, ""), (503, "unavailable")})
        after = {self.ask("GET", _R1)[0] for _ in range(20)}
        self.say(f"  then: {after}", after == {200})

    def a_database_that_hangs(self) -> None:
        """All of PostgreSQL stands still for a while."""
        self.signal_database(signal.SIGSTOP)
        try:
            for path, expected, limit in _HANGING:
                status, took, code = self.timed("GET", path)
                said = f"the database hangs: {path} {status} {code} in {took:.2f} s"
                self.say(said, status == expected and took < limit)
        finally:
            self.signal_database(signal.SIGCONT)
        deadline = time.monotonic() + 30
        while self.ask("GET", "/readyz")[0] != 200 and time.monotonic() < deadline:
            time.sleep(0.1)
        after = {self.ask("GET", _R1)[0] for _ in range(20)}
        self.say(f"  then: {after}", after == {200})

    def ask(self, method: str, path: str, **body: Any) -> tuple[int, str]:
        """Return the status, and the code of what is wrong."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as link:
            headers = {"Authorization": f"Api-Key {self.key}", "Content-Type": "application/json"}
            link.request(method, path, json.dumps(body) if body else None, headers)
            answer = link.getresponse()
            content = answer.read()
        is_problem = answer.headers["Content-Type"] == "application/problem+json"
        return answer.status, json.loads(content)["errors"][0]["code"] if is_problem else ""

    def timed(self, method: str, path: str, **body: Any) -> tuple[int, float, str]:
        began = time.monotonic()
        status, code = self.ask(method, path, **body)
        return status, time.monotonic() - began, code

    @contextmanager
    def holding(self, statement: str) -> Iterator[None]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            yield

    def end_connections(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_OTHERS, [connection.connection.info.backend_pid])

    def signal_database(self, number: signal.Signals) -> None:
        main = server_number(self.data_dir)
        assert main is not None
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        for process in (main, *map(int, children)):
            os.kill(process, number)


def main() -> None:
    """Serve the sample and attack it."""
    with tempfile.TemporaryDirectory(prefix="poi-locks-") as place:
        data_dir = Path(place) / "data"
        os.environ |= {"REQUEST_SECONDS": str(REQUEST), "LOCK_SECONDS": str(LOCK), "POI_DATA_DIR": str(data_dir)}
        os.environ["DJANGO_SETTINGS_MODULE"] = "poi_api.settings"
        os.environ.pop("DATABASE_URL", None)
        with served(data_dir) as (_, port):
            django.setup()
            key = made_key("manage.py create_client Ataque --role planner", data_dir)
            faults = Attack(data_dir, port, key).run()
            connections.close_all()
            Server(data_dir).leave()  # before its files go
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
