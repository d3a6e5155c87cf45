"""`manage.py restore FILE`: puts a copy that `backup` made into an empty database."""

import secrets
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from activities.services.rebuilding import rebuild_figures
from poi_api.database.copies import dump
from poi_api.database.copies.programs import CopyError
from poi_api.database.roles import as_owner, owns_something
from poi_api.server import first_run
from reports.shared.sums.kept import forget
from units.models import ChangeSet, Restoration

_SOMETHING_IS_THERE = "SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
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
            position = _restored(path)
        except CopyError as error:
            raise CommandError(f"No se restauró nada. {error}") from error
        amended = rebuild_figures()
        forget()
        if amended:
            raise CommandError(f"Se restauró, pero {amended} cifras no eran las de su historia; ya se corrigieron.")
        self.stdout.write(
            f"Restaurada hasta el lugar {position} del orden de cambios; las cifras son las de su historia. "
            "Los cursores de antes ya no valen: quien sigue los cambios vuelve a leer todo."
        )


def _restored(path: Path) -> int:
    """Restore as the owner, bring what was restored up to date, and return its last position. Raises CopyError."""
    dump.require_whole(path)
    with as_owner(), first_run.alone():
        _require_empty()
        first_run.refuse_unknown({(app, name) for _, app, name, _ in dump.rows_of(path, _TABLE_OF_MIGRATIONS)})
        dump.restore(path)
        call_command("migrate", verbosity=0, interactive=False)
        position: int = ChangeSet.objects.order_by("-position").values_list("position", flat=True).first() or 0
        Restoration.objects.create(name=secrets.token_hex(16), position=position)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return position


def _require_empty() -> None:
    if not owns_something():
        raise CopyError("El rol de DATABASE_URL no puede crear tablas: use también DATABASE_OWNER_URL.")
    with connection.cursor() as cursor:
        cursor.execute(_SOMETHING_IS_THERE)
        if cursor.fetchone()[0]:
            raise CopyError("La base de datos no está vacía: restaure en una nueva (docs/operations.md).")
