"""What the service's role may do with each table: given by the owner after every migration.

History can be read and added to. So there are two walls around it: its triggers, and rights that were never given
(docs/decisions/0018). A table that comes later gets the rights of its kind, which its own triggers tell.
"""

from django.db import connection, transaction

from poi_api.database.rows import values_of

_EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
_HISTORY = "SELECT, INSERT"
_OTHERS = {
    # A person's go with the person; a key is revoked, not deleted
    "units_apiclient": "SELECT, INSERT, UPDATE",
    # Its triggers give it a position, or take it away if nothing changed, as whoever writes
    "units_changeset": "SELECT, INSERT, DELETE, UPDATE (position)",
    # Of a log-in by an institution only the links of people are written; with these goes what would belong to them
    "socialaccount_socialapp": "SELECT",
    "socialaccount_socialtoken": "SELECT, DELETE",
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
# Each relation and routine of the owner as GRANT names it, and the right to it that does not depend on the table.
# Sequences are read by a backup (identities need no right), views show the past; procedures are for migrations. An
# extension's are its own.
_OURS = """
SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || oid::regclass,
       CASE WHEN relkind IN ('S', 'v') THEN 'SELECT' END
  FROM pg_class
 WHERE relnamespace IN ('public'::regnamespace, 'past'::regnamespace) AND relkind IN ('r', 'p', 'v', 'm', 'S')
   AND pg_get_userbyid(relowner) = current_user
 UNION ALL
SELECT 'ROUTINE ' || oid::regprocedure, CASE WHEN prokind <> 'p' THEN 'EXECUTE' END
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND pg_get_userbyid(proowner) = current_user
"""
# PUBLIC may connect from the start; and whoever connects can hold the lock for which every write waits
_AT_FIRST = (
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC, {role}",
    "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC, {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "REVOKE ALL ON SCHEMA past FROM PUBLIC, {role}",
    "GRANT USAGE ON SCHEMA past TO {role}",
)


def give_privileges(role: str) -> None:
    """Give `role`, which is not the one that asks, exactly the rights that the service needs, and PUBLIC none.

    The owner asks. What somebody gave another role by its name stays.
    """
    quote = connection.ops.quote_name
    names = {"role": quote(role), "database": quote(connection.settings_dict["NAME"])}
    with transaction.atomic():
        said = [statement.format(**names) for statement in _AT_FIRST]
        for thing, right in values_of(_OURS):
            said.append(f"REVOKE ALL ON {thing} FROM PUBLIC, {names['role']}")
            if right:
                said.append(f"GRANT {right} ON {thing} TO {names['role']}")
        for table, is_history in values_of(_TABLES):
            rights = _OTHERS.get(table, _HISTORY if is_history else _EVERYTHING)
            said.append(f"GRANT {rights} ON {quote(table)} TO {names['role']}")
        values_of("; ".join(said))
