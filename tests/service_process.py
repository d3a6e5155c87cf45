"""The service with the sample plan, in a process of its own."""

import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.poi_api.processes import ended, free_port, python, read_until


@contextmanager
def served(data_dir: Path, **variables: str) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """Run the service until the end of the block, as `starting` does; yield its process and its port."""
    with starting(data_dir, **variables) as (process, port):
        read_until(process, "Ctrl-C la detiene.")
        yield process, port
        process.terminate()
        process.communicate()


@contextmanager
def starting(data_dir: Path, **variables: str) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """Start the service with these variables; yield its process and its port. It does not outlive the block."""
    port = free_port()
    with ended(python("-m", "poi_api.server.serving", data_dir=data_dir, PORT=str(port), **variables)) as process:
        yield process, port


def made_key(command: str, data_dir: Path) -> str:
    """Run a command of the project that makes a key, and return the last line it prints."""
    with python(*shlex.split(command), data_dir=data_dir) as process:
        said, _ = process.communicate()
    return said.splitlines()[-1]
