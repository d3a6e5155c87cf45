"""The two roles: the service's, as which everything connects, and that of the owner, which migrates and restores.

Whoever owns a table can disable its triggers. So what serves owns none (docs/decisions/0018).
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError, OperationalError, ProgrammingError, connection

from poi_api.database.rows import values_of

COST = (
    "Aviso: el rol de DATABASE_URL es dueño de las tablas, o superusuario. Quien use esa conexión puede apagar los "
    "disparadores y reescribir la historia sin dejar rastro. Use dos roles: docs/operations.md, «Una base propia»."
)
_NO_RIGHTS = (
    "El rol de DATABASE_URL no tiene los permisos que necesita: ejecute manage.py migrate con DATABASE_OWNER_URL, "
    "la conexión del dueño de las tablas, que se los da."
)
_NO_OWNER = (
    "El rol de DATABASE_OWNER_URL no tiene los permisos de un dueño: nombre ahí la conexión del dueño de las tablas."
)
# Who may not even connect gets no code, but the server's words
_NO_ENTRANCE = ("permission denied for database", "permiso denegado a la base de datos")
_SHARED_SESSIONS = (
    "Entre el servicio y PostgreSQL algo comparte las sesiones, como PgBouncer en modo transaction: "
    "use su modo session, o nombre el servidor mismo."
)
_SERVICE = "SERVICE"  # in the settings of a connection that is the owner's: what they are for the service
_OWNS_SOMETHING = """
SELECT has_schema_privilege('public', 'CREATE')
    OR EXISTS (SELECT FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND pg_has_role(current_user, relowner, 'MEMBER'))
"""
# Of a table that every database has which was migrated; who is of a role only by SET ROLE does not migrate as it
_OTHER_OWNER = """
SELECT pg_get_userbyid(relowner) FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relname = 'django_migrations'
   AND NOT pg_has_role(current_user, relowner, 'USAGE')
"""
_DATABASE = """
SELECT system_identifier, d.oid FROM pg_control_system(), pg_database d WHERE d.datname = current_database()
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
    return bool(values_of(_OWNS_SOMETHING)[0][0])


def other_owner() -> str:
    """Return the name of the role that owns the tables, "" where that of the connection may change them as it does."""
    return str(next(iter(values_of(_OTHER_OWNER)), ("",))[0])


def require_owner() -> None:
    """Raise CommandError if the owner's connection leads to another database than the service's, or is not the owner's.

    A service that cannot connect yet, as a role that is new, is not compared: its rights come with the migration.
    """
    if _SERVICE in connection.settings_dict:
        return
    _require_own_sessions()
    try:
        services = values_of(_DATABASE)
    except OperationalError:
        services = []
    with as_owner(), missing_rights_said():
        if services and values_of(_DATABASE) != services:
            raise CommandError("DATABASE_OWNER_URL y DATABASE_URL llevan a dos bases distintas: nombre la misma.")
        if _SERVICE in connection.settings_dict and (owner := other_owner()):
            raise CommandError(f"El rol de DATABASE_OWNER_URL no es dueño de las tablas: nombre ahí el de «{owner}».")


def _require_own_sessions() -> None:
    """Raise CommandError where two connections have one session of the server: what either sets or locks is both's."""
    try:
        with closing(connection.copy()) as another:
            is_shared = _session(connection) == _session(another)
    except OperationalError:  # the same will be said where it is needed
        return
    except ProgrammingError as error:
        is_shared = getattr(error.__cause__, "sqlstate", None) == "42P05"  # the other has prepared the same statement
    if is_shared:
        raise CommandError(_SHARED_SESSIONS)


def _session(link: Any) -> int:
    with link.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@contextmanager
def missing_rights_said() -> Iterator[None]:
    """Raise CommandError, in Spanish, where the database says that the service lacks a right."""
    try:
        yield
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) == "42501" or any(said in str(error) for said in _NO_ENTRANCE):
            raise CommandError(_NO_OWNER if _SERVICE in connection.settings_dict else _NO_RIGHTS) from error
        raise
