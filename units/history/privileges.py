"""What the service's role may do with each table: given by the owner after every migration.

History can be read and added to. So there are two walls around it: its triggers, and rights that were never given
(docs/decisions/0018). A table that comes later gets the rights of its kind, which its own triggers tell.
"""

from django.db import connection, transaction

_EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
_HISTORY = "SELECT, INSERT"
_OTHERS = {
    # Its triggers give it a position, or take it away if nothing changed, as whoever writes
    "units_changeset": "SELECT, INSERT, DELETE, UPDATE (position)",
    # Written by migrations and by a restore
    "django_migrations": "SELECT",
    "django_content_type": "SELECT",
    "auth_permission": "SELECT",
    "units_restoration": "SELECT",
}
# Each table, and whether its triggers refuse to change rows (16: UPDATE, in `tgtype`)
_TABLES = """
SELECT c.relname,
       EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgtype & 16 > 0
                  AND t.tgfoid = to_regproc('public.refuse_change'))
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1
"""
_AT_FIRST = (
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
    "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}",
    "GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",  # a backup reads them; identities need no right
)


def give_privileges(role: str) -> None:
    """Give `role`, which is not the one that asks, exactly the rights that the service needs. The owner asks."""
    name = connection.ops.quote_name(role)
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _AT_FIRST:
            cursor.execute(statement.format(role=name))
        cursor.execute(_TABLES)
        for table, is_history in cursor.fetchall():
            rights = _OTHERS.get(table, _HISTORY if is_history else _EVERYTHING)
            cursor.execute(f"GRANT {rights} ON {connection.ops.quote_name(table)} TO {name}")
