"""A process that has loaded what the service uses of others, and of which each program begins as a copy.

To load it is two thirds of what a service or a command computes until it works. Nothing of ours is loaded, and no
settings: Django refuses to read any. `python -m tests.poi_api.prepared NUMBER` is asked by the socket of that number.
"""

import atexit
import gc
import json
import os
import runpy
import select
import socket
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

_OF_OTHERS = [
    "allauth.core.ratelimit",
    "cryptography.hazmat.primitives.ciphers.aead",
    "csp.middleware",
    "dj_database_url",
    "django.contrib.admindocs.views",
    "django.contrib.messages.middleware",
    "django.contrib.postgres.apps",
    "django.contrib.sessions.middleware",
    "django.contrib.staticfiles.apps",
    "django.core.management.commands.migrate",
    "django.db.backends.postgresql.base",
    "django.test.client",
    "django_htmx.http",
    "drf_spectacular.utils",
    "fido2.server",
    "granian.server.mp",
    "lxml.etree",
    "orjson",
    "rest_framework.authentication",
    "rest_framework.mixins",
    "rest_framework.negotiation",
    "whitenoise.middleware",
]
_MADE_BETWEEN = 100_000  # objects, before garbage is looked for: what a copy loads stays
_LARGEST = 1 << 18  # bytes of a request: a program, its arguments and its environment
_WORD = 8  # bytes
_FILES = 4096  # more than are open
_prepared: list[tuple[subprocess.Popen[bytes], socket.socket]] = []  # of whoever tests here; where it is asked


class Copy(subprocess.Popen[str]):
    """What `Popen` would start, begun as a copy; that process is its parent, and tells what it ended with."""

    def _execute_child(self, words: list[str], *given: Any) -> None:
        directory, environment, pipes = given[4], given[5], given[9:15]  # of Python 3.11, as the project is
        self._told, tells = os.pipe()
        try:
            asked = json.dumps([words[1:], environment]).encode()
            socket.send_fds(_asked(directory), [asked], [pipes[0], pipes[3], tells])
        finally:
            os.close(tells)
            self._close_pipe_fds(*pipes)  # type: ignore[attr-defined]
        self.pid = self._next_word()

    def poll(self) -> int | None:
        """Return what it ended with, None if it runs."""
        return self.wait() if self._has_ended(0) else self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return what it ended with. Raises TimeoutExpired."""
        if self._has_ended(timeout):
            self.returncode = self._next_word()
            os.close(self._told)
        elif self.returncode is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return self.returncode

    def _has_ended(self, timeout: float | None) -> bool:
        """Tell whether it has ended and nobody knows yet."""
        return self.returncode is None and bool(select.select([self._told], [], [], timeout)[0])

    def _next_word(self) -> int:
        return int.from_bytes(os.read(self._told, _WORD), "big", signed=True)


def _asked(directory: Path) -> socket.socket:
    if not _prepared:
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        without = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        words = [sys.executable, "-m", "tests.poi_api.prepared", str(its.fileno())]
        with its:  # it ends when nobody can ask any more
            process = subprocess.Popen(
                words, cwd=directory, env=without, pass_fds=[its.fileno()], start_new_session=True
            )
        _prepared.append((process, ours))
    return _prepared[0][1]


def _copies(asked: socket.socket) -> list[str]:
    """Fork for each request until nobody asks; return in each copy, with the words that it was asked to become."""
    place = asked.fileno()
    running: dict[int, tuple[int, int]] = {}  # by what tells of its end: its number and where that is told
    while True:
        ready, _, _ = select.select([place, *running], [], [])
        for end in running.keys() & set(ready):
            number, tells = running.pop(end)
            _tell(tells, os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]))
            os.close(end)
            os.close(tells)
        if place in ready:
            request, files, _, _ = socket.recv_fds(asked, _LARGEST, 3)
            if not request:
                os._exit(0)
            number = os.fork()
            if number == 0:
                asked.detach()
                return _begun(*json.loads(request), *files[:2])
            _tell(files[2], number)
            running[os.pidfd_open(number)] = number, files[2]
            for file in files[:2]:
                os.close(file)


def _tell(where: int, number: int) -> None:
    with suppress(BrokenPipeError):
        os.write(where, number.to_bytes(_WORD, "big", signed=True))


def _begun(words: list[str], environment: dict[str, str], reading: int, writing: int) -> list[str]:
    """Have what a new process has."""
    os.setsid()
    for file, place in ((reading, 0), (writing, 1), (writing, 2)):
        os.dup2(file, place)
    os.closerange(3, _FILES)
    os.environ.clear()
    os.environ.update(environment)
    return words


def _become(words: list[str], codes: list[int]) -> None:
    """Do what Python does with these arguments, and note what it ends with."""
    sys.orig_argv = [sys.executable, *words]
    try:
        _run(words)
    except SystemExit as end:
        codes.append(end.code & 255 if isinstance(end.code, int) else int(end.code is not None))
        raise
    except Exception:
        codes.append(1)
        raise
    codes.append(0)


def _run(words: list[str]) -> None:
    if words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    elif words[0] == "-c":
        sys.argv = ["-c", *words[2:]]
        exec(words[1], {"__name__": "__main__"})
    else:
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")


def _end(codes: list[int]) -> None:
    """End without taking apart what was loaded: all of it would be copied for that. A signal ends it as ever."""
    if codes:
        sys.stdout.flush()
        os._exit(codes[0])


def _serve(asked: socket.socket) -> None:
    codes: list[int] = []
    atexit.register(_end, codes)  # before all others, so that it is the last
    gc.disable()
    for name in _OF_OTHERS:
        import_module(name)
    gc.freeze()
    gc.set_threshold(_MADE_BETWEEN)
    gc.enable()
    _become(_copies(asked), codes)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
