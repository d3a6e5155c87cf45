"""Locks on files, which the system releases when a process ends, however it ends."""

import fcntl
from pathlib import Path
from typing import IO


def take(path: Path) -> IO[str]:
    """Wait to have the lock alone; it is held until the file is closed."""
    return _locked(path, fcntl.LOCK_EX)


def share(path: Path) -> IO[str]:
    """Wait to have the lock with others; it is held until the file is closed."""
    return _locked(path, fcntl.LOCK_SH)


def try_take(path: Path) -> IO[str] | None:
    """Return the lock, or None if somebody has it."""
    return _try(path, fcntl.LOCK_EX)


def is_taken(path: Path) -> bool:
    """Tell whether somebody has the lock, alone or with others."""
    return not _can(path, fcntl.LOCK_EX)


def is_shared(path: Path) -> bool:
    """Tell whether some have the lock with others."""
    return is_taken(path) and _can(path, fcntl.LOCK_SH)


def _can(path: Path, kind: int) -> bool:
    file = _try(path, kind)
    if file is not None:
        file.close()
    return file is not None


def _try(path: Path, kind: int) -> IO[str] | None:
    try:
        return _locked(path, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return None


def _locked(path: Path, kind: int) -> IO[str]:
    file = path.open("a")
    try:
        fcntl.flock(file, kind)
    except BaseException:
        file.close()
        raise
    return file
