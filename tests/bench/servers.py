"""The servers that are compared, what they and PostgreSQL compute, and the memory that the product takes at most."""

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
from urllib.parse import urlencode

from django.db import connection

_WORKERS = "2"
_PATIENCE = 60.0  # seconds until the first answer
_PROCESSES = Path("/proc")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers on `port`, and the number of its first process."""

    port: int
    process: int

    def ask(self, request: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        """Send the bytes of a request; return the head of its answer, and its body."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=_PATIENCE) as link:
            link.sendall(request)
            with http.client.HTTPResponse(link) as answer:
                answer.begin()
                return answer, answer.read()


@contextmanager
def product() -> Iterator[Server]:
    """Serve the product as `make run` does."""
    port = _free_port()
    environment = {"DJANGO_SETTINGS_MODULE": "poi_api.settings", "HOST": "127.0.0.1", "PORT": str(port), "SAMPLE": "0"}
    with _serving([sys.executable, "-m", "poi_api.server.serving"], environment, port) as server:
        yield server


@contextmanager
def plain_drf() -> Iterator[Server]:
    """Serve plain DRF by the server that the product has, with as many workers."""
    port = _free_port()
    command = [_program("granian"), "--interface", "wsgi", "--workers", _WORKERS, "--blocking-threads", "1"]
    command += ["--no-ws", "--http", "1", "--log-level", "error", "--port", str(port)]
    with _serving([*command, "tests.bench.wsgi:application"], {}, port) as server:
        yield server


@contextmanager
def fastapi(module: str) -> Iterator[Server]:
    """Serve the rival in `module` of this package as FastAPI's pages say."""
    port = _free_port()
    command = [_program("uvicorn"), f"tests.bench.{module}:app", "--port", str(port), "--workers", _WORKERS]
    command += ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "error"]
    where = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD", "HOST", "PORT")}
    query = urlencode({name.lower(): value for name, value in where.items() if value})
    with _serving(command, {"BENCH_DSN": f"postgres:///{connection.settings_dict['NAME']}?{query}"}, port) as server:
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


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _wait(server: Server) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            server.ask(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server does not answer")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
