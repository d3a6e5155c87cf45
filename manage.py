#!/usr/bin/env python
"""Django's command line. With no DATABASE_URL, commands that need a database start the embedded one."""

import os
import sys

from django.core.management import execute_from_command_line

from poi_api.database.configuration import OWNER_URL

_OF_THE_OWNER = {"migrate", "restore"}  # no other command, nor a program that it starts, sees the owner's connection


def main() -> None:
    """Run a management command."""
    if not _OF_THE_OWNER.intersection(sys.argv[1:2]):
        os.environ.pop(OWNER_URL, None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poi_api.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
