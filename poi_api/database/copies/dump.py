"""Making a copy of the database in a file, whole or not at all, and reading one.

A copy is an archive of pg_dump with a seal behind it, which pg_restore passes over: the SHA-256 of all before.
"""

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction

from poi_api.database.copies import programs
from poi_api.database.copies.programs import CopyError
from poi_api.database.rows import values_of

_FIRST = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
)
_TABLES = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname
"""
_COPY, _END = b"COPY public.", b"\\.\n"
_SEAL = b"\nsha256 "
_SEAL_LENGTH = len(_SEAL) + 64
_BLOCK = 1024 * 1024  # bytes that are read at once


def make(path: Path, *, overwrite: bool = False) -> dict[str, int]:
    """Write a copy to `path` (mode 600), read it back, and return how many rows of each table are in it.

    It is of one moment, however much others write meanwhile. Raises CopyError, and then there is no file that was not
    there before, or OSError.
    """
    if path.exists() and not overwrite:
        raise _exists(path)
    with _unfinished(path) as file:
        with _moment() as snapshot:
            rows = _rows()
            if not rows:
                raise CopyError("La base de datos está vacía: no hay qué copiar.")
            programs.run("pg_dump", "--format=custom", f"--snapshot={snapshot}", *_WITHOUT, f"--file={file}")
        if rows_in(file) != rows:
            raise CopyError("La copia no tiene las mismas filas que la base de datos: no se guardó.")
        _seal(file)
        require_whole(file)
        _publish(file, path, overwrite=overwrite)
    return rows


_WITHOUT = ("--no-owner", "--no-privileges")  # whoever restores it owns it, and gives the rights anew


def require_whole(path: Path) -> None:
    """Raise CopyError unless the file is a copy, and every byte of it is as it was written."""
    digest, seal = _digest_and_seal(path)
    if seal != _SEAL + digest.encode():
        raise CopyError(f"{path} no es una copia hecha con backup, o está dañada o incompleta.")


def restore(path: Path) -> None:
    """Restore a copy into the empty database of the connection, all or nothing. Raises CopyError."""
    programs.run("pg_restore", "--single-transaction", "--exit-on-error", *_WITHOUT, path)


def rows_in(path: Path) -> dict[str, int]:
    """Return how many rows of each table are in a copy, having read all of it. Raises CopyError if it is damaged."""
    rows: dict[str, int] = {}
    for table, _ in _lines_of_rows(path, rows):
        rows[table] += 1
    return rows


def rows_of(path: Path, table: str) -> list[list[str]]:
    """Return the rows of one (small) table in a copy. Raises CopyError."""
    lines = _lines_of_rows(path, {}, f"--table={table}")
    return [line.decode().rstrip("\n").split("\t") for _, line in lines]


def _lines_of_rows(path: Path, rows: dict[str, int], *only: str) -> Iterator[tuple[str, bytes]]:
    """Yield the table and the line of each row in a copy; `rows` gets its tables, with 0 each."""
    table = ""
    for line in programs.lines("pg_restore", "--data-only", "--file=-", *only, path):
        if table and line == _END:
            table = ""
        elif table:
            yield table, line
        elif line.startswith(_COPY):
            table = line.split()[1].decode().removeprefix("public.").strip('"')
            rows[table] = 0


@contextmanager
def _moment() -> Iterator[str]:
    """Hold the database as it is now, for this connection and for who names the snapshot."""
    with transaction.atomic():
        for statement in _FIRST:
            values_of(statement)
        yield values_of("SELECT pg_export_snapshot()")[0][0]


def _rows() -> dict[str, int]:
    rows = {}
    for (table,) in values_of(_TABLES):
        ((rows[table],),) = values_of(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
    return rows


@contextmanager
def _unfinished(path: Path) -> Iterator[Path]:
    """Give a file beside `path` that only its owner reads, and take it away in the end."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _seal(path: Path) -> None:
    with path.open("r+b") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.write(_SEAL + digest.encode())


def _digest_and_seal(path: Path) -> tuple[str, bytes]:
    """Return the SHA-256 of what stands before a file's seal, and what stands in the place of the seal."""
    digest, left = hashlib.sha256(), max(path.stat().st_size - _SEAL_LENGTH, 0)
    with path.open("rb") as file:
        while left and (block := file.read(min(left, _BLOCK))):
            digest.update(block)
            left -= len(block)
        return digest.hexdigest(), file.read()


def _publish(file: Path, path: Path, *, overwrite: bool) -> None:
    """Have `path` be the file at once, for good."""
    _sync(file)
    try:
        if overwrite:
            file.replace(path)
        else:
            _take_name(file, path)
    except FileExistsError:
        raise _exists(path) from None
    try:
        _sync(path.parent)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # a network's disk may know no such thing for a folder
            raise


def _take_name(file: Path, path: Path) -> None:
    """Name the file `path`. Raises FileExistsError if another one came first, unlike a rename."""
    try:
        path.hardlink_to(file)
    except FileExistsError:
        raise
    except OSError:  # FAT and shares of Windows have no links: then the name is taken by an empty file
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        file.replace(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _exists(path: Path) -> CopyError:
    return CopyError(f"{path} ya existe: elija otro nombre, o use --overwrite para reemplazarlo.")
