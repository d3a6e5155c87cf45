"""The real service with the sample plan, whose months are open: two worker processes and a database to be killed."""

import http.client
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from poi_api.database.embedded.server import Server
from tests.poi_api.processes import server_number
from tests.service_process import served_to_a_planner
from tests.threads import in_threads

PATIENCE = 120  # seconds; nothing takes as long unless something is wrong
YEAR = 2022  # of the sample
_clients = count(1)  # each has a name of its own


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Service:
    data_dir: Path
    port: int
    number: int  # of its main process
    planner: str  # a key

    def ask(self, method: str, path: str, key: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """Ask on a connection of its own. Raises OSError or HTTPException if it breaks."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            link.request(method, f"/api/v1{path}", *self.encoded(key, body, headers))
            answer = link.getresponse()
            content = answer.read()
            known = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, known, json.loads(content) if content else None)
        finally:
            link.close()

    @staticmethod
    def encoded(key: str, body: Any, headers: dict[str, str] | None) -> tuple[bytes, dict[str, str]]:
        sent = {"Authorization": f"Api-Key {key}", "Content-Type": "application/json", **(headers or {})}
        return b"" if body is None else json.dumps(body).encode(), sent

    def new_key(self, role: str = "reporter") -> str:
        body = {"name": f"cliente de prueba {next(_clients)}", "role": role, "unit": "SAT"}
        made = self.ask("POST", "/clients/", self.planner, body)
        assert made.status == 201, made
        key: str = made.body["key"]
        return key

    def connect(self) -> psycopg.Connection[Any]:
        """Return a connection of our own to its database."""
        server = Server(self.data_dir)
        return psycopg.connect(
            host=str(server.socket_dir), port=server.port, dbname=server.database, user=server.role, autocommit=True
        )

    def kill_database(self) -> None:
        number = server_number(self.data_dir)
        if number:
            os.kill(number, signal.SIGKILL)

    def kill_a_worker(self) -> None:
        """Kill the process that has been a worker for longest."""
        children = Path(f"/proc/{self.number}/task/{self.number}/children").read_text().split()
        if children:
            os.kill(min(map(int, children)), signal.SIGKILL)


@contextmanager
def running(data_dir: Path) -> Iterator[Service]:
    """Run the service until the end of the block."""
    with served_to_a_planner(data_dir) as (process, port, planner):
        service = Service(data_dir, port, process.pid, planner)
        open_months(service)
        yield service


def open_months(service: Service) -> None:
    """Let every month of the sample be reported."""
    for period in service.ask("GET", f"/periods/?year={YEAR}", service.planner).body["results"]:
        change = {"due_on": "2199-12-31", "closes_on": "2199-12-31", "reason": "Pruebas"}
        assert service.ask("PATCH", f"/periods/{period['id']}/", service.planner, change).status == 200


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Do `work` with every number below `count` in threads that start together; return what each returned."""
    start = threading.Barrier(count)

    def run(number: int) -> Any:
        start.wait(PATIENCE)
        return work(number)

    return in_threads(*(partial(run, number) for number in range(count)), patience=PATIENCE)()


def figures_that_differ_from_the_truth(service: Service) -> int:
    with service.connect() as link:
        row = link.execute("SELECT refresh_figures(array_agg(id)) FROM activities_activity").fetchone()
    assert row is not None
    return int(row[0])


def activities(service: Service) -> Sequence[int]:
    rows = service.ask("GET", f"/activities/?year={YEAR}&limit=1000", service.planner).body["results"]
    return [activity["id"] for activity in rows]
