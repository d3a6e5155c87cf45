"""What is seen to before serving."""

import pytest
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from poi_api.database.roles import as_owner
from poi_api.server import first_run
from tests import factories as make
from units.choices import Role


def test_a_database_of_another_version_is_refused_with_what_to_do(committed, monkeypatch) -> None:
    monkeypatch.setenv("SAMPLE", "0")
    with as_owner():
        MigrationRecorder(connection).record_applied("units", "0003_feed")
    try:
        with pytest.raises(CommandError, match=r"otra versión .* \(units\.0003_feed\)\. Use una base nueva"):
            first_run.prepare()
    finally:
        with as_owner():
            MigrationRecorder(connection).record_unapplied("units", "0003_feed")


def test_who_can_come_in_first_is_said_until_people_are_there(committed, monkeypatch, tmp_path, settings) -> None:
    monkeypatch.setenv("SAMPLE", "0")
    settings.DATA_DIR = tmp_path
    assert "manage.py create_person" in first_run.prepare()[1]
    make.person(Role.PLANNER)
    assert first_run.prepare()[1] == ""
    (tmp_path / "oficina_password").touch()
    assert first_run.prepare()[1].endswith(f"con la contraseña de {tmp_path / 'oficina_password'}")
