"""`make run` serves with a key that works, and leaves nothing behind however it ends."""

import http.client
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from poi_api.database.embedded import locks
from poi_api.database.embedded.server import Server
from tests import service_process
from tests.poi_api.processes import (
    PROJECT,
    ended,
    environment,
    free_port,
    is_alive,
    python,
    read_until,
    server_number,
    wait_for_the_end,
    workers_of,
)
from tests.service_process import LAST_WORDS, answer_to_curl_line, copied


@pytest.fixture
def port() -> int:
    return free_port()


@contextmanager
def serving(data_dir: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    with ended(python("-m", "poi_api.server.serving", data_dir=data_dir, PORT=str(port), DEBUG="1")) as process:
        yield process


@pytest.fixture(scope="module")
def first_run() -> tuple[Path, str]:
    """The data directory after a first run, and what that run printed and its curl line was answered."""
    return service_process.first_run(), service_process.said_by_the_first_run()


@pytest.fixture
def data_dir(first_run: tuple[Path, str], tmp_path: Path) -> Path:
    copy = tmp_path / "data"
    copied(first_run[0], copy)
    return copy


def key_in(said: str) -> str:
    return said.split("Clave de lectura: ")[1].split()[0]


def answers(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/healthz")
    status = connection.getresponse().status
    connection.close()
    return status


def nothing_runs(data_dir: Path, port: int, *processes: int) -> bool:
    with socket.socket() as client:
        refused = client.connect_ex(("127.0.0.1", port)) != 0
    return refused and server_number(data_dir) is None and not any(map(is_alive, processes))


def test_the_printed_curl_line_returns_the_sample_document(first_run):
    _, said = first_run
    rows = json.loads(said.split(LAST_WORDS)[1])["results"]
    assert len(rows) == 43
    assert {row["institution"]["name"] for row in rows} == {"SAT LIMA"}


def test_secret_and_key_are_private_and_the_next_run_has_the_same(data_dir, first_run, port):
    files = [data_dir / "secret_key", data_dir / "reader_key"]
    before = [file.read_text() for file in files]
    with serving(data_dir, port) as process:
        said = read_until(process, LAST_WORDS)

    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
    assert [file.read_text() for file in files] == before
    assert key_in(said) == key_in(first_run[1]) == before[1].strip()
    wait_for_the_end(data_dir)


def test_a_command_that_is_not_told_the_port_writes_links_to_where_it_was_started(data_dir, first_run):
    address = first_run[1].partition("Páginas de la oficina: ")[2].split()[0]
    told = [sys.executable, "manage.py", "create_person", "mquispe", "--role", "reader"]
    made = subprocess.run(told, cwd=PROJECT, env=environment(data_dir), capture_output=True, text=True, check=True)
    assert made.stdout.splitlines()[-1].startswith(f"{address}cuenta/enlace/")


def test_a_key_that_the_database_does_not_know_is_replaced(data_dir, port):
    (data_dir / "reader_key").write_text("poi_00000000_of-another-database\n")
    with serving(data_dir, port) as process:
        said = read_until(process, LAST_WORDS)
        answer_to_curl_line(said)

    assert key_in(said) == (data_dir / "reader_key").read_text().strip()
    wait_for_the_end(data_dir)


@pytest.mark.parametrize("word", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_signal_stops_workers_and_database_though_a_command_used_it_meanwhile(data_dir, port, word):
    with serving(data_dir, port) as process:
        read_until(process, LAST_WORDS)
        workers = workers_of(process.pid)
        number = server_number(data_dir)
        command = [
            "manage.py",
            "shell",
            "-v",
            "0",
            "-c",
            "from units.models import Unit; print(Unit.objects.count())",
        ]
        with python(*command, data_dir=data_dir) as meanwhile:
            meanwhile.communicate()
        assert meanwhile.returncode == 0
        assert server_number(data_dir) == number
        assert answers(port) == 200
        assert len(workers) == 2

        os.killpg(process.pid, word)
        said, _ = process.communicate()

    assert process.returncode == 0
    assert "Traceback" not in said
    assert nothing_runs(data_dir, port, *workers)


def test_make_passes_sigterm_on(data_dir, port):
    words = [
        "make",
        "--no-print-directory",
        "-o",
        ".venv/.requirements",
        "run",
        f"BIN={Path(sys.executable).parent}",
    ]
    make = subprocess.Popen(
        words,
        cwd=PROJECT,
        env=environment(data_dir, PORT=str(port)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )
    with ended(make):
        read_until(make, LAST_WORDS)
        make.terminate()
        make.communicate()

    assert nothing_runs(data_dir, port)


def test_workers_and_database_end_when_the_parent_is_killed(data_dir, port):
    with serving(data_dir, port) as process:
        read_until(process, LAST_WORDS)
        workers = workers_of(process.pid)
        process.kill()
        wait_for_the_end(data_dir)

    assert nothing_runs(data_dir, port, *workers)


def test_a_killed_worker_is_replaced(data_dir, port):
    with serving(data_dir, port) as process:
        read_until(process, LAST_WORDS)
        before = workers_of(process.pid)
        os.kill(min(before), signal.SIGKILL)
        while len(workers_of(process.pid) - {min(before)}) < 2:
            assert process.poll() is None
            time.sleep(0.01)
        assert answers(port) == 200
        process.terminate()
        process.communicate()

    assert process.returncode == 0


def test_workers_that_die_one_after_another_end_the_service_and_two_do_not(data_dir, port):
    with serving(data_dir, port) as process:
        read_until(process, LAST_WORDS)
        seen: set[int] = set()
        for count in range(1, 6):
            assert process.poll() is None
            while not (alive := [number for number in workers_of(process.pid) - seen if is_alive(number)]):
                assert process.poll() is None
                time.sleep(0.01)
            seen |= workers_of(process.pid)
            os.kill(alive[0], signal.SIGKILL)
            if count == 2:
                assert answers(port) == 200
        said, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert "mueren uno tras otro" in said
    assert nothing_runs(data_dir, port)


def test_a_taken_port_is_said_and_nothing_is_started(tmp_path):
    data_dir = tmp_path / "data"
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with serving(data_dir, port) as process:
            said, _ = process.communicate()

    assert process.returncode == 1
    assert f"El puerto {port} de 127.0.0.1 no está libre" in said
    assert not Server(data_dir).files.exists()


def test_of_two_services_that_start_at_once_on_one_port_one_is_refused(first_run, data_dir, tmp_path, port):
    other = tmp_path / "other"
    copied(first_run[0], other)
    with serving(data_dir, port) as first, serving(other, port) as second:
        while first.poll() is None and second.poll() is None:
            time.sleep(0.01)
        refused, kept = (first, second) if second.poll() is None else (second, first)
        said, _ = refused.communicate()
        assert (refused.returncode, "no está libre" in said) == (1, True)
        read_until(kept, LAST_WORDS)
        assert answers(port) == 200
        kept.terminate()
        kept.communicate()
        assert kept.returncode == 0


@pytest.mark.parametrize("wrong", ["0", "65536", "http", "-1"])
def test_a_wrong_port_is_said(tmp_path, wrong):
    with python("-m", "poi_api.server.serving", data_dir=tmp_path / "data", PORT=wrong) as process:
        said, _ = process.communicate()

    assert process.returncode == 1
    assert "no es un puerto" in said


def test_an_interrupted_start_leaves_nothing(tmp_path, port):
    data_dir = tmp_path / "data"
    with serving(data_dir, port) as process:
        read_until(process, "Preparando la base de datos")
        os.killpg(process.pid, signal.SIGINT)
        said, _ = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "Traceback" not in said
    assert server_number(data_dir) is None
    assert not locks.is_taken(Server(data_dir).keeper_lock) if data_dir.exists() else True
