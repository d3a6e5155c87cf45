"""`make run`: prepare the database, serve the API with Granian, and stop both together."""

import http.client
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import connections
from django.db.utils import Error as DatabaseError
from granian.constants import HTTPModes, Interfaces, Loops, RuntimeModes
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

_WORKERS = 2
_PATIENCE = 60.0  # seconds until the first answer
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not bound to
_ending: list[int] = []  # signals that came while the service was being prepared


class ServingError(Exception):
    """The service cannot start; the message says why, in Spanish."""


class Service(MPServer):
    """Granian that says when it really answers."""

    def __init__(self, host: str, port: int, announcement: str) -> None:
        super().__init__(
            "poi_api.server.application",
            address=host,
            port=port,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            websockets=False,
            workers=_WORKERS,
            loop=Loops.uvloop,
            runtime_mode=RuntimeModes.st,
            respawn_failed_workers=True,
            workers_kill_timeout=10,
            http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=64 * 1024),
            log_level=LogLevels.warning,
        )
        self.announcement = announcement

    def _serve_loop(self, *arguments: Any) -> None:
        # Here the workers have been forked; a thread is better not started before
        threading.Thread(target=self._announce, daemon=True).start()
        super()._serve_loop(*arguments)  # type: ignore[no-untyped-call]

    def _announce(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if _answers(self.bind_addr, self.bind_port):
                print(self.announcement, flush=True)
                return
            time.sleep(0.05)


def main() -> None:
    """Serve until SIGINT or SIGTERM. Ends with 1 and a message if it cannot start."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poi_api.settings")
    os.environ["DEBUG"] = "0"
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    try:
        host, port = _address()
        _require_free(host, port)
        key = _prepared()
    except (ServingError, CommandError, DatabaseError, ImproperlyConfigured, OSError) as error:
        sys.exit(f"No se puede iniciar la API. {error}")
    if _ending:
        sys.exit(128 + _ending[0])
    Service(host, port, _announcement(host, port, key)).serve(target_loader=_application, wrap_loader=False)


def _prepared() -> str:
    django.setup()
    from poi_api.server import first_run  # models can be imported from here on

    print("Preparando la base de datos…", flush=True)
    try:
        return first_run.prepare()
    finally:
        connections.close_all()  # each worker opens its own


def _end(number: int, _: object) -> None:
    # What is raised while an object is being deleted gets lost; that it was asked for does not
    _ending.append(number)
    sys.exit(128 + number)


def _address() -> tuple[str, int]:
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise ServingError(f"PORT={port!r} no es un puerto: escriba un número de 1 a 65535.")
    return host, int(port)


def _require_free(host: str, port: int) -> None:
    """Raise ServingError if the port is taken: Granian would share it with an older service."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen()
        except OSError as error:
            raise ServingError(
                f"El puerto {port} de {host} no está libre ({error.strerror}). Elija otro: make run PORT=8001"
            ) from None


def _announcement(host: str, port: int, key: str) -> str:
    host = _EVERYWHERE.get(host, host)
    base = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    return (
        f"\nAPI POI en {base}/  (documentación: {base}/api/docs/)\n"
        f"Clave de lectura: {key}\n\n"
        f"  curl -H 'Authorization: Api-Key {key}' '{base}/api/v1/reports/matrix/?year=2022'\n\n"
        "Ctrl-C la detiene."
    )


def _answers(host: str, port: int) -> bool:
    """Tell whether an HTTP request gets an answer, whatever it is."""
    connection = http.client.HTTPConnection(_EVERYWHERE.get(host, host), port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _application() -> Callable[..., Any]:
    """Return the application, in a worker and out of reach of the terminal's Ctrl-C, which is for the parent."""
    os.setpgrp()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from poi_api.server.application import Application
    from poi_api.wsgi import application

    return Application(application)


def _end_with_parent() -> None:
    """End this worker when its parent ends: else it would serve on, and keep its port and the database."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
