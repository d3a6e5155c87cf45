"""The programs pg_dump and pg_restore: which ones to take, and running them as a connection connects."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from poi_api.database.configuration import OWNER_URL
from poi_api.database.embedded import binaries

DIRECTORY = "PG_BIN"  # names the directory of the programs, where none of those that are found will do
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


class CopyError(Exception):
    """A copy cannot be made or restored; the message says why, in Spanish."""


def for_server(name: str) -> Path:
    """Return the program of the version that is nearest to the server's, and not older. Raises CopyError."""
    link: Any = connection
    needed = link.pg_version // 10_000
    found = list(_versions(name))
    # From 17 on pg_restore sets a parameter, transaction_timeout, that earlier servers do not know, and no earlier one
    # reads what pg_dump writes
    most = 16 if needed < 17 else 99
    fitting = [(version, path) for version, path in found if needed <= version <= most]
    if not fitting:
        named = ", ".join(f"{path} ({version})" for version, path in found) or "ninguno"
        raise CopyError(
            f"Hace falta el {name} de PostgreSQL {needed}, como el servidor; se encontró: {named}. "
            f"Instálelo, o indique su carpeta, p. ej. {DIRECTORY}=/usr/lib/postgresql/{needed}/bin"
        )
    return min(fitting, key=lambda found: found[0])[1]


def newest(name: str) -> Path:
    """Return the program of the latest version there is, which reads the files of all. Raises CopyError."""
    found = list(_versions(name))
    return max(found)[1] if found else for_server(name)


def _versions(name: str) -> Iterator[tuple[int, Path]]:
    """Yield the major version of each program there is, by PG_BIN or else the included one and that of the PATH."""
    named = os.environ.get(DIRECTORY)
    on_path = shutil.which(name)
    places = [Path(named, name)] if named else [binaries.directory() / name, *([Path(on_path)] if on_path else [])]
    for path in places:
        if path.is_file():
            said = subprocess.run([path, "--version"], check=False, capture_output=True, text=True)  # noqa: S603
            if version := _VERSION.search(said.stdout):
                yield int(version[1]), path


def run(name: str, *arguments: str | Path) -> None:
    """Run a program on the database, connected as the default connection is now. Raises CopyError with what it said."""
    link: Any = connection
    link.ensure_connection()
    given: dict[str, Any] = link.get_connection_params()
    # Others of the machine see a command line, so nothing stands there that libpq marks as secret
    known = {option.keyword.decode() for option in Conninfo.get_defaults() if not option.dispchar}
    where = make_conninfo(**{option: value for option, value in given.items() if option in known - {"client_encoding"}})
    command = [for_server(name), f"--dbname={where}", *arguments]
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs, no shell
        command,
        check=False,
        capture_output=True,
        text=True,
        errors="replace",
        env=_environment(given.get("password", "")),
    )
    if done.returncode != 0:
        raise failure(name, done.stderr)


def lines(name: str, *arguments: str | Path) -> Iterator[bytes]:
    """Yield the lines that a program writes of a file, without a database. Raises CopyError with what it said."""
    command = [newest(name), *arguments]
    with subprocess.Popen(  # noqa: S603 - PostgreSQL's own programs, no shell
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment("")
    ) as process:
        assert process.stdout is not None and process.stderr is not None  # noqa: S101, PT018 - both are pipes
        yield from process.stdout
        said = process.stderr.read().decode(errors="replace")
    if process.returncode != 0:
        raise failure(name, said)


def failure(name: str, said: str) -> CopyError:
    """Return the error of a program that failed, having said `said`."""
    if "No space left on device" in said:
        return CopyError(f"No queda espacio en el disco. {name}: {said.strip()}")
    return CopyError(f"{name} no pudo: {said.strip()}")


def _environment(password: str) -> dict[str, str]:
    """Return what the programs see: messages in English, which are looked through, and no owner's connection."""
    kept = {name: value for name, value in os.environ.items() if name != OWNER_URL}
    return {**kept, "LC_ALL": "C", **({"PGPASSWORD": password} if password else {})}
