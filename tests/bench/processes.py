"""What processes compute, and how much memory they take at most, as Linux tells in /proc."""

import os
from collections.abc import Iterable
from pathlib import Path

_PROCESSES = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


class Memory:
    """The peak memory of a server, with the keeper of its embedded database. Without /proc it is not known: 0.

    What processes share is counted in each of them, so it is rather too much than too little.
    """

    def __init__(self, process: int, data_dir: str) -> None:
        self.processes = [*family(process), *_keepers(data_dir)] if _PROCESSES.is_dir() else []

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


def computed(processes: Iterable[int]) -> float:
    """Return the seconds that processes have computed, with those of their children that have ended."""
    return sum(_ticks(process) for process in processes) / _TICKS


def family(process: int) -> list[int]:
    """Return a process and all below it."""
    children = _content(Path(_PROCESSES, str(process), "task", str(process), "children")).split()
    return [process, *(member for child in children for member in family(int(child)))]


def _ticks(process: int) -> int:
    times = _content(Path(_PROCESSES, str(process), "stat")).rpartition(b")")[2].split()[11:15]
    return sum(map(int, times))


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
