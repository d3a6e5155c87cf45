"""The embedded server's files: made once, whole or not at all."""

import secrets
import shutil
from pathlib import Path

from poi_api import private_files
from poi_api.database.embedded import binaries

DATABASE = ROLE = "poi"
OWNER = "poi_owner"
# Neither is a superuser: what the database refuses, no setting of a connection can allow
_CREATION = """
CREATE ROLE {owner} LOGIN CREATEDB PASSWORD '{password}';
CREATE ROLE {role} LOGIN;
CREATE DATABASE {database} OWNER {owner};
"""
# Only the socket, in a directory that only its user enters, and only these roles
_ACCESS = f"local all {ROLE} trust\nlocal all {OWNER} scram-sha-256\n"
_CONFIGURATION = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = '128MB'
effective_cache_size = '512MB'
work_mem = '16MB'
maintenance_work_mem = '64MB'
random_page_cost = 1.1
max_wal_size = '512MB'
min_wal_size = '32MB'
jit = off
log_line_prefix = '%m [%p] '
log_min_messages = 'warning'
"""
_LOCALE = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")


def create(directory: Path) -> None:
    """Make the server's files under `directory`, which appears only when they are complete.

    Raises EmbeddedError with what PostgreSQL said.
    """
    unfinished = directory.with_name(f"{directory.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)  # left by a start that was killed
    _must("initdb", "-D", unfinished, "-U", "postgres", "--auth=reject", *_LOCALE)
    (unfinished / "pg_hba.conf").write_text(_ACCESS, encoding="utf-8")
    with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(_CONFIGURATION)
    password = secrets.token_hex()
    creation = _CREATION.format(owner=OWNER, role=ROLE, database=DATABASE, password=password)
    _must("postgres", "--single", "-D", unfinished, "postgres", text=creation.lstrip())
    private_files.replace(_password_file(unfinished), password)
    unfinished.rename(directory)


def require_version(directory: Path) -> None:
    """Raise EmbeddedError where the files are of a PostgreSQL of another major version than the programs."""
    made = (directory / "PG_VERSION").read_text(encoding="ascii").strip()
    if made != binaries.MAJOR_VERSION:
        raise binaries.EmbeddedError(
            f"La base incluida en {directory} es de PostgreSQL {made}; este programa trae el {binaries.MAJOR_VERSION}. "
            "Haga una copia con el programa de antes y restáurela con este (docs/operations.md, «Otra versión mayor»)."
        )


def owner_password(directory: Path) -> str:
    """Return the password of the owner, which stands in a file (mode 600) among the server's.

    Raises EmbeddedError where it is missing.
    """
    try:
        return _password_file(directory).read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise binaries.EmbeddedError(
            f"La base incluida en {directory} no está completa: falta {error.filename}. Apártela (muévala a otro "
            "lugar) y restaure una copia, o vuelva a arrancar: se crea otra, vacía."
        ) from None


def _password_file(directory: Path) -> Path:
    return directory / "poi_owner.password"


def _must(program: str, *arguments: str | Path, text: str | None = None) -> None:
    answer = binaries.run(program, *arguments, text=text)
    if answer.returncode != 0:
        raise binaries.EmbeddedError(f"No se pudo crear la base de datos incluida:\n{answer.stdout.strip()}")
