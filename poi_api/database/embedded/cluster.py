"""The embedded server's files: made once, whole or not at all."""

import shutil
from pathlib import Path

from poi_api.database.embedded import binaries

DATABASE = ROLE = "poi"
# The role is no superuser: what the database refuses, no setting of the application's connection can allow
_CREATION = f"CREATE ROLE {ROLE} LOGIN CREATEDB;\nCREATE DATABASE {DATABASE} OWNER {ROLE};\n"
# Only the socket, in a directory that only its owner enters, and only that role
_ACCESS = f"local all {ROLE} trust\n"
_CONFIGURATION = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 50
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
    _must("postgres", "--single", "-D", unfinished, "postgres", text=_CREATION)
    unfinished.rename(directory)


def _must(program: str, *arguments: str | Path, text: str | None = None) -> None:
    answer = binaries.run(program, *arguments, text=text)
    if answer.returncode != 0:
        raise binaries.EmbeddedError(f"No se pudo crear la base de datos incluida:\n{answer.stdout.strip()}")
