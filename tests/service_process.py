"""The service with the sample plan, in a process of its own."""

import os
import shlex
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from poi_api.database.embedded import binaries, locks
from poi_api.database.embedded.server import Server
from tests.poi_api.processes import ended, free_port, python, read_until, wait_for_the_end

LAST_WORDS = "Ctrl-C la detiene."
FIRST_RUN = "POI_TESTS_FIRST_RUN"  # where a run of the tests keeps what the service's first run leaves

_TEMPLATES = ("1", "4", "5")  # template1, template0 and postgres


@contextmanager
def served(data_dir: Path, *program: str, **variables: str) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """Run the service until the end of the block, as `starting` does; yield its process and its port.

    In a run of the tests it begins with a copy of what a first run leaves, unless something is there already.
    """
    if FIRST_RUN in os.environ and not data_dir.exists() and "DATABASE_URL" not in variables:
        copied(first_run(), data_dir)
    with served_as_it_is(data_dir, *program, **variables) as service:
        yield service


def first_run() -> Path:
    """Return the files that the service's first run leaves; there is one for all processes that test."""
    made = Path(os.environ[FIRST_RUN]) / "data"
    with locks.take(made.with_suffix(".lock")):
        if not made.exists():
            making = made.with_suffix(".making")
            with starting(making) as (process, _):
                said = read_until(process, LAST_WORDS)
                _said_in(made).write_text(said + answer_to_curl_line(said))
                process.terminate()
                process.communicate()
            wait_for_the_end(making)
            made_small(Server(making).files, made.with_suffix(".templates"))
            making.rename(made)
    return made


def made_small(files: Path, templates: Path) -> None:
    """Leave of a server's files what a copy needs of its own, a fifth: databases that no test writes to stay elsewhere.

    Of its log of changes, which comes in parts of 16 MB, one of 1 MB is left.
    """
    templates.mkdir()
    for number in _TEMPLATES:
        database = files / "base" / number
        shutil.move(database, templates / number)
        database.symlink_to(templates / number)
    assert binaries.run("pg_resetwal", "--wal-segsize=1", "-D", files).returncode == 0


@contextmanager
def served_to_a_planner(data_dir: Path) -> Iterator[tuple["subprocess.Popen[str]", int, str]]:
    """Run the service as `served` does; yield its process, its port and a planner's key, which is made once for all."""
    made = Path(os.environ[FIRST_RUN]) / "planned"
    with locks.take(made.with_suffix(".lock")):
        if not made.exists():
            making = made.with_suffix(".making")
            copied(first_run(), making)
            made.with_suffix(".key").write_text(made_key("manage.py create_client Pruebas --role planner", making))
            wait_for_the_end(making)
            making.rename(made)
    copied(made, data_dir)
    with served_as_it_is(data_dir) as (process, port):
        yield process, port, made.with_suffix(".key").read_text()


def said_by_the_first_run() -> str:
    """Return what the first run printed, and what its curl line was answered."""
    return _said_in(first_run()).read_text()


def copied(source: Path, target: Path) -> None:
    """Copy a directory; Python computes as much again as the system does for it."""
    subprocess.run(["cp", "-a", source, target], check=True)


def _said_in(made: Path) -> Path:
    return made.with_suffix(".said")


def answer_to_curl_line(said: str) -> str:
    """Return what the printed command gets, as curl would send it."""
    line = next(line for line in said.splitlines() if line.strip().startswith("curl "))
    _, option, header, url = shlex.split(line)
    assert option == "-H"
    name, value = header.split(": ")
    with urllib.request.urlopen(urllib.request.Request(url, headers={name: value})) as response:
        text: str = response.read().decode()
        return text


@contextmanager
def served_as_it_is(data_dir: Path, *program: str, **variables: str) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    with starting(data_dir, *program, **variables) as (process, port):
        read_until(process, LAST_WORDS)
        yield process, port
        process.terminate()
        process.communicate()


@contextmanager
def starting(data_dir: Path, *program: str, **variables: str) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """Start the service with these variables; yield its process and its port. It does not outlive the block.

    `program` are the arguments of Python, where they are not those of `make run`.
    """
    port = free_port()
    program = program or ("-m", "poi_api.server.serving")
    with ended(python(*program, data_dir=data_dir, PORT=str(port), **variables)) as process:
        yield process, port


def made_key(command: str, data_dir: Path) -> str:
    """Run a command of the project that makes a key, and return the last line it prints."""
    with python(*shlex.split(command), data_dir=data_dir) as process:
        said, _ = process.communicate()
    return said.splitlines()[-1]
