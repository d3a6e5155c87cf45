#!/usr/bin/env python
"""Django's command line. With no DATABASE_URL, commands that need a database start the embedded one."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError, ProgrammingError

from poi_api.database.configuration import OWNER_URL

_OF_THE_OWNER = {"migrate", "restore"}  # no other command, nor a program that it starts, sees the owner's connection
_NO_TABLE = "42P01"


def main() -> None:
    """Run a management command; where it cannot, for what is set or for the database, it ends with 1 and what to do."""
    if not _OF_THE_OWNER.intersection(sys.argv[1:2]):
        os.environ.pop(OWNER_URL, None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poi_api.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except (OperationalError, ProgrammingError) as error:
        state = getattr(error.__cause__, "sqlstate", None)
        if state == _NO_TABLE:
            sys.exit("A la base de datos le faltan tablas: ejecute antes manage.py migrate, o make run.")
        if state is None and isinstance(error, OperationalError):
            sys.exit(f"No se puede usar la base de datos. {error}")
        raise


if __name__ == "__main__":
    main()
