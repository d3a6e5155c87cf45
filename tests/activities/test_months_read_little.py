"""A month at the door reads its own change set, and not all there are, though few were there when it was planned."""

from typing import Any

import pytest
from django.db import connection

from tests import factories as make
from tests.activities.submitting import open_plan
from tests.activities.test_submit_short_way import put
from units.access import lookup
from units.choices import Role


def sequential_scans() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'units_changeset'")
        return int(cursor.fetchone()[0])


def test_a_month_reads_its_own_change_set_where_statistics_tell_of_few(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "_MINUTE", 10**12)
    reporter, activity = make.client(Role.REPORTER), make.activity(open_plan())

    def submit(executed: int) -> Any:
        answer = put(reporter, activity, executed=executed, reason="Porque sí")
        assert answer.status_code == 200

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE units_changeset")
        for executed in range(1, 300):
            submit(executed)
        cursor.execute("DISCARD PLANS")
    before = sequential_scans()
    submit(300)
    submit(301)
    assert sequential_scans() == before
