"""The processes that serve: Granian, with sockets that are ours alone, and a word when it really answers."""

import http.client
import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces, Loops, RuntimeModes
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from poi_api.server import listening
from poi_api.server.stopping import PATIENCE

logger = logging.getLogger(__name__)

WORKERS = 2
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not bound to

_UNTIL_FIRST_ANSWER = 60.0  # seconds
_MOST_DEATHS, _A_MINUTE = 5, 60.0  # so many deaths of workers in so many seconds end the service
_PAUSE = 0.5  # seconds before a dead worker is replaced
_LOOK = 1.0  # seconds; a word that comes in the moment in which waiting begins does not end it (CPython's locks)
_HEADERS_IN = 10_000  # milliseconds for the headers of a request; as long a connection is kept without one
_HEADERS_SIZE = 64 * 1024  # bytes that are read ahead; a request's first line and headers may have half as many more


class Service(MPServer):
    """Granian with an event loop in each worker and one listening socket for each."""

    def __init__(self, host: str, port: int, listeners: list[socket.socket], announcement: str) -> None:
        super().__init__(
            "poi_api.server.application",
            address=host,
            port=port,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            websockets=False,
            workers=len(listeners),
            loop=Loops.uvloop,
            runtime_mode=RuntimeModes.st,
            respawn_failed_workers=True,
            workers_kill_timeout=2 * PATIENCE,
            http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_IN, max_buffer_size=_HEADERS_SIZE),
            backlog=listening.BACKLOG,
            backpressure=listening.most_connections(),
            log_level=LogLevels.warning,
        )
        self.process = os.getpid()
        self.listeners = listeners
        self.announcement = announcement

    def _init_shared_socket(self) -> None:
        """Leave out Granian's own socket, which others of the same user could share."""
        self._ssp = self._sso = None

    def _spawn_worker(self, idx: int, target: Any, callback_loader: Any) -> Any:  # type: ignore[override]
        """Start a worker with a socket of its own."""
        own = self.listeners[idx]
        self._shd = SocketHolder(own.fileno(), False, self.backlog)  # type: ignore[call-arg, assignment]

        def loaded() -> Callable[..., Any]:
            own.detach()  # Granian closes it
            for listener in self.listeners:
                listener.close()
            return _application()

        return super()._spawn_worker(idx, target, loaded)

    def signal_handler_interrupt(self, number: int = 0, *_: Any) -> None:
        """Stop. A worker that has just been forked has this handler still, and would forget that it was to end."""
        if os.getpid() == self.process:
            super().signal_handler_interrupt()  # type: ignore[no-untyped-call]
        elif number == signal.SIGTERM:
            os._exit(0)

    def _stop_workers(self) -> None:
        """Stop the workers, and wait until it is known that they ended.

        The thread that watches a worker learns it first, and Granian, which waits for a millisecond more, would warn
        that it had to kill it.
        """
        for turn in range(200 * PATIENCE):
            if turn % 100 == 0:  # each second again: a word that comes while Granian sets up its handlers is lost
                for worker in self.wrks:
                    worker.terminate()  # type: ignore[no-untyped-call]
            if not any(worker.is_alive() for worker in self.wrks):  # type: ignore[no-untyped-call]
                break
            time.sleep(0.01)
        super()._stop_workers()  # type: ignore[no-untyped-call]

    def _drop_shared_socket(self) -> None:
        for listener in self.listeners:
            listener.close()

    def _serve_loop(self, *arguments: Any) -> None:
        # Here the workers have been forked; a thread is better not started before
        threading.Thread(target=self._announce, daemon=True).start()
        deaths: deque[float] = deque(maxlen=_MOST_DEATHS)
        while self._has_died():
            deaths.extend([time.monotonic()] * len(self.interrupt_children))
            if len(deaths) == _MOST_DEATHS and deaths[-1] - deaths[0] < _A_MINUTE:
                logger.error("Los procesos que atienden mueren uno tras otro; el servicio termina.")
                return  # and `shutdown` ends with 1
            time.sleep(_PAUSE)
            dead = [self.interrupt_children.pop() for _ in range(len(self.interrupt_children))]
            self._respawn_workers(dead, *arguments)

    def _has_died(self) -> bool:
        """Wait until a worker dies; False if the service is to stop instead."""
        while not self.interrupt_children and not self.interrupt_signal:
            self.main_loop_interrupt.wait(_LOOK)
            self.main_loop_interrupt.clear()
        return not self.interrupt_signal

    def _announce(self) -> None:
        deadline = time.monotonic() + _UNTIL_FIRST_ANSWER
        while time.monotonic() < deadline:
            if _answers(self.bind_addr, self.bind_port):
                print(self.announcement, flush=True)
                return
            time.sleep(0.05)


def _answers(host: str, port: int) -> bool:
    """Tell whether an HTTP request gets an answer, whatever it is."""
    connection = http.client.HTTPConnection(EVERYWHERE.get(host, host), port, timeout=5)
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
    from poi_api.server.application import Application  # Django is set up from here on
    from poi_api.wsgi import application

    return Application(application, application.at_once)


def _end_with_parent() -> None:
    """End this worker when its parent ends: else it would serve on, and keep its port and the database."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        while True:  # a signal that comes while Granian sets up its handlers is lost
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(1)
