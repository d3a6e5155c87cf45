"""Real processes for the tests of starting and stopping."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from poi_api.database.embedded import locks
from poi_api.database.embedded.server import Server
from tests.poi_api.prepared import Copy
from tests.searching import IN_FULL

PROJECT = Path(__file__).resolve().parent.parent.parent
_USE = """
import sys
from pathlib import Path
from poi_api.database.embedded.server import Server

Server(Path(sys.argv[1])).ensure_running()
print("ready", flush=True)
sys.stdin.read()
"""


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """The environment of a process with the embedded database in `data_dir`, with nothing of this run's."""
    dropped = {
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "DJANGO_SETTINGS_MODULE",
        "HOST",
        "PORT",
        "SAMPLE",
        "MAKEFLAGS",
        "MAKELEVEL",
    }
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "POI_DATA_DIR": str(data_dir), **more}


def python(*arguments: str, data_dir: Path, **more: str) -> "subprocess.Popen[str]":
    """Start Python in the project, as the leader of a process group of its own.

    It begins as a copy of one that is prepared, unless it is told something of Python itself, or all is tested in full.
    """
    anew = IN_FULL or any(name.startswith("PYTHON") for name in more)
    return (subprocess.Popen if anew else Copy)(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=environment(data_dir, **more),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
        pipesize=1 << 20,  # nobody reads what a service says meanwhile, and it would wait for room to say more
    )


@contextmanager
def ended(process: "subprocess.Popen[str]") -> Iterator["subprocess.Popen[str]"]:
    """Whatever happens in the block, the process does not outlive it."""
    with process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def user_of(data_dir: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that uses the embedded server until its standard input is closed."""
    with ended(python("-c", _USE, str(data_dir), data_dir=data_dir)) as process:
        yield process


def read_until(process: "subprocess.Popen[str]", word: str) -> str:
    """What the process printed up to the line that holds `word`. Fails if it ends before."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if word in line:
            return said
    raise AssertionError(f"«{word}» is not in:\n{said}")


def finish(process: "subprocess.Popen[str]") -> None:
    """Let a user end by itself, in order."""
    process.communicate()
    assert process.returncode == 0


def server_number(data_dir: Path) -> int | None:
    """The process number of the server of these files, None if there is none."""
    file = Server(data_dir).files / "postmaster.pid"
    return int(file.read_text().split("\n", 1)[0]) if file.exists() else None


def wait_for_the_end(data_dir: Path) -> None:
    """Return when the keeper has done its work."""
    locks.take(Server(data_dir).keeper_lock).close()


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        number: int = taken.getsockname()[1]
        return number


def workers_of(number: int) -> set[int]:
    """The numbers of the processes that a process has started."""
    return {int(word) for word in Path(f"/proc/{number}/task/{number}/children").read_text().split()}


def is_alive(number: int) -> bool:
    try:
        state = Path("/proc", str(number), "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state.rpartition(")")[2].split()[0] != "Z"
