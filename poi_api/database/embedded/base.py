"""Django's PostgreSQL engine, which sees to it that the embedded server runs before it connects."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.backends.postgresql.client import DatabaseClient as PostgresClient
from django.db.utils import OperationalError

from poi_api.database.embedded import binaries
from poi_api.database.embedded.server import Server
from poi_api.database.engine import base


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
        said = self.settings_dict
        server = Server(Path(said["EMBEDDED_DATA_DIR"]), durable=said.get("EMBEDDED_DURABLE", True))
        try:
            server.ensure_running()
        except binaries.EmbeddedError as error:
            raise OperationalError(str(error)) from error
        return server
