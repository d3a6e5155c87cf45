"""What is said of an error of the database."""

import pytest
from django.db import Error, connection, transaction

from poi_api.database.interruptions import interruption

pytestmark = pytest.mark.django_db


def raised(sqlstate: str) -> Error:
    """Return the error that the database gives with that state."""
    with pytest.raises(Error) as found, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE 'x' USING ERRCODE = '{sqlstate}'; END $$")
    return found.value


def test_a_full_disk_is_said_as_such() -> None:
    said = interruption(raised("53100"))
    assert said is not None
    assert (said.code, said.retry_after) == ("disk_full", 60)
    assert "No queda espacio en el disco" in said.detail


def test_an_error_about_what_was_asked_is_none() -> None:
    assert interruption(raised("22003")) is None
