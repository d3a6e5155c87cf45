"""The day is that of Lima, whatever time zone the database and its connections have."""

import pytest
from django.db import connection

from poi_api.database.clock import TODAY

_NOW = "statement_timestamp()"


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["UTC", "America/Lima", "Pacific/Kiritimati"])
@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-01T04:59:59Z", "2026-02-28"),
        ("2026-03-01T05:00:00Z", "2026-03-01"),
        ("2027-01-01T03:00:00Z", "2026-12-31"),
    ],
)
def test_it_ends_at_midnight_in_lima(zone, moment, day):
    assert _NOW in TODAY
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL TIME ZONE '{zone}'")
        cursor.execute(f"SELECT ({TODAY.replace(_NOW, '%s::timestamptz')})::text", [moment])
        assert cursor.fetchone() == (day,)
