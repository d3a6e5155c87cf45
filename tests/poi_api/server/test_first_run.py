"""What is seen to before serving."""

import pytest
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from poi_api.server import first_run

pytestmark = pytest.mark.django_db


def test_a_database_of_another_version_is_refused_with_what_to_do(monkeypatch) -> None:
    monkeypatch.setenv("SAMPLE", "0")
    MigrationRecorder(connection).record_applied("units", "0003_feed")
    with pytest.raises(CommandError, match=r"otra versión .* \(units\.0003_feed\)\. Use una base nueva"):
        first_run.prepare()
