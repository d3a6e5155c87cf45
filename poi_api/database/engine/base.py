"""Django's PostgreSQL engine with a cheaper look at whether a kept connection still lives."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
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
