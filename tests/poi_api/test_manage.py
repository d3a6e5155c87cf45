"""Django's command line where there is no database to work with: a message that says what to do, and no traceback."""

import sys
from importlib import import_module
from types import ModuleType

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, OperationalError, ProgrammingError


@pytest.fixture
def manage(monkeypatch) -> ModuleType:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # the top level holds what was agreed and nothing else
    return import_module("manage")


@pytest.mark.parametrize(
    ("error", "cause", "said"),
    [
        (ProgrammingError(), psycopg.errors.UndefinedTable(), "ejecute antes manage.py migrate"),
        (OperationalError("Connection refused"), psycopg.OperationalError(), "base de datos. Connection refused"),
        (OperationalError("No arranca."), RuntimeError(), "base de datos. No arranca."),
        (ImproperlyConfigured("HTTPS no se entiende"), None, "HTTPS no se entiende"),
    ],
)
def test_what_is_missing_is_said(
    manage: ModuleType, monkeypatch, error: Exception, cause: Exception | None, said: str
) -> None:
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
def test_what_a_database_refused_is_raised(manage: ModuleType, monkeypatch, error: Error, cause: Exception) -> None:
    error.__cause__ = cause
    monkeypatch.setattr(manage, "execute_from_command_line", lambda arguments: (_ for _ in ()).throw(error))
    with pytest.raises(type(error)):
        manage.main()
