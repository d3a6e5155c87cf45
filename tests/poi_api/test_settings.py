"""What the environment decides, and what is kept when it says nothing."""

import json
import stat
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from poi_api import private_files
from poi_api.database import configuration as databases
from poi_api.environment import AT_START, directory, flag, needed, secure_address, whole, words
from tests.poi_api.processes import free_port, python

_SHOW = """
import json, sys
from poi_api import settings
print(json.dumps([getattr(settings, name) for name in sys.argv[1:]]))
"""


def settings_with(data_dir: Path, *names: str, **variables: str) -> list[object]:
    with python("-c", _SHOW, *names, data_dir=data_dir, **variables) as process:
        said, _ = process.communicate()
    answer: list[object] = json.loads(said)
    return answer


def test_processes_that_start_at_once_share_one_secret_that_only_its_owner_reads(tmp_path):
    started = [python("-c", _SHOW, "SECRET_KEY", data_dir=tmp_path) for _ in range(3)]
    secrets = set()
    for process in started:
        with process:
            secrets.add(process.communicate()[0])

    file = tmp_path / "secret_key"
    assert secrets == {json.dumps([file.read_text().strip()]) + "\n"}
    assert len(file.read_text().strip()) >= 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [place.name for place in tmp_path.iterdir()] == ["secret_key"]


def test_the_environment_s_secret_is_used_and_none_is_made(tmp_path):
    data_dir = tmp_path / "data"
    assert settings_with(data_dir, "SECRET_KEY", SECRET_KEY="from outside") == ["from outside"]
    assert not data_dir.exists()


@pytest.mark.parametrize("said", ["", " ", "\n"])
def test_an_empty_file_is_no_secret_and_stops_the_start(tmp_path, said):
    (tmp_path / "secret_key").write_text(said)
    with python("-m", "poi_api.server.serving", data_dir=tmp_path, PORT=str(free_port())) as process:
        output, _ = process.communicate()
    assert process.returncode == 1
    assert f"{tmp_path}/secret_key está vacío" in output
    assert "Traceback" not in output


def test_a_blank_secret_in_the_environment_is_none(tmp_path):
    (made,) = settings_with(tmp_path, "SECRET_KEY", SECRET_KEY=" ")
    assert made == (tmp_path / "secret_key").read_text().strip()


def test_without_a_word_there_is_no_debug_and_only_this_machine_is_a_host(tmp_path):
    assert settings_with(tmp_path, "DEBUG", "ALLOWED_HOSTS", "SECURE_SSL_REDIRECT") == [
        False,
        ["localhost", "127.0.0.1", "[::1]"],
        False,
    ]


@pytest.mark.parametrize(
    ("variables", "meant"),
    [
        ({"HTTPS": "1"}, [31_536_000, False, False]),
        ({"HTTPS": "1", "HSTS_SUBDOMAINS": "1"}, [31_536_000, True, False]),
        ({"HTTPS": "1", "HSTS_SUBDOMAINS": "1", "HSTS_PRELOAD": "1"}, [31_536_000, True, True]),
        ({"HSTS_SUBDOMAINS": "1", "HSTS_PRELOAD": "1"}, [0, False, False]),
    ],
)
def test_https_binds_this_name_and_others_only_when_asked(tmp_path, variables, meant):
    names = ["SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD"]
    assert settings_with(tmp_path, *names, **variables) == meant


def test_reading_the_settings_starts_no_database(tmp_path):
    settings_with(tmp_path, "DATABASES")
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize(("value", "meant"), [("", False), ("0", False), ("No", False), ("1", True), ("sí", True)])
def test_flags_understand_yes_and_no(monkeypatch, value, meant):
    monkeypatch.setenv("DEBUG", value)
    assert flag("DEBUG") is meant


def test_a_flag_that_is_neither_is_refused(monkeypatch):
    monkeypatch.setenv("DEBUG", "maybe")
    with pytest.raises(ImproperlyConfigured, match="DEBUG"):
        flag("DEBUG")


def test_words_are_split_at_commas(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", " a.pe, ,b.pe ")
    assert words("ALLOWED_HOSTS") == ["a.pe", "b.pe"]


@pytest.mark.parametrize(("text", "number"), [("", 32), (" ", 32), ("0", 0), (" 64 ", 64)])
def test_numbers_are_whole(monkeypatch, text, number):
    monkeypatch.setenv("ANSWER_MEMORY_MB", text)
    assert whole("ANSWER_MEMORY_MB", default=32) == number


@pytest.mark.parametrize("text", ["-1", "1.5", "mucho", "٣"])
def test_what_is_no_whole_number_stops_the_start(monkeypatch, text):
    monkeypatch.setenv("ANSWER_MEMORY_MB", text)
    with pytest.raises(ImproperlyConfigured, match="ANSWER_MEMORY_MB"):
        whole("ANSWER_MEMORY_MB", default=32)


def test_database_url_names_another_server_with_the_same_kind_of_connection(monkeypatch, tmp_path):
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)
    embedded = databases.from_environment(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgres://ana:clave@db.pe:5433/poi?sslmode=require")
    external = databases.from_environment(tmp_path)

    assert (external["HOST"], external["PORT"], external["NAME"], external["USER"]) == (
        "db.pe",
        5433,
        "poi",
        "ana",
    )
    assert external["OPTIONS"] == {**embedded["OPTIONS"], "sslmode": "require"}
    for name in ("CONN_MAX_AGE", "CONN_HEALTH_CHECKS", "ATOMIC_REQUESTS"):
        assert external[name] == embedded[name]


@pytest.mark.parametrize(
    "url", ["sqlite:///poi.db", "mysql://ana@db.pe/poi", "postgres://db.pe", "postgres://ana:cla#ve@db.pe/poi"]
)
def test_another_engine_or_no_database_is_refused_without_its_password(monkeypatch, tmp_path, url):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match="PostgreSQL") as refused:
        databases.from_environment(tmp_path)
    assert "cla" not in str(refused.value).replace("clave", "")


@pytest.mark.django_db
def test_the_connection_binds_and_prepares_on_the_server():
    connection.ensure_connection()
    assert connection.connection is not None
    assert connection.connection.prepare_threshold == 1
    assert connection.connection.cursor_factory.__name__ == "ServerBindingCursor"


@pytest.mark.django_db
def test_the_tests_connection_is_no_superuser():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)


def test_a_private_file_is_replaced_entirely(tmp_path):
    file = tmp_path / "kept"
    private_files.replace(file, "old and long")
    private_files.replace(file, "new")
    assert file.read_text() == "new\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert private_files.read_or_create(file, lambda: "other") == "new"


@pytest.mark.django_db
def test_static_files_of_pages_and_documentation_are_served_without_debug(client):
    for address in (
        "/static/pages/pages.css",
        "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css",
    ):
        response = client.get(address)
        assert response.status_code == 200
        assert response["Content-Type"].startswith("text/css")
        response.close()


def test_the_deployment_check_has_nothing_to_say_with_https(tmp_path):
    words_ = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    with python(*words_, data_dir=tmp_path, HTTPS="1", PROXIES="1", ALLOWED_HOSTS="poi.example.pe") as process:
        said, _ = process.communicate()
    assert process.returncode == 0, said


@pytest.mark.parametrize(("https", "proxies", "warned"), [(True, 0, True), (True, 1, False), (False, 0, False)])
def test_a_proxy_that_is_not_counted_is_warned_of(settings, https, proxies, warned):
    settings.HTTPS, settings.PROXIES = https, proxies
    assert ["PROXIES=1" in warning.msg for warning in run_checks(tags=[AT_START])] == [True] * warned


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_directory_is_one_that_can_be_written_to(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    for text in ("", str(tmp_path)):
        monkeypatch.setenv("EXPORT_DIR", text)
        assert directory("EXPORT_DIR") == (text or None)
    for text in (str(tmp_path / "file"), str(tmp_path / "missing")):
        monkeypatch.setenv("EXPORT_DIR", text)
        with pytest.raises(ImproperlyConfigured, match="EXPORT_DIR"):
            directory("EXPORT_DIR")


def test_files_are_bounded_unless_more_is_said(tmp_path):
    names = ["EXPORT_DIR", "EXPORTS_AT_ONCE", "EXPORT_DISK_BYTES"]
    assert settings_with(tmp_path, *names) == [None, 2, 4096 * 1024**2]
    said = {"EXPORT_DIR": str(tmp_path), "EXPORTS_AT_ONCE": "5", "EXPORT_DISK_MB": "7"}
    assert settings_with(tmp_path, *names, **said) == [str(tmp_path), 5, 7 * 1024**2]


@pytest.mark.parametrize(
    "said",
    [
        "https://sesion.example.pe/realms/poi",
        "http://localhost:8080/realms/poi",
        "http://127.0.0.1:1",
        "https://" + "a" * 192,
    ],
)
def test_an_address_is_secure_or_this_machine_s(monkeypatch, said):
    monkeypatch.setenv("OIDC_ISSUER", f" {said} ")
    assert secure_address("OIDC_ISSUER") == said


@pytest.mark.parametrize(
    "said",
    [
        "http://sesion.example.pe/",
        "sesion.example.pe",
        "https://",
        "ftp://localhost",
        "https://x.pe/?a=1",
        "https://x.pe/#a",
        "https://a@x.pe/",
        "https://" + "a" * 193,
    ],
)
def test_any_other_address_stops_the_start(monkeypatch, said):
    monkeypatch.setenv("OIDC_ISSUER", said)
    with pytest.raises(ImproperlyConfigured, match="OIDC_ISSUER="):
        secure_address("OIDC_ISSUER")


def test_what_another_variable_needs_is_there(monkeypatch):
    monkeypatch.delenv("OIDC_ISSUER", raising=False)
    monkeypatch.delenv("OIDC_CLIENT_ID", raising=False)
    assert (secure_address("OIDC_ISSUER"), needed("OIDC_CLIENT_ID", by="OIDC_ISSUER")) == ("", "")
    monkeypatch.setenv("OIDC_ISSUER", "https://sesion.example.pe")
    with pytest.raises(ImproperlyConfigured, match="OIDC_ISSUER necesita también OIDC_CLIENT_ID"):
        needed("OIDC_CLIENT_ID", by="OIDC_ISSUER")
    monkeypatch.setenv("OIDC_CLIENT_ID", " poi ")
    assert needed("OIDC_CLIENT_ID", by="OIDC_ISSUER") == "poi"
