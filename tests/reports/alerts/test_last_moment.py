"""Who enters all of a month at the last moment, where transactions do not end in the order in which they began."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from activities.models import ReportingPeriod
from poi_api.database.roles import as_owner
from tests import factories as make
from tests.reports.alerts.alerting import found

MOVED = "UPDATE units_changeset SET committed_at = committed_at + %s * interval '1 day' WHERE id = %s"


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("another", [False, True], ids=["alone", "beside another unit's"])
@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        ([0, 0, 0], (0, 0)),
        ([0, -1, 0], (-1, 0)),
        ([-1, -1, -1], (-1, -1)),
        ([-1, 0, -1], (-1, 0)),
        ([0, -2, 0], None),
        ([0, 1, 0], None),
        ([-1, -2, 0], None),
        ([-2, 0, 0], None),
        ([0, 0, 1], None),
    ],
)
def test_every_entry_counts_whenever_its_transaction_began(
    moved: list[int], expected: tuple[int, int] | None, another: bool
) -> None:
    plan, today = make.plan(), timezone.localdate()
    ReportingPeriod.objects.filter(plan=plan, month=1).update(opens_on=today, due_on=today, closes_on=today)
    sets = [make.entry(make.activity(plan), 1).change_set_id for _ in moved]
    if another:  # it began after all of them and ended days before
        sets.append(make.entry(make.activity(plan, make.unit(plan.institution)), 2).change_set_id)
        moved = [*moved, -9]
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE units_changeset DISABLE TRIGGER append_only")
        cursor.execute("ALTER TABLE units_changeset DISABLE TRIGGER change_set_is_placed")
        cursor.executemany(MOVED, list(zip(moved, sets, strict=True)))
        cursor.execute("ALTER TABLE units_changeset ENABLE ALWAYS TRIGGER append_only")
        cursor.execute("ALTER TABLE units_changeset ENABLE ALWAYS TRIGGER change_set_is_placed")
    days = [(alert["figures"]["first_on"], alert["figures"]["last_on"]) for alert in found("last_moment")]
    assert days == ([tuple(f"{today + timedelta(days=day)}" for day in expected)] if expected else [])
