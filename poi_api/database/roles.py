"""The two roles: the service's, as which everything connects, and that of the owner, which migrates and restores.

Whoever owns a table can disable its triggers. So what serves owns none (docs/decisions/0018).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

COST = (
    "Aviso: el rol de DATABASE_URL es dueño de las tablas, o superusuario. Quien use esa conexión puede apagar los "
    "disparadores y reescribir la historia sin dejar rastro. Use dos roles: docs/operations.md, «Una base propia»."
)
_SERVICE = "SERVICE"  # in the settings of a connection that is the owner's: what they are for the service
_OWNS_SOMETHING = """
SELECT has_schema_privilege('public', 'CREATE')
    OR EXISTS (SELECT FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND pg_has_role(current_user, relowner, 'MEMBER'))
"""


@contextmanager
def as_owner(link: Any = connection) -> Iterator[None]:
    """Have a connection be the owner's for the length of a block; it is closed before and after.

    Where no owner is named (one DATABASE_URL for all), and inside another such block, nothing changes.
    """
    settings = link.settings_dict
    owner = None if _SERVICE in settings else link.owner()
    if owner is None:
        yield
        return
    link.close()
    service = {name: settings[name] for name in owner}
    settings.update(owner)
    settings[_SERVICE] = service
    try:
        yield
    finally:
        link.close()
        settings.update(settings.pop(_SERVICE))


def service_role() -> str | None:
    """Return the name of the service's role inside `as_owner`, None where nobody but the service connects."""
    service = connection.settings_dict.get(_SERVICE)
    return service["USER"] if service and service["USER"] != connection.settings_dict["USER"] else None


def owns_something() -> bool:
    """Tell whether the role of the connection could change tables: it owns one, may make one, or is a superuser."""
    with connection.cursor() as cursor:
        cursor.execute(_OWNS_SOMETHING)
        return bool(cursor.fetchone()[0])
