"""The databases that tests make: they are the owner's as every other one, and the tests connect as the service."""

from typing import Any

from django.db.backends.postgresql import creation

from poi_api.database.roles import as_owner


class DatabaseCreation(creation.DatabaseCreation):
    def _create_test_db(self, *args: Any, **options: Any) -> Any:
        with as_owner(self.connection):
            return super()._create_test_db(*args, **options)  # type: ignore[misc]

    def _destroy_test_db(self, *args: Any, **options: Any) -> None:
        with as_owner(self.connection):
            super()._destroy_test_db(*args, **options)  # type: ignore[misc]
