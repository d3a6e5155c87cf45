"""The owner's connection migrates and is away before anything serves or opens a shell."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import connection

from poi_api.database import configuration
from poi_api.database.embedded.server import Server
from poi_api.database.roles import as_owner, require_owner, service_role
from tests.poi_api.processes import python, read_until, workers_of
from tests.service_process import starting

OWNER_URL = configuration.OWNER_URL
_WHO = "import os; from django.db import connection as c; u = c.cursor().execute('SELECT current_user').fetchone()[0]"
_SAY = f"{_WHO}; print(u, os.environ.get('{OWNER_URL}'), c.settings_dict['USER'])"
_SERVED = "Ctrl-C la detiene."


class Urls:
    """How the two roles reach databases of a server that is somebody else's, as far as the product knows."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.host = quote(str(server.socket_dir), safe="")

    def of(self, name: str) -> dict[str, str]:
        place = f"{self.host}:{self.server.port}/{name}"
        owner = f"postgres://{self.server.owner}:{self.server.owner_password()}@{place}"
        return {"DATABASE_URL": f"postgres://{self.server.role}@{place}", OWNER_URL: owner}

    def new(self, name: str, like: str = "template1") -> dict[str, str]:
        """Make a database with what is in another, and return the URL of both roles."""
        with psycopg.connect(self.of("poi")[OWNER_URL], autocommit=True) as link:
            link.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        return self.of(name)


@pytest.fixture(scope="module")
def urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Urls]:
    server = Server(tmp_path_factory.mktemp("server") / "data", durable=False)
    server.ensure_running()
    yield Urls(server)
    server.leave()


def said_by(*words: str, data_dir: Path, **variables: str) -> tuple[int, str]:
    with python("manage.py", *words, data_dir=data_dir, **variables) as process:
        said, _ = process.communicate()
    return process.returncode, said


def environment_of(number: int) -> str:
    return Path(f"/proc/{number}/environ").read_text()


def test_what_serves_never_saw_the_owners_connection(urls: Urls, migrated: str, tmp_path: Path) -> None:
    both = urls.new("served", migrated)
    with starting(tmp_path, **both) as (process, _):
        said = read_until(process, _SERVED)
        assert "Aviso" not in said
        seen = [environment_of(number) for number in (process.pid, *workers_of(process.pid))]
        process.terminate()
        process.communicate()
    assert process.returncode == 0
    assert len(seen) == 3
    assert all("DATABASE_URL" in variables and OWNER_URL not in variables for variables in seen)
    # Once it is migrated the service starts without the owner
    code, said = said_by("migrate", data_dir=tmp_path, DATABASE_URL=both["DATABASE_URL"])
    assert code == 0
    assert "No falta ninguna migración. Los permisos del servicio no se tocaron" in said


def test_a_shell_is_the_services(urls: Urls, tmp_path: Path) -> None:
    code, said = said_by("shell", "-v", "0", "-c", _SAY, data_dir=tmp_path, **urls.of("poi"))
    assert (code, said.split()) == (0, [urls.server.role, "None", urls.server.role])


def test_without_the_owner_nothing_is_migrated_and_it_is_said(urls: Urls, tmp_path: Path) -> None:
    url = urls.new("unmigrated")["DATABASE_URL"]
    for words in (["migrate"], ["restore", __file__]):
        code, said = said_by(*words, data_dir=tmp_path, DATABASE_URL=url)
        assert code == 1
        assert "DATABASE_OWNER_URL" in said or "no es una copia" in said
    with starting(tmp_path, DATABASE_URL=url) as (process, _):
        said, _ = process.communicate()
    assert process.returncode == 1
    assert "le faltan migraciones, y el rol de DATABASE_URL no puede aplicarlas" in said


@pytest.fixture(scope="module")
def migrated(urls: Urls, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Make a database that the owner alone migrated, by one URL, and return its name."""
    url = urls.new("migrated")[OWNER_URL]
    data_dir = tmp_path_factory.mktemp("owner")
    assert said_by("migrate", "-v", "0", data_dir=data_dir, DATABASE_URL=url) == (0, "")
    return "migrated"


@pytest.mark.parametrize("more", ["SELECT", "REVOKE CONNECT ON DATABASE {name} FROM PUBLIC"])
def test_a_service_without_its_rights_says_so(urls: Urls, migrated: str, tmp_path: Path, more: str) -> None:
    """As where the owner alone migrated; also where it may not even connect."""
    name = f"bare_{more.split()[0].lower()}"
    both = urls.new(name, migrated)
    with psycopg.connect(both[OWNER_URL], autocommit=True) as link:
        link.execute(more.format(name=name))
    with starting(tmp_path, DATABASE_URL=both["DATABASE_URL"]) as (process, _):
        said, _ = process.communicate()
    assert process.returncode == 1
    assert "El rol de DATABASE_URL no tiene los permisos que necesita" in said
    assert said_by("migrate", "-v", "0", data_dir=tmp_path, **both) == (0, "")
    assert said_by("migrate", "-v", "0", data_dir=tmp_path, DATABASE_URL=both["DATABASE_URL"]) == (0, "")


@pytest.fixture
def outdated(urls: Urls, migrated: str) -> Iterator[dict[str, str]]:
    """Make a database that misses a migration, and return the URL of both roles."""
    both = urls.new("outdated", migrated)
    with psycopg.connect(both[OWNER_URL], autocommit=True) as link:
        link.execute("DELETE FROM django_migrations WHERE app = 'reports' AND name = '0002_rules'")
    yield both
    with psycopg.connect(urls.of("poi")[OWNER_URL], autocommit=True) as link:
        link.execute("DROP DATABASE outdated WITH (FORCE)")


class TestWhoIsNotTheOwner:
    """A role that does not own the tables migrates nothing, whatever else it may do, and is told whose they are."""

    @pytest.mark.parametrize(
        "right",
        ["GRANT USAGE, CREATE ON SCHEMA public TO {role}", "REVOKE ALL ON SCHEMA public FROM PUBLIC",
         "REVOKE CONNECT ON DATABASE outdated FROM PUBLIC"],
    )  # fmt: skip
    def test_named_as_the_owner(self, urls: Urls, outdated: dict[str, str], tmp_path: Path, right: str) -> None:
        with psycopg.connect(outdated[OWNER_URL], autocommit=True) as link:
            link.execute(right.format(role=urls.server.role))
        swapped = {"DATABASE_URL": outdated[OWNER_URL], OWNER_URL: outdated["DATABASE_URL"]}
        for said_of in (said_by("migrate", data_dir=tmp_path, **swapped), self.start(tmp_path, swapped)):
            code, said = said_of
            assert code == 1
            assert "El rol de DATABASE_OWNER_URL no" in said
            assert f"«{urls.server.owner}»" in said or "REVOKE CONNECT" in right
            assert "Traceback" not in said

    def test_as_the_only_one(self, urls: Urls, outdated: dict[str, str], tmp_path: Path) -> None:
        with psycopg.connect(outdated[OWNER_URL], autocommit=True) as link:
            link.execute(f"GRANT CREATE ON SCHEMA public TO {urls.server.role}")
            link.execute(f"GRANT SELECT ON django_migrations TO {urls.server.role}")
        code, said = said_by("migrate", data_dir=tmp_path, DATABASE_URL=outdated["DATABASE_URL"])
        assert code == 1
        assert "el rol de DATABASE_URL no puede aplicarlas" in said
        assert f"la conexión del dueño de las tablas, «{urls.server.owner}»." in said

    def start(self, data_dir: Path, both: dict[str, str]) -> tuple[int, str]:
        with starting(data_dir, **both) as (process, _):
            said, _ = process.communicate()
        return process.returncode, said


def test_a_database_of_the_same_name_on_another_server_is_not_migrated(urls: Urls, tmp_path: Path) -> None:
    other = Server(tmp_path / "other", durable=False)
    other.ensure_running()
    try:
        mixed = {**urls.new("twice"), OWNER_URL: Urls(other).new("twice")[OWNER_URL]}
        code, said = said_by("migrate", data_dir=tmp_path, **mixed)
        assert code == 1
        assert "llevan a dos bases distintas" in said
    finally:
        other.leave()


def test_one_url_alone_works_and_says_what_it_costs(urls: Urls, migrated: str, tmp_path: Path) -> None:
    alone = urls.new("alone", migrated)[OWNER_URL]
    with starting(tmp_path, DATABASE_URL=alone) as (process, _):
        said = read_until(process, _SERVED)
        process.terminate()
        process.communicate()
    assert "Aviso: el rol de DATABASE_URL es dueño de las tablas" in said


@pytest.mark.parametrize(
    ("url", "owner", "said"),
    [
        (None, "postgres://dueño@db.pe/poi", "acompaña a DATABASE_URL"),
        ("postgres://ana@db.pe/poi", "postgres://dueño@db.pe/otra", "la misma base"),
        ("postgres://ana@db.pe/poi", "postgres://db.pe/poi", "usuario de su rol"),
        ("postgres://db.pe/poi", "postgres://dueño@db.pe/poi", "usuario de su rol"),
        ("postgres://ana@db.pe/poi", "sqlite:///poi.db", "PostgreSQL"),
    ],
)
def test_an_owner_of_another_database_is_refused(monkeypatch, tmp_path, url, owner, said) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    if url:
        monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv(OWNER_URL, owner)
    with pytest.raises(ImproperlyConfigured, match=said):
        configuration.from_environment(tmp_path)


def test_the_connection_is_the_owners_within_the_block_alone(committed: None) -> None:
    def role() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            return str(cursor.fetchone()[0])

    service, password = role(), connection.settings_dict["PASSWORD"]
    with as_owner():
        owner = role()
        with as_owner():
            assert (role(), service_role()) == (owner, service)
        assert role() == owner
    assert (role(), service_role()) == (service, None)
    assert owner != service
    assert connection.settings_dict["PASSWORD"] == password


def test_connections_that_share_a_session_are_refused(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    require_owner()
    monkeypatch.setattr("poi_api.database.roles._session", lambda _: 1)  # as a pool in the mode `transaction` says
    with pytest.raises(CommandError, match="modo session"):
        require_owner()
