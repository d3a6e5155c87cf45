"""The embedded server: started by whoever needs it first, stopped when nobody uses it any more.

Every process that uses it holds a shared lock on `users.lock` until it ends, however it ends. A keeper
(keeper.py) waits to have that lock alone, stops the server and ends. `keeper.lock` tells that there is one,
and `start.lock` is held while a process sees to it that the server runs.
"""

import atexit
import hashlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from poi_api.database.embedded import binaries, cluster, locks

PATIENCE = 60.0  # seconds for a start, with recovery after a crash, and for a stop
_PROJECT = Path(__file__).resolve().parents[3]
_NOBODY = 4_194_304  # above every process number of Linux
_CARELESS = " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
# What this process holds, by data directory. A forked child inherits the lock and keeps it too.
_held: dict[Path, IO[str]] = {}


@contextmanager
def _signals_held() -> Iterator[None]:
    """Keep Ctrl-C and SIGTERM waiting: an interrupted start would leave a server that no keeper sees yet."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _works_in(process: Path, directory: Path) -> bool:
    """Tell whether the process's current directory is that one, as a server's is its files'."""
    try:
        return (process / "cwd").samefile(directory)
    except OSError:
        return False


class Server:
    """The embedded server whose files are in `data_dir`; making one touches nothing."""

    database = cluster.DATABASE
    role = cluster.ROLE
    owner = cluster.OWNER
    port = "5432"

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        """`durable=False` gives up safety against power cuts for speed: for tests only."""
        self.data_dir = data_dir
        self.durable = durable
        self.files = data_dir / "postgres"
        self.log = data_dir / "postgres.log"

    @property
    def socket_dir(self) -> Path:
        """Short, because a socket's path may have 107 bytes only and a project's may have more."""
        digest = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:12]
        return Path("/tmp") / f"poi-{os.geteuid()}-{digest}"  # noqa: S108 - _make_socket_dir checks whose it is

    def ensure_running(self) -> None:
        """Have the server run until this process ends. Raises EmbeddedError if it cannot be started."""
        if self.data_dir in _held and self._listens():
            return
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locks.take(self.data_dir / "start.lock"):
            self._join()
            self._ensure_keeper()
            self._make_socket_dir()
            if not self.files.exists():
                cluster.create(self.files)
            self.owner_password()
            self._ensure_started()

    def owner_password(self) -> str:
        """Return the owner's password, which only what migrates reads. Raises EmbeddedError if there is no owner."""
        return cluster.owner_password(self.files)

    def leave(self) -> None:
        """Use it no more, and wait for its end unless others use it."""
        if not locks.is_taken(self.keeper_lock):
            self._ensure_keeper()
        _held.pop(self.data_dir).close()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and locks.is_taken(self.keeper_lock) and not locks.is_shared(self.users_lock):
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the server, if it runs, and take away the socket's directory."""
        binaries.run("pg_ctl", "stop", "-D", self.files, "-m", "fast", "-w", "-t", str(int(PATIENCE)))
        shutil.rmtree(self.socket_dir, ignore_errors=True)

    @property
    def users_lock(self) -> Path:
        return self.data_dir / "users.lock"

    @property
    def keeper_lock(self) -> Path:
        return self.data_dir / "keeper.lock"

    def _join(self) -> None:
        if self.data_dir not in _held:
            _held[self.data_dir] = locks.share(self.users_lock)  # waits for a keeper that is stopping the server
            atexit.register(self._leave_at_exit, os.getpid())

    def _leave_at_exit(self, pid: int) -> None:
        if os.getpid() == pid and self.data_dir in _held:  # not in a forked child
            self.leave()

    def _ensure_keeper(self) -> None:
        if locks.is_taken(self.keeper_lock):
            return
        with self.log.open("a") as log:  # nothing of ours, lest who reads our output wait for the keeper
            subprocess.run(  # noqa: S603 - our own module; it returns when the keeper has its lock
                [sys.executable, "-m", "poi_api.database.embedded.keeper", str(self.data_dir)],
                check=True,
                cwd=_PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _make_socket_dir(self) -> None:
        with suppress(FileExistsError):
            self.socket_dir.mkdir(mode=0o700)
        status = self.socket_dir.lstat()
        private = stat.S_ISDIR(status.st_mode) and not stat.S_IMODE(status.st_mode) & 0o077
        if not private or status.st_uid != os.geteuid():
            raise binaries.EmbeddedError(f"{self.socket_dir} debe ser un directorio privado de este usuario: bórrelo.")

    def _ensure_started(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while (state := self._state()) != "ready":
            if time.monotonic() > deadline:
                raise binaries.EmbeddedError(f"La base de datos incluida no respondió: vea {self.log}.")
            if state == "absent" and self._start():
                return
            time.sleep(0.05)

    def _state(self) -> str:
        asked = ("-U", cluster.ROLE, "-d", cluster.DATABASE)  # else it asks as whoever runs it, and the log complains
        answer = binaries.run("pg_isready", "-q", "-h", self.socket_dir, "-p", self.port, *asked)
        return {0: "ready", 1: "busy"}.get(answer.returncode, "absent")

    def _start(self) -> bool:
        """Tell whether it started: not while a killed server's processes still end. Raises EmbeddedError."""
        cluster.require_version(self.files)
        self._forget_dead_server()
        said = self.log.stat().st_size if self.log.exists() else 0
        options = f"-k {self.socket_dir} -p {self.port}" + ("" if self.durable else _CARELESS)
        # "restart", because a server may run whose socket something took away
        arguments = ("restart", "-D", self.files, "-m", "fast", "-w", "-t", str(int(PATIENCE)), "-o", options)
        with _signals_held():
            answer = binaries.run("pg_ctl", *arguments, log=self.log)
        if answer.returncode == 0:
            return True
        words = self.log.read_text(encoding="utf-8", errors="replace")[said:].strip()
        if "shared memory block" in words:
            return False
        raise binaries.EmbeddedError(f"La base de datos incluida no arrancó:\n{words}")

    def _forget_dead_server(self) -> None:
        """Take a dead server's process number out of its file.

        After a crash the number may be a zombie's or another process's, which PostgreSQL would respect. The rest of
        the file stays: by it PostgreSQL knows whether processes of the dead server still run.
        """
        pid_file = self.files / "postmaster.pid"
        if not pid_file.exists() or not Path("/proc/self").exists():
            return
        number, _, rest = pid_file.read_text(encoding="utf-8").partition("\n")
        if not _works_in(Path("/proc", number), self.files):
            pid_file.write_text(f"{_NOBODY}\n{rest}", encoding="utf-8")
            (self.socket_dir / f".s.PGSQL.{self.port}.lock").unlink(missing_ok=True)

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self.socket_dir / f".s.PGSQL.{self.port}")) == 0
