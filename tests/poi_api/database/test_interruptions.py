"""What is said of an error of the database."""

import pytest
from django.db import Error, InterfaceError, OperationalError, connection, transaction

from poi_api.database.interruptions import interruption, primary_message

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


@pytest.mark.parametrize(
    ("sqlstate", "code"),
    [
        ("57014", "took_too_long"),
        ("55P03", "locked"),
        ("40001", "collided"),
        ("53200", "overloaded"),
        ("53300", "overloaded"),
        ("25006", "unavailable"),
        ("57P03", "unavailable"),
        ("08006", "unavailable"),
        ("58030", "unavailable"),
    ],
)
def test_what_was_interrupted_has_a_code(sqlstate: str, code: str) -> None:
    said = interruption(raised(sqlstate))
    assert said is not None
    assert said.code == code
    assert ("No se guardó nada." in said.detail) is (code != "unavailable")
    assert ("no se sabe si se guardó" in said.detail) is (code == "unavailable")


@pytest.mark.parametrize("sqlstate", ["22003", "23505", "42601", "54001", "55000", "XX000"])
def test_an_error_about_what_was_asked_or_of_our_own_is_none(sqlstate: str) -> None:
    assert interruption(raised(sqlstate)) is None


def test_a_fault_in_the_use_of_a_connection_is_our_own_while_it_lives() -> None:
    cursor = connection.cursor()
    cursor.close()
    with pytest.raises(InterfaceError) as found:
        cursor.execute("SELECT 1")
    assert interruption(found.value) is None


def test_the_database_is_quoted_without_the_statement() -> None:
    with pytest.raises(Error) as found, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE E'dos\nlíneas' USING DETAIL = 'clave 1', ERRCODE = '57014'; END $$")
    assert len(str(found.value).splitlines()) > 2
    assert primary_message(found.value) == "dos líneas"
    assert primary_message(OperationalError("no hay nadie\n\t¿está en marcha?")) == "no hay nadie"
