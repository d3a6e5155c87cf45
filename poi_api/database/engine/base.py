"""Django's PostgreSQL engine with a cheaper look at whether a kept connection still lives."""

import select
from typing import Any

from django.db.backends.postgresql import base

from poi_api.database.configuration import owner_from_environment
from poi_api.database.engine.creation import DatabaseCreation


class DatabaseWrapper(base.DatabaseWrapper):
    creation_class = DatabaseCreation

    def owner(self) -> dict[str, Any] | None:
        """Return what differs in the settings when the owner of the tables connects, None if none is named."""
        return owner_from_environment()

    def is_usable(self) -> bool:
        """Tell whether the connection lives, at the start of a request.

        An idle server speaks only to say goodbye. So a connection on which nothing has arrived is taken to
        live without a query, which would cost a tenth of a small answer; otherwise it is asked.
        """
        if self.connection is None or self.connection.closed:
            return False
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return not waiting.poll(0) or super().is_usable()
