import time

import pytest
from django.db import OperationalError, close_old_connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from poi_api.server import health
from tests.committed import Connect


def test_the_process_is_alive_whatever_the_database_does(monkeypatch):
    assert Client().get("/healthz").content == b"ok"  # and this test may not touch the database


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_they_answer_by_address_whatever_the_host_and_without_https(settings, path):
    settings.SECURE_SSL_REDIRECT = True
    client = Client(headers={"host": "10.2.3.4:8000"})
    assert client.get(path).status_code == 200
    assert client.get("/api/v1/units/").status_code in (301, 400)


@pytest.mark.django_db
def test_it_is_ready_when_the_database_is_reachable_and_migrated():
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.django_db
def test_it_is_not_ready_while_a_migration_is_missing(monkeypatch):
    monkeypatch.setattr(health, "latest_migrations", lambda: frozenset({("units", "9999_later")}))
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert "migraciones" in answer.json()["detail"]


@pytest.mark.django_db
def test_it_is_not_ready_while_the_database_is_away(monkeypatch, caplog):
    def away(self):
        raise OperationalError("connection refused")

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", away)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert caplog.messages == ["unavailable: connection refused"]


def test_it_is_not_ready_while_the_database_hangs_and_says_so_soon(connect_owner: Connect, monkeypatch) -> None:
    monkeypatch.setattr(health, "_PATIENCE", 0.5)
    with connect_owner().transaction() as held:
        held.connection.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        assert Client().get("/readyz").status_code == 503
        assert time.monotonic() - began < 5
    close_old_connections()
    assert Client().get("/readyz").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_they_are_only_read(path):
    answer = Client().post(path)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["code"] == "method_not_allowed"


def test_the_migrations_it_looks_for_are_those_of_every_app():
    assert {"units", "activities", "reports", "auth"} <= {app for app, _ in health.latest_migrations()}
