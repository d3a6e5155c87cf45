"""`manage.py migrate`: Django's, as the owner of the tables, which then gives the service its rights."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from poi_api.database.roles import as_owner, owns_something, service_role
from units.history.privileges import give_privileges


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            if owns_something():
                super().handle(*args, **options)
                if role := service_role():
                    give_privileges(role)
            elif _something_is_missing():
                raise CommandError(
                    "A la base de datos le faltan migraciones, y el rol de DATABASE_URL no puede aplicarlas: "
                    "ejecute manage.py migrate con DATABASE_OWNER_URL, la conexión del dueño de las tablas."
                )


def _something_is_missing() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
