"""`manage.py migrate`: Django's, as the owner of the tables, which then gives the service its rights."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from poi_api.database.copies import unfinished
from poi_api.database.roles import (
    as_owner,
    missing_rights_said,
    other_owner,
    owns_something,
    require_owner,
    service_role,
)
from units.history.guards import require_guards
from units.history.privileges import give_privileges


class Command(migrate.Command):
    stealth_options = ("restoring",)  # `restore` alone migrates what it has not finished

    @missing_rights_said()
    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run as the owner from the start: Django's checks connect too, and a new service may have no right to."""
        require_owner()
        with as_owner():
            return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        if not options.get("restoring"):
            unfinished.require_finished()
        owner = other_owner()
        if owns_something() and not owner:
            super().handle(*args, **options)
            if not _only_looks(**options):
                if role := service_role():
                    give_privileges(role)
                if not options["app_label"]:
                    require_guards()
        elif _something_is_missing():
            raise CommandError(
                "A la base de datos le faltan migraciones, y el rol de DATABASE_URL no puede aplicarlas: "
                "ejecute manage.py migrate con DATABASE_OWNER_URL, la conexión del dueño de las tablas"
                f"{owner and f', «{owner}»'}."
            )
        else:
            require_guards()
            if options["verbosity"]:
                self.stdout.write(
                    "No falta ninguna migración. Los permisos del servicio no se tocaron: los da la conexión del dueño "
                    "de las tablas (DATABASE_OWNER_URL)."
                )


def _only_looks(*, plan: bool, check_unapplied: bool, **_: Any) -> bool:
    return plan or check_unapplied


def _something_is_missing() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
