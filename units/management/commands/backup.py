"""`manage.py backup FILE`: a copy of the whole database, also while it is written to."""

import signal
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from poi_api.database.copies import dump
from poi_api.database.copies.programs import CopyError


class Command(BaseCommand):
    help = "Guarda en FILE una copia de toda la base de datos, y la lee de nuevo para comprobarla."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="archivo que se crea (modo 600)")
        parser.add_argument("--overwrite", action="store_true", help="reemplaza el archivo, si ya existe")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"].absolute()
        # Ended as by an error, so that no unfinished copy is left with all that is in it
        before = signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
        try:
            rows = dump.make(path, overwrite=options["overwrite"])
        except (CopyError, OSError) as error:
            raise CommandError(f"No se guardó ninguna copia. {error}") from error
        finally:
            signal.signal(signal.SIGTERM, before)
        self.stdout.write(f"Copia guardada en {path}: {sum(rows.values())} filas de {len(rows)} tablas.")
