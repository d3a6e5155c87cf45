"""`manage.py keep_reader_key FILE`: a file holds a reader key that works, as `make run` prints it."""

from itertools import chain, count
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from poi_api import private_files
from units.access.keys import digest_of
from units.choices import Role
from units.models import ApiClient
from units.services.clients import create_client

_NAME = "Lector de esta instalación"


class Command(BaseCommand):
    help = "Guarda en FILE una clave de lectura de toda la instalación, si la que tiene no vale en esta base."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="dónde está la clave (modo 600)")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if path.exists() and _works(path.read_text(encoding="utf-8").strip()):
            return
        _, key = create_client(name=_free_name(), role=Role.READER, unit=None)
        private_files.replace(path, key)


def _free_name() -> str:
    """Return the reader's name, with a number if there was one before: of another machine, or whose key was lost."""
    taken = set(ApiClient.objects.filter(institution=None, name__startswith=_NAME).values_list("name", flat=True))
    return next(name for name in chain([_NAME], (f"{_NAME} {number}" for number in count(2))) if name not in taken)


def _works(key: str) -> bool:
    return ApiClient.objects.usable().filter(key_hash=digest_of(key)).exists()
