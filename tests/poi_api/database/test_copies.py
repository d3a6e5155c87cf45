"""Copies in files: whole or not there at all, private, read back, and restored into an empty database alone."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection

from poi_api.database.copies import dump, programs
from poi_api.database.copies.programs import CopyError
from poi_api.database.roles import as_owner, owns_something
from tests import factories as make
from tests.history import world
from units.models import Change, ChangeSet, Restoration, Unit
from units.models.epoch import epoch

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "copy.dump"


@pytest.fixture
def copy(path: Path) -> Path:
    world()
    call_command("backup", path, verbosity=0)
    return path


@contextmanager
def elsewhere() -> Iterator[None]:
    """Have the connection be to a new and empty database beside the one under test."""
    here, name = connection.settings_dict["NAME"], f"{connection.settings_dict['NAME']}_restored"
    with as_owner(), connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = here
        with as_owner(), connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


def named(directory: Path, name: str, version: int, does: str) -> None:
    """Put a program of our own where `PG_BIN` will name it."""
    program = directory / name
    program.write_text(
        f'#!/bin/bash\n[ "$1" = --version ] && {{ echo "{name} (PostgreSQL) {version}.1"; exit; }}\n{does}\n'
    )
    program.chmod(0o755)


def contents() -> dict[str, list[tuple]]:
    """Return every row of ours."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names()):
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
            found[table] = cursor.fetchall()
    return found


def test_a_copy_is_private_complete_and_alone(copy: Path) -> None:
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert list(copy.parent.iterdir()) == [copy]
    assert dump.rows_in(copy) == {table: len(rows) for table, rows in contents().items()}


def test_another_file_is_replaced_only_if_told(copy: Path) -> None:
    before = copy.read_bytes()
    with pytest.raises(CommandError, match="ya existe"):
        call_command("backup", copy)
    assert copy.read_bytes() == before
    world()
    call_command("backup", copy, overwrite=True, verbosity=0)
    assert dump.rows_in(copy)["units_unit"] == Unit.objects.count()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_when_the_disk_is_full_no_file_is_left_and_it_is_said(path, tmp_path, monkeypatch) -> None:
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    version = connection.pg_version // 10_000
    named(bin_, "pg_dump", version, 'echo half > "${@: -1:1}" ; echo "No space left on device" >&2; exit 1')
    monkeypatch.setenv("PG_BIN", str(bin_))
    with pytest.raises(CommandError, match=r"No se guardó ninguna copia. No queda espacio en el disco"):
        call_command("backup", path)
    assert list(tmp_path.iterdir()) == [bin_]


def test_a_copy_that_lacks_rows_is_not_kept(path, monkeypatch) -> None:
    world()
    rows = dump._rows
    monkeypatch.setattr(dump, "_rows", lambda: {**rows(), "units_unit": 1000})
    with pytest.raises(CommandError, match="no tiene las mismas filas"):
        call_command("backup", path)
    assert not path.exists()


def test_where_there_is_no_folder_it_is_said(tmp_path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("backup", tmp_path / "nowhere" / "copy.dump")


@pytest.mark.parametrize(
    ("name", "server", "version", "fits"),
    [
        ("pg_dump", 16, 15, False),
        ("pg_dump", 16, 16, True),
        ("pg_dump", 16, 17, False),
        ("pg_dump", 15, 16, True),
        ("pg_dump", 17, 18, True),
        ("pg_restore", 16, 15, False),
        ("pg_restore", 16, 16, True),
        ("pg_restore", 16, 17, False),
        ("pg_restore", 17, 18, True),
    ],
)
def test_a_program_is_of_a_version_that_the_server_understands(tmp_path, monkeypatch, name, server, version, fits):
    """Not an older one; and from 17 on pg_restore sets what a server before 17 does not know, and pg_dump writes for it."""
    named(tmp_path, name, version, "")
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    monkeypatch.setattr(programs, "connection", SimpleNamespace(pg_version=server * 10_000 + 3))
    if fits:
        assert programs.for_server(name) == tmp_path / name
    else:
        with pytest.raises(CopyError, match=rf"Hace falta el {name} de PostgreSQL {server}, .* \({version}\)"):
            programs.for_server(name)


@pytest.mark.parametrize("name", ["pg_dump", "pg_restore"])
def test_a_server_before_17_is_not_copied_with_the_included_programs(tmp_path, monkeypatch, name) -> None:
    """The copy could be restored on no such server (PostgreSQL 18 made it), and nobody would know before the disaster."""
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "connection", SimpleNamespace(pg_version=150_003))
    with pytest.raises(CopyError, match=rf"Hace falta el {name} de PostgreSQL 15, .*PG_BIN"):
        programs.for_server(name)


@pytest.mark.parametrize("secret", ["password", "sslpassword"])
def test_no_secret_stands_on_a_command_line(tmp_path, monkeypatch, secret) -> None:
    named(tmp_path, "pg_dump", connection.pg_version // 10_000, 'echo "$@" >&2; exit 1')
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    given = connection.get_connection_params()
    with monkeypatch.context() as patch, pytest.raises(CopyError, match="dbname=") as said:
        patch.setattr(connection, "get_connection_params", lambda: {**given, secret: "hush"})
        programs.run("pg_dump")
    assert "hush" not in str(said.value)


def test_the_program_nearest_to_the_server_is_taken_and_the_newest_reads_files(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("PG_BIN", raising=False)
    included = programs.newest("pg_restore")
    named(tmp_path, "pg_restore", 15, "")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(programs, "connection", SimpleNamespace(pg_version=150_003))
    assert programs.for_server("pg_restore") == tmp_path / "pg_restore"
    assert programs.newest("pg_restore") == included


def test_it_is_restored_whole_with_another_epoch_the_roles_and_the_rules(copy: Path) -> None:
    before, old = contents(), epoch()
    with elsewhere():
        call_command("restore", copy, verbosity=0)
        after = contents()
        assert {table for table in before if after[table] != before[table]} == {"units_restoration"}
        assert epoch() != old
        assert not owns_something()
        make.institution()
        assert ChangeSet.objects.latest("position").position == Restoration.objects.get().position + 1
        with pytest.raises(ProgrammingError, match="permission denied"):
            Change.objects.all().update(entity="x")


def test_every_restore_makes_an_epoch_of_its_own(copy: Path) -> None:
    """Also one into the same database, which was emptied: its number, server and timeline are the same."""
    with elsewhere():
        epochs = set()
        for _ in range(2):
            with as_owner(), connection.cursor() as cursor:
                cursor.execute("DROP OWNED BY CURRENT_USER CASCADE")
            call_command("restore", copy, verbosity=0)
            epochs.add(epoch())
            connection.close()
        assert len(epochs) == 2


def test_a_database_that_is_not_empty_is_left_as_it_is(copy: Path) -> None:
    before = contents()
    with pytest.raises(CommandError, match="La base de datos no está vacía"):
        call_command("restore", copy)
    assert contents() == before


@pytest.mark.parametrize("damage", ["cut", "turned", "another file"])
def test_a_damaged_copy_restores_nothing(copy: Path, damage: str) -> None:
    content = bytearray(copy.read_bytes())
    middle = len(content) // 2
    if damage == "turned":
        content[middle : middle + 4] = bytes(byte ^ 255 for byte in content[middle : middle + 4])
    copy.write_bytes(bytes({"cut": content[:middle], "turned": content, "another file": b"{}"}[damage]))
    with elsewhere():
        with pytest.raises(CommandError, match="No se restauró nada"):
            call_command("restore", copy)
        assert connection.introspection.table_names() == []


def test_a_copy_of_another_version_is_refused_before_anything_is_restored(copy, monkeypatch) -> None:
    known = [["1", "units", "0009_later", "2022-01-01"]]
    monkeypatch.setattr(dump, "rows_of", lambda *_: known)
    with elsewhere():
        with pytest.raises(CommandError, match=r"otra versión .* \(units\.0009_later\)"):
            call_command("restore", copy)
        assert connection.introspection.table_names() == []


def test_figures_that_were_wrong_in_the_copy_are_said(path) -> None:
    made = world()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE activities_figure SET executed[1] = 999 WHERE activity_id = %s", [made.activity.pk])
    call_command("backup", path, verbosity=0)
    with elsewhere(), pytest.raises(CommandError, match="1 cifras no eran las de su historia"):
        call_command("restore", path)


def test_an_empty_database_has_nothing_to_copy(path) -> None:
    with elsewhere(), pytest.raises(CommandError, match="está vacía"):
        call_command("backup", path)
    assert not path.exists()


def test_a_file_that_is_not_there_is_said(path) -> None:
    with pytest.raises(CommandError, match="No hay ningún archivo"):
        call_command("restore", path)
