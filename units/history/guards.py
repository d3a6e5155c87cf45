"""What guards history: the triggers and functions that migrations made are all there, and as they were made.

The seal of a copy in a file tells of damage. Whoever made the copy could switch a trigger off before.
"""

import re

from django.core.management.base import CommandError
from django.db.migrations import RunSQL
from django.db.migrations.loader import MigrationLoader

from poi_api.database.rows import rows_of

_TRIGGER = re.compile(r"^CREATE (?:CONSTRAINT )?TRIGGER (\w+)\s[^;]*?\bON (\w+)", re.MULTILINE)
_CALL = re.compile(r"^CALL (\w+)\('(\w+)'", re.MULTILINE)
# What procedures make of the first thing that they are called with
_MADE_BY = {
    "make_append_only": [("trigger", "{}.append_only")],
    "make_history": [("trigger", f"{{}}.{name}") for name in ("append_only", "record_insert")],
    "make_editable": [
        ("trigger", f"{{}}.{name}")
        for name in ("record_insert", "record_update", "record_delete", "id_stays", "no_truncate")
    ],
    "show_copy": [("view", "copy_{}")],
    "show_past": [("view", "{}")],
    "show_known": [("view", "{}")],
    "show_place": [("view", "place_of_{}")],
}
_VIEW = re.compile(r"^CREATE VIEW (?:past\.)?(\w+) AS$", re.MULTILINE)
_FUNCTION = re.compile(r"^CREATE (?:OR REPLACE )?FUNCTION (\w+)\([^$;]*?\bAS \$\$(.*?)\$\$;", re.MULTILINE | re.DOTALL)
_HERE = """
SELECT 'trigger', c.relname || '.' || t.tgname, t.tgenabled::text
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
 UNION ALL
SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
 UNION ALL
SELECT 'view', relname, '' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE nspname IN ('public', 'past') AND relkind = 'v'
"""

Guards = dict[tuple[str, str], str]


def require_guards() -> None:
    """Raise CommandError unless every trigger fires always, and every function says what its migration says."""
    here = guards_here()
    wrong = sorted(name for (kind, name), made in guards_made().items() if here.get((kind, name)) != made)
    if wrong:
        raise CommandError(
            "La base de datos no protege la historia como debe: faltan, están apagados o no son los de esta versión "
            f"{', '.join(wrong)}. No la use: restaure otra copia, o tome la versión del programa que la hizo."
        )


def guards_here() -> Guards:
    """Return, by kind and name, when each trigger fires ("A": always), the text of each function, and each view."""
    return {(str(kind), str(name)): str(made) for kind, name, made in rows_of(_HERE)}


def guards_made() -> Guards:
    """Return what the SQL of all migrations makes, in the form of `guards_here`.

    Of functions those whose body is a string: one that is parsed when it is made is said in the words of the server.
    """
    made: Guards = {}
    for script in _scripts():
        made |= {("trigger", f"{table}.{name}"): "A" for name, table in _TRIGGER.findall(script)}
        for procedure, named in _CALL.findall(script):
            things = _MADE_BY.get(procedure, ())
            made |= {(kind, name.format(named)): "A" if kind == "trigger" else "" for kind, name in things}
        made |= {("view", name): "" for name in _VIEW.findall(script)}
        made |= {("function", name): body for name, body in _FUNCTION.findall(script)}
    return made


def _scripts() -> list[str]:
    loader = MigrationLoader(None)
    in_order = dict.fromkeys(key for leaf in loader.graph.leaf_nodes() for key in loader.graph.forwards_plan(leaf))
    operations = [operation for key in in_order for operation in loader.disk_migrations[key].operations]
    return [str(operation.sql) for operation in operations if isinstance(operation, RunSQL)]
