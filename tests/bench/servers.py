"""The two servers that are compared, and how much memory the product's processes took at most."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_WORKERS = "2"
_PATIENCE = 60.0  # seconds until the first answer
_PROCESSES = Path("/proc")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers on `port`, and the number of its first process."""

    port: int
    process: int

    def ask(self, path: str, key: str = "") -> str:
        """Return the ETag of an answer."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        link.request("GET", path, headers={"Authorization": f"Api-Key {key}"})
        answer = link.getresponse()
        answer.read()
        link.close()
        return answer.headers.get("ETag", "")


@contextmanager
def product() -> Iterator[Server]:
    """Serve the product as `make run` does."""
    port = _free_port()
    environment = {"DJANGO_SETTINGS_MODULE": "poi_api.settings", "HOST": "127.0.0.1", "PORT": str(port), "SAMPLE": "0"}
    with _serving([sys.executable, "-m", "poi_api.server.serving"], environment, port) as server:
        yield server


@contextmanager
def rivals() -> Iterator[Server]:
    """Serve the rival views with the same server and as many workers."""
    port = _free_port()
    command = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--workers", _WORKERS]
    command += ["--blocking-threads", "1", "--no-ws", "--http", "1", "--log-level", "error", "--port", str(port)]
    with _serving([*command, "tests.bench.wsgi:application"], {}, port) as server:
        yield server


@contextmanager
def _serving(command: list[str], environment: dict[str, str], port: int) -> Iterator[Server]:
    with subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL) as process:
        try:
            server = Server(port, process.pid)
            _wait(server)
            yield server
        finally:
            process.terminate()


def _wait(server: Server) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            server.ask("/")
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server does not answer")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Memory:
    """The peak memory of a server, with the keeper of its embedded database. Without /proc it is not known: 0.

    What processes share is counted in each of them, so it is rather too much than too little.
    """

    def __init__(self, server: Server, data_dir: str) -> None:
        self.processes = [*_family(server.process), *_keepers(data_dir)] if _PROCESSES.is_dir() else []

    def forget(self) -> None:
        """Let the peak begin anew."""
        for process in self.processes:
            Path(_PROCESSES, str(process), "clear_refs").write_text("5")

    def peak(self) -> float:
        """Return MB."""
        return sum(self.peaks())

    def peaks(self) -> list[float]:
        """Return the MB of each process."""
        return [_peak_of(process) / 1000 for process in self.processes]


def _family(process: int) -> list[int]:
    children = Path(_PROCESSES, str(process), "task", str(process), "children").read_text().split()
    return [process, *(member for child in children for member in _family(int(child)))]


def _keepers(data_dir: str) -> list[int]:
    command = f"poi_api.database.embedded.keeper\0{data_dir}\0".encode()
    return [int(path.parent.name) for path in _PROCESSES.glob("[0-9]*/cmdline") if command in _content(path)]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended
        return b""


def _peak_of(process: int) -> float:
    status = Path(_PROCESSES, str(process), "status").read_text()
    return next(float(line.split()[1]) * 1.024 for line in status.splitlines() if line.startswith("VmHWM"))
