"""Django's command line where there is no database to work with: a message that says what to do, and no traceback."""

import psycopg
import pytest
from django.db import Error, OperationalError, ProgrammingError

import manage


@pytest.mark.parametrize(
    ("error", "cause", "said"),
    [
        (ProgrammingError(), psycopg.errors.UndefinedTable(), "ejecute antes manage.py migrate"),
        (OperationalError("Connection refused"), psycopg.OperationalError(), "base de datos. Connection refused"),
        (OperationalError("No arranca."), RuntimeError(), "base de datos. No arranca."),
    ],
)
def test_a_missing_database_is_said(monkeypatch, error: Error, cause: Exception, said: str) -> None:
    error.__cause__ = cause
    monkeypatch.setattr(manage, "execute_from_command_line", lambda arguments: (_ for _ in ()).throw(error))
    with pytest.raises(SystemExit, match=said):
        manage.main()


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (ProgrammingError(), psycopg.errors.UndefinedColumn()),
        (OperationalError(), psycopg.errors.DiskFull()),
    ],
)
def test_what_a_database_refused_is_raised(monkeypatch, error: Error, cause: Exception) -> None:
    error.__cause__ = cause
    monkeypatch.setattr(manage, "execute_from_command_line", lambda arguments: (_ for _ in ()).throw(error))
    with pytest.raises(type(error)):
        manage.main()
