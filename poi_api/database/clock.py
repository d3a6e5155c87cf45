"""The day it is in Lima, by the database's clock: the one clock that decides windows (domain.md, rule 10)."""

from datetime import date

from django.db import connection

TODAY = "(statement_timestamp() AT TIME ZONE 'America/Lima')::date"


def today() -> date:
    """Return the day in Lima at the start of the statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {TODAY}")
        day: date = cursor.fetchone()[0]
    return day
