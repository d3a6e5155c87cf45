"""The day it is in Lima, by the database's clock: the one clock that decides windows (domain.md, rule 10)."""

from datetime import date

from poi_api.database.rows import row_of

TODAY = "(statement_timestamp() AT TIME ZONE 'America/Lima')::date"
DAY = f"to_char({TODAY}, 'YYYY-MM-DD')"  # as text, which is the same however the server writes dates


def today() -> date:
    """Return the day in Lima at the start of the statement."""
    return date.fromisoformat(row_of(f"SELECT {DAY}")[0])
