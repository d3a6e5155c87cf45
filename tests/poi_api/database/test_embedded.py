"""The embedded PostgreSQL starts when first used, is shared, and ends with its last user."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from poi_api.database.embedded import binaries, cluster, locks
from poi_api.database.embedded.server import Server
from tests.poi_api.processes import finish, is_alive, read_until, server_number, user_of, wait_for_the_end
from tests.service_process import copied, made_small


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    files: Path = tmp_path_factory.mktemp("template") / "postgres"
    cluster.create(files)
    made_small(files, files.with_name("templates"))
    return files


@pytest.fixture
def data_dir(template: Path, tmp_path: Path) -> Path:
    directory = tmp_path / "data"
    directory.mkdir()
    copied(template, Server(directory).files)
    return directory


def connect(data_dir: Path, **more: str) -> "psycopg.Connection[tuple]":
    server = Server(data_dir)
    place = {
        "host": str(server.socket_dir),
        "port": server.port,
        "dbname": server.database,
        "user": server.role,
    }
    return psycopg.connect(make_conninfo(**{**place, **more}), autocommit=True)


def connect_owner(data_dir: Path) -> "psycopg.Connection[tuple]":
    server = Server(data_dir)
    return connect(data_dir, user=server.owner, password=server.owner_password())


def modes_of(path: Path) -> list[tuple[int, int, int]]:
    found = [place.stat() for place in (path, *path.parents)]
    return [(place.st_mode, place.st_uid, place.st_gid) for place in found]


def test_a_process_starts_the_server_and_its_end_stops_it(data_dir):
    with user_of(data_dir) as process:
        read_until(process, "ready")
        number = server_number(data_dir)
        assert number is not None
        assert is_alive(number)
        finish(process)

    assert server_number(data_dir) is None
    assert not is_alive(number)
    assert not locks.is_taken(Server(data_dir).keeper_lock)
    assert not Server(data_dir).socket_dir.exists()


def test_a_second_process_uses_the_same_server_and_does_not_stop_it_at_its_end(data_dir):
    with user_of(data_dir) as first, user_of(data_dir) as second:
        read_until(first, "ready")
        number = server_number(data_dir)
        read_until(second, "ready")
        finish(second)

        assert server_number(data_dir) == number
        with connect(data_dir) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        finish(first)

    assert server_number(data_dir) is None


def test_processes_that_start_at_once_from_nothing_share_one_server(tmp_path):
    data_dir = tmp_path / "data"
    with user_of(data_dir) as first, user_of(data_dir) as second, user_of(data_dir) as third:
        for process in (first, second, third):
            read_until(process, "ready")
        number = server_number(data_dir)
        for process in (first, second):
            finish(process)
        assert server_number(data_dir) == number
        finish(third)

    assert server_number(data_dir) is None


def test_a_killed_process_does_not_leave_the_server_running(data_dir):
    with user_of(data_dir) as process:
        read_until(process, "ready")
        process.kill()
        wait_for_the_end(data_dir)

    assert server_number(data_dir) is None


def test_when_the_keeper_was_killed_the_last_user_still_stops_the_server(data_dir):
    with user_of(data_dir) as process:
        read_until(process, "ready")
        os.kill(keeper_of(data_dir), signal.SIGKILL)
        locks.take(Server(data_dir).keeper_lock).close()
        finish(process)

    assert server_number(data_dir) is None


def keeper_of(data_dir: Path) -> int:
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = place.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"poi_api.database.embedded.keeper" in words and os.fsencode(data_dir) in words:
            return int(place.parent.name)
    raise AssertionError("no keeper")


def wait_for_death(number: int) -> None:
    while is_alive(number):
        os.sched_yield()


def test_after_a_crash_of_the_server_the_next_process_finds_what_was_committed(data_dir):
    with user_of(data_dir) as process:
        read_until(process, "ready")
        with connect_owner(data_dir) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 43 AS rows")
        number = server_number(data_dir)
        assert number is not None
        os.kill(number, signal.SIGKILL)

        with user_of(data_dir) as other:
            read_until(other, "ready")
            with connect_owner(data_dir) as connection:
                assert connection.execute("SELECT rows FROM kept").fetchone() == (43,)
            finish(other)
        finish(process)


def test_a_process_that_lost_its_server_gets_another_when_it_asks_again(data_dir):
    with user_of(data_dir) as process:
        read_until(process, "ready")
        server = Server(data_dir, durable=False)
        server.ensure_running()
        number = server_number(data_dir)
        assert number is not None
        os.kill(number, signal.SIGKILL)
        wait_for_death(number)

        server.ensure_running()

        with connect(data_dir) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        server.leave()


def test_a_number_left_by_a_crash_that_is_now_another_process_is_not_taken_for_the_server(data_dir):
    server = Server(data_dir)
    (server.files / "postmaster.pid").write_text(f"{os.getpid()}\n{server.files}\n1\n5432\n/tmp\n\n\n")

    with user_of(data_dir) as process:
        read_until(process, "ready")
        assert server_number(data_dir) != os.getpid()
        finish(process)


def test_what_an_interrupted_creation_left_does_not_matter(tmp_path):
    data_dir = tmp_path / "data"
    unfinished = data_dir / "postgres.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")

    with user_of(data_dir) as process:
        read_until(process, "ready")
        finish(process)

    assert not unfinished.exists()


def test_files_are_private_and_nothing_above_them_changes(tmp_path):
    above = tmp_path / ("a long name " * 10)
    above.mkdir(mode=0o755)
    data_dir = above / "data"
    before = modes_of(above)
    with user_of(data_dir) as process:
        read_until(process, "ready")
        server = Server(data_dir)
        for place in (data_dir, server.files, server.socket_dir):
            found = place.stat()
            assert (stat.S_IMODE(found.st_mode), found.st_uid) == (0o700, os.geteuid())
        assert modes_of(above) == before
        finish(process)

    assert modes_of(above) == before


def test_a_socket_directory_of_somebody_else_is_refused(data_dir, tmp_path):
    server = Server(data_dir)
    server.socket_dir.symlink_to(tmp_path)
    try:
        with user_of(data_dir) as process:
            read_until(process, "debe ser un directorio privado")
    finally:
        server.socket_dir.unlink()


def test_the_application_is_no_superuser_and_cannot_become_one(data_dir):
    with user_of(data_dir) as process:
        read_until(process, "ready")
        with connect(data_dir) as connection:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SET session_replication_role = replica")
            for role in ("postgres", Server(data_dir).owner):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(f"SET ROLE {role}")
        with pytest.raises(psycopg.OperationalError, match="pg_hba"):
            connect(data_dir, user="postgres")
        finish(process)


def test_the_owner_needs_the_password_that_only_the_files_owner_can_read(data_dir):
    server = Server(data_dir)
    (file,) = [path for path in server.files.iterdir() if path.suffix == ".password"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with user_of(data_dir) as process:
        read_until(process, "ready")
        for password in ("", "wrong", server.owner):
            with pytest.raises(psycopg.OperationalError, match="password"):
                connect(data_dir, user=server.owner, password=password)
        with connect_owner(data_dir) as connection:
            assert connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (
                False,
            )
        finish(process)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("poi_owner.password", "", "no está completa: falta "), ("PG_VERSION", "17", "17; este programa trae el 18")],
)
def test_files_that_cannot_be_used_are_refused_with_what_to_do(data_dir, name, content, said):
    path = Server(data_dir).files / name
    path.write_text(content) if content else path.unlink()
    with user_of(data_dir) as process:
        read_until(process, said)


def test_texts_are_utf8_and_commits_are_safe_unless_a_test_says_otherwise(data_dir):
    server = Server(data_dir)
    server.ensure_running()
    with connect(data_dir) as connection:
        asked = ("server_encoding", "fsync", "synchronous_commit", "full_page_writes", "listen_addresses")
        answers = [connection.execute("SELECT current_setting(%s)", [name]).fetchone() for name in asked]
    server.leave()

    assert answers == [("UTF8",), ("on",), ("on",), ("on",), ("",)]


def test_a_user_without_a_name_gets_one_of_the_system_s_as_root_does(monkeypatch):
    monkeypatch.setattr(pwd, "getpwall", lambda: [user_named("root", 0), user_named("daemon", 3)])
    binaries.other_user.cache_clear()
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(binaries, "_run", lambda command, *_: subprocess.CompletedProcess(command, 0))

    assert binaries.other_user() == ("unshare", "--user", "--map-user=3", "--map-group=3")
    binaries.other_user.cache_clear()


def user_named(name: str, number: int) -> pwd.struct_passwd:
    return pwd.struct_passwd((name, "x", number, number, "", "/", "/bin/sh"))


def test_root_without_user_namespaces_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("PATH", "")
    binaries.other_user.cache_clear()
    with pytest.raises(binaries.EmbeddedError, match="usuario sin privilegios o defina DATABASE_URL"):
        binaries.run("postgres", "--version")
    binaries.other_user.cache_clear()
