"""The service with the sample plan, in a process of its own."""

import shlex
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.poi_api.processes import ended, python, read_until


@contextmanager
def served(data_dir: Path, **more: str) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """Run the service, `more` in its environment, until the end of the block; yield its process and its port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with ended(python("-m", "poi_api.server.serving", data_dir=data_dir, PORT=str(port), **more)) as process:
        read_until(process, "Ctrl-C la detiene.")
        yield process, port
        process.terminate()
        process.communicate()


def made_key(command: str, data_dir: Path) -> str:
    """Run a command of the project that makes a key, and return the last line it prints."""
    with python(*shlex.split(command), data_dir=data_dir) as process:
        said, _ = process.communicate()
    return said.splitlines()[-1]
