"""Django's PostgreSQL engine, which sees to it that the embedded server runs before it connects."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.backends.postgresql.client import DatabaseClient as PostgresClient
from django.db.utils import OperationalError

from poi_api.database.embedded import binaries
from poi_api.database.embedded.server import Server
from poi_api.database.engine import base


def server_of(settings: dict[str, Any]) -> Server:
    """Return the server of a database in settings.DATABASES."""
    return Server(Path(settings["EMBEDDED_DATA_DIR"]), durable=settings.get("EMBEDDED_DURABLE", True))


class DatabaseClient(PostgresClient):
    """`manage.py dbshell`, with the psql that comes with the server."""

    def runshell(self, parameters: Iterable[str]) -> None:
        self.connection.ensure_connection()
        self.executable_name = str(binaries.directory() / "psql")
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    def owner(self) -> dict[str, Any] | None:
        server = self._running()
        return {"USER": server.owner, "PASSWORD": server.owner_password()}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect, having started the server if need be. Raises OperationalError, in Spanish, if it cannot be."""
        self._running()
        return super().get_new_connection(conn_params)

    def _running(self) -> Server:
        server = server_of(self.settings_dict)
        try:
            server.ensure_running()
        except binaries.EmbeddedError as error:
            raise OperationalError(str(error)) from error
        return server
