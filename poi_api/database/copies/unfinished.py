"""The mark of a database that is being restored: while it stands there, nothing migrates or serves it."""

from django.core.management.base import CommandError

from poi_api.database.rows import values_of

TABLE = "unfinished_restore"
_IS_THERE = """
SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = 'public' AND c.relname = %s)
"""


def mark() -> None:
    """Put the mark, unless a restore that was killed before anything came has left one."""
    values_of(f"CREATE TABLE IF NOT EXISTS {TABLE} ()")


def unmark() -> None:
    """Take the mark away."""
    values_of(f"DROP TABLE {TABLE}")


def require_finished() -> None:
    """Raise CommandError while a restore goes on, or where one was cut off."""
    if values_of(_IS_THERE, [TABLE])[0][0]:
        raise CommandError(
            "La base de datos se está restaurando, o su restauración quedó a medias. Espere a que termine restore; "
            "si ya no está en marcha, restaure la copia en una base nueva y vacía."
        )
