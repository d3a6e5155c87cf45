"""What the database knows of its tables when an import has just filled them: plans are made by it."""

from pathlib import Path

import pytest
from django.db import connection

from activities.models import Plan
from activities.services.importing import applying
from tests import factories as make
from tests.activities.importing.importing import rows, run, written
from tests.api import post, upload
from tests.committed import Connect
from units.choices import Role

_HOLD = "LOCK TABLE activities_figure IN SHARE UPDATE EXCLUSIVE MODE"
_PLANS = """
SELECT coalesce(max(most_common_vals::text::bigint[]), '{}') FROM pg_stats
 WHERE tablename = 'activities_activity' AND attname = 'plan_id'
"""


def known_plans() -> list[int]:
    """Return the plans that the database knows to have activities."""
    with connection.cursor() as cursor:
        cursor.execute(_PLANS)
        return list(cursor.fetchone()[0])


def test_of_many_activities_the_database_knows_at_once(
    committed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, rows(30))
    monkeypatch.setattr(applying, "_MANY", 31)
    before = known_plans()  # maybe of another test, whose plans had these numbers too
    run(file, "--institution-name", "SAT")
    assert known_plans() == before
    monkeypatch.setattr(applying, "_MANY", 30)
    run(file, "--institution-name", "OTRA", institution="OTRA")
    assert {*Plan.objects.values_list("pk", flat=True)} <= {*known_plans()}


def test_it_is_known_after_an_import_over_http_too(
    committed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, connect: Connect
) -> None:
    """Whoever keeps the table meanwhile is not waited for, and refuses nothing."""
    monkeypatch.setattr(applying, "_MANY", 1)
    planner = make.client(Role.PLANNER, make.institution("SAT"))
    sources = [
        upload(planner, written(tmp_path, rows(3), year=year).read_bytes()).json()["id"] for year in (2023, 2024)
    ]
    assert post(planner, f"/imports/{sources[0]}/apply/").status_code == 200
    plan = Plan.objects.get().pk
    assert plan in known_plans()
    other = connect()
    other.execute("BEGIN")
    other.execute(_HOLD)
    assert post(planner, f"/imports/{sources[1]}/apply/").status_code == 200
    assert known_plans() == [plan]
