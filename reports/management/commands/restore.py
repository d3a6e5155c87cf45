"""`manage.py restore FILE`: puts a copy that `backup` made into an empty database."""

import secrets
import time
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from activities.services.rebuilding import rebuild_figures
from poi_api.database.copies import dump, unfinished
from poi_api.database.copies.programs import CopyError
from poi_api.database.roles import as_owner, owns_something, require_owner
from poi_api.database.rows import values_of
from poi_api.server import first_run
from reports.shared.sums.kept import forget
from units.history.since import last_position
from units.models import Restoration

_SOMETHING_IS_THERE = """
SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname <> %s)
"""
# Of others' sessions the owner sees no more; those of the server's own work have no user
_OTHERS = """
SELECT string_agg(DISTINCT usename || ' (' || pid || ')', ', ') FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL
"""
_PATIENCE = 5.0  # seconds for connections that were closed just now to be gone
_TABLE_OF_MIGRATIONS = "django_migrations"


class Command(BaseCommand):
    help = "Restaura en una base de datos vacía la copia FILE que hizo backup, y comprueba sus cifras."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="la copia")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"].absolute()
        if not path.is_file():
            raise CommandError(f"No hay ningún archivo {path}.")
        try:
            position, amended = _restored(path)
        except CopyError as error:
            raise CommandError(f"No se restauró nada. {error}") from error
        if amended:
            raise CommandError(f"Se restauró, pero {amended} cifras no eran las de su historia; ya se corrigieron.")
        self.stdout.write(
            f"Restaurada hasta el cambio n.º {position}; las cifras son las de su historia. "
            "Los cursores de antes ya no valen: quien sigue los cambios vuelve a leer todo."
        )


def _restored(path: Path) -> tuple[int, int]:
    """Restore as the owner, and return the last position and how many figures were wrong. Raises CopyError.

    Until all is done, also what comes after the rows, the database bears a mark, and nothing serves it.
    """
    dump.require_whole(path)
    require_owner()
    with as_owner(), first_run.alone():
        _require_empty()
        _require_alone()
        first_run.refuse_unknown({(app, name) for _, app, name, _ in dump.rows_of(path, _TABLE_OF_MIGRATIONS)})
        unfinished.mark()
        try:
            dump.restore(path)
        except CopyError:
            unfinished.unmark()
            raise
        call_command("migrate", verbosity=0, interactive=False, restoring=True)
        amended = rebuild_figures()
        forget()
        position = last_position()
        values_of("ANALYZE")
        with transaction.atomic():
            Restoration.objects.create(name=secrets.token_hex(16), position=position)
            unfinished.unmark()
    return position, amended


def _require_empty() -> None:
    if not owns_something():
        raise CopyError("El rol de DATABASE_URL no puede crear tablas: use también DATABASE_OWNER_URL.")
    if values_of(_SOMETHING_IS_THERE, [unfinished.TABLE])[0][0]:
        raise CopyError("La base de datos no está vacía: restaure en una nueva (docs/operations.md).")


def _require_alone() -> None:
    """Raise CopyError if others use the database: what they know of its history would be of the one before."""
    deadline = time.monotonic() + _PATIENCE
    while others := values_of(_OTHERS)[0][0]:
        if time.monotonic() > deadline:
            raise CopyError(f"Otras sesiones usan la base de datos: {others}. Detenga el servicio y ciérrelas.")
        time.sleep(0.1)
