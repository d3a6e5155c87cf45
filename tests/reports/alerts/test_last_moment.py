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


# How many days later each of three entries was committed than they were, and the first and last day that is told
CASES: list[tuple[list[int], tuple[int, int] | None]] = [
    ([0, 0, 0], (0, 0)),
    ([0, -1, 0], (-1, 0)),
    ([-1, -1, -1], (-1, -1)),
    ([-1, 0, -1], (-1, 0)),
    ([0, -2, 0], None),
    ([0, 1, 0], None),
    ([-1, -2, 0], None),
    ([-2, 0, 0], None),
    ([0, 0, 1], None),
]


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("another", [False, True], ids=["alone", "beside another unit's"])
def test_every_entry_counts_whenever_its_transaction_began(another: bool) -> None:
    """Each case is of an institution of its own, so that all are moved at once and told by one answer."""
    today = timezone.localdate()
    plans = [make.plan() for _ in CASES]
    ReportingPeriod.objects.filter(month=1).update(opens_on=today, due_on=today, closes_on=today)
    moves: list[tuple[int, int | None]] = []
    for plan, (moved, _) in zip(plans, CASES, strict=True):
        moves += [(days, make.entry(make.activity(plan), 1).change_set_id) for days in moved]
        if another:  # it began after all of them and ended days before
            unit = make.unit(plan.institution)
            moves.append((-9, make.entry(make.activity(plan, unit), 2).change_set_id))
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE units_changeset DISABLE TRIGGER append_only")
        cursor.execute("ALTER TABLE units_changeset DISABLE TRIGGER change_set_is_placed")
        cursor.executemany(MOVED, moves)
        cursor.execute("ALTER TABLE units_changeset ENABLE ALWAYS TRIGGER append_only")
        cursor.execute("ALTER TABLE units_changeset ENABLE ALWAYS TRIGGER change_set_is_placed")
    told = {
        alert["unit"]["code"]: (alert["figures"]["first_on"], alert["figures"]["last_on"])
        for alert in found("last_moment", limit=100)
    }
    expected = {
        plan.institution.code: tuple(f"{today + timedelta(days=day)}" for day in days)
        for plan, (_, days) in zip(plans, CASES, strict=True)
        if days
    }
    assert told == expected
