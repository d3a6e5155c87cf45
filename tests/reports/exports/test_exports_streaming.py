"""Exports on their way: conditional, on a connection that others use too, and never broken unnoticed."""

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection

from reports.exports import statement as exports
from tests import factories as make
from tests.api import get
from tests.committed import connection_parameters
from tests.poi_api.processes import PROJECT, ended, environment

pytestmark = pytest.mark.usefixtures("committed")
PATH = "/exports/months/"


def test_nothing_is_read_again_while_nothing_changed() -> None:
    activity, caller = make.activity(), make.client()
    first = get(caller, PATH, year=2022)
    assert first.getvalue()
    assert first["Change-Cursor"]
    again = {"If-None-Match": first["ETag"]}
    assert get(caller, PATH, again, year=2022).status_code == 304
    assert get(caller, PATH, again, year=2022, format="jsonl").status_code == 200
    make.entry(activity, 5, 1)
    assert get(caller, PATH, again, year=2022).status_code == 200


def test_who_leaves_early_leaves_the_connection_to_others_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "_BLOCK", 1)
    plan, caller = make.plan(), make.client()
    for _ in range(3):
        make.activity(plan)
    answer = get(caller, PATH, year=2022, format="jsonl")
    link = connection.connection
    assert next(iter(answer))
    assert link.info.transaction_status == psycopg.pq.TransactionStatus.ACTIVE
    answer._iterator.close()
    assert connection.connection is link
    assert link.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    assert get(caller, "/reports/matrix/", year=2022).json()["count"] == 3


def test_a_database_that_stops_half_way_is_an_error_and_not_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "_LINE", exports._LINE.replace("p.year", "1 / (a.code <> 'last')::int", 1))
    plan, caller = make.plan(), make.client()
    make.activity(plan, code="a")
    make.activity(plan, code="last")
    answer = get(caller, PATH, year=2022)
    with pytest.raises(psycopg.errors.DivisionByZero):
        answer.getvalue()


@pytest.fixture
def port() -> Iterator[int]:
    """The port of a service whose first export fails half-way."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        number: int = taken.getsockname()[1]
    where = connection_parameters()
    address = f"postgres://{where['user']}@{quote(where['host'], safe='')}:{where['port']}/{where['dbname']}"
    command = [sys.executable, "-m", "tests.reports.exports.failing_server", str(number)]
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**environment(PROJECT / os.environ["POI_DATA_DIR"]), "DATABASE_URL": address},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )
    with ended(process):
        while not listens(number):
            assert process.poll() is None
        yield number
        process.terminate()
        process.wait()


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def fetch(link: http.client.HTTPConnection, caller: make.Caller) -> bytes:
    link.request("GET", f"/api/v1{PATH}?year=2022", headers=caller.headers)
    with link.getresponse() as answer:
        assert answer.status == 200
        return answer.read()


def test_every_client_notices_a_failure_half_way_and_the_service_goes_on(port: int) -> None:
    make.activity()
    caller = make.client()
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as link:
        # How much of it arrives before the end is chance; that it is no whole answer is not
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            fetch(link, caller)
        link.close()
        assert fetch(link, caller).count(b"\n") == 13
