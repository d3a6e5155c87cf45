"""One row of a statement that is asked again and again."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connections


def row_of(statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
    """Return the first row that a statement gives, None if there is none.

    Its cursor is kept with the connection: to make one, and to learn the types of its columns, takes longer than
    asking. It is asked past what Django puts around it, which is a quarter of asking, unless somebody looks on there.
    """
    connection = cast(Any, connections[DEFAULT_DB_ALIAS])  # that of `poi_api.database.engine`
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    cursors, which = connection.connection.cursors, (statement, connection.queries_logged)
    if which not in cursors:
        cursors[which] = connection.cursor()
    connection.validate_no_broken_transaction()
    watched = connection.queries_logged or connection.execute_wrappers
    cursor = cursors[which] if watched else cursors[which].cursor
    with connection.wrap_database_errors:
        cursor.execute(statement, values)
        return cursor.fetchone()
