"""Copies in files: whole or not there at all, private, and read back."""

import errno
import os
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from poi_api.database.copies import dump, programs
from poi_api.database.copies.programs import CopyError
from tests.history import world
from tests.poi_api.database.copying import contents, elsewhere, named, version_of_the_server
from units.models import Unit

pytestmark = pytest.mark.usefixtures("committed")


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
    named(
        bin_,
        "pg_dump",
        version_of_the_server(),
        'echo half > "${@: -1:1}" ; echo "No space left on device" >&2; exit 1',
    )
    monkeypatch.setenv("PG_BIN", str(bin_))
    with pytest.raises(CommandError, match=r"No se guardó ninguna copia. No queda espacio en el disco"):
        call_command("backup", path)
    assert list(tmp_path.iterdir()) == [bin_]


def test_where_there_are_no_links_it_gets_its_name_all_the_same_and_replaces_nothing(path, monkeypatch) -> None:
    """As on FAT and on shares of Windows, which cannot make a folder lasting either."""

    def refused(*_: object) -> None:
        raise OSError(errno.ENOTSUP, "Operation not supported")

    world()
    monkeypatch.setattr(Path, "hardlink_to", refused)
    sync = dump._sync
    monkeypatch.setattr(dump, "_sync", lambda target: refused() if target.is_dir() else sync(target))
    call_command("backup", path, verbosity=0)
    dump.require_whole(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    monkeypatch.setattr(Path, "exists", lambda _: False)  # another one comes while this one is made
    with pytest.raises(CommandError, match="ya existe"):
        call_command("backup", path)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_told_to_end_it_leaves_nothing(path, tmp_path, monkeypatch) -> None:
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    named(bin_, "pg_dump", version_of_the_server(), 'echo secret > "${@: -1:1}"; kill -TERM $PPID; exec sleep 60')
    monkeypatch.setenv("PG_BIN", str(bin_))
    with pytest.raises(SystemExit) as end:
        call_command("backup", path)
    assert end.value.code == 143
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
    """Not an older one; and what one from 17 on writes and restores is not for a server before 17."""
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
    """The copy could be restored on no such server, and nobody would know before the disaster."""
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "connection", SimpleNamespace(pg_version=150_003))
    with pytest.raises(CopyError, match=rf"Hace falta el {name} de PostgreSQL 15, .*PG_BIN"):
        programs.for_server(name)


@pytest.mark.parametrize("secret", ["password", "sslpassword"])
def test_no_secret_stands_on_a_command_line(tmp_path, monkeypatch, secret) -> None:
    named(tmp_path, "pg_dump", version_of_the_server(), 'echo "$@" >&2; exit 1')
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    given = connection.get_connection_params()
    with monkeypatch.context() as patch:
        patch.setattr(connection, "get_connection_params", lambda: {**given, secret: "hush"})
        with pytest.raises(CopyError, match="dbname=") as said:
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


def test_an_empty_database_has_nothing_to_copy(path) -> None:
    with elsewhere(), pytest.raises(CommandError, match="está vacía"):
        call_command("backup", path)
    assert not path.exists()
