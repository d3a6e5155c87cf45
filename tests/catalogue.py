"""What a database consists of, by its own catalogue, and a database made from the live definitions alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from poi_api.database.roles import as_owner
from poi_api.database.sql import live
from units.history.registry import rules

APPS = ("units", "activities", "reports")
# Each gives the name of a thing and all that is to be known of it. Tables are those of ours.
_OURS = r"c.relnamespace = 'public'::regnamespace AND c.relname ~ '^(units|activities|reports)_'"
_QUERIES = {
    "function": """
        SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid)
          FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace""",
    "trigger": f"""
        SELECT c.relname || '.' || t.tgname, pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text
          FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND {_OURS}""",
    "constraint": f"""
        SELECT c.relname || '.' || k.conname, concat_ws(' ', k.contype, pg_get_constraintdef(k.oid), k.condeferrable,
                                                        k.condeferred, k.convalidated)
          FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE {_OURS}""",
    "index": f"""
        SELECT c.relname || '.' || i.indexrelid::regclass, pg_get_indexdef(i.indexrelid)
          FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE {_OURS}""",
    "column": f"""
        SELECT c.relname || '.' || a.attname,
               concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
                         a.attcollation::regcollation, pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, attnum))
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
          LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'r' AND {_OURS}""",
    # By its words: its columns come in the order of its table's
    "view": r"""
        SELECT c.oid::regclass::text,
               (SELECT string_agg(word, ' ' ORDER BY word)
                  FROM regexp_split_to_table(pg_get_viewdef(c.oid), '[^\w.]+') word)
          FROM pg_class c WHERE c.relnamespace IN ('public'::regnamespace, 'past'::regnamespace) AND c.relkind = 'v'""",
    "type": """
        SELECT c.relname::text,
               string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relkind = 'c' AND c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped GROUP BY c.relname""",
}

Catalogue = dict[tuple[str, str], str]


def catalogue(database: BaseDatabaseWrapper) -> Catalogue:
    """Return what each thing in a database is, by its kind and name."""
    things: Catalogue = {}
    with database.cursor() as cursor:
        for kind, query in _QUERIES.items():
            cursor.execute(query)
            things |= {(kind, name): definition for name, definition in cursor.fetchall()}
    return things


@contextmanager
def empty_database(name: str) -> Iterator[BaseDatabaseWrapper]:
    """Give a new database beside the one under test, as the owner, and drop it in the end."""
    with as_owner(), connection._nodb_cursor() as cursor:
        other: Any = connection.copy()
        other.settings_dict = {**connection.settings_dict, "NAME": name}
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield other
        finally:
            other.close()
            cursor.execute(f"DROP DATABASE {name}")


def make_from_live_definitions(database: BaseDatabaseWrapper) -> None:
    """Make the tables that the models describe, and around them what the apps' SQL files and recorders say."""
    foreign = [config.label for config in apps.get_app_configs() if config.label not in APPS]
    make_tables(database, *foreign)
    for app in APPS:
        run(database, live(app, getattr(apps.get_app_config(app), "sql_before_tables", ())))
        make_tables(database, app)
        run(database, rules(app))


def make_tables(database: BaseDatabaseWrapper, *labels: str) -> None:
    """Make the tables of apps' models, with their constraints and indexes."""
    with database.schema_editor() as editor:
        for label in labels:
            for model in apps.get_app_config(label).get_models():
                if model._meta.managed:
                    editor.create_model(model)


def run(database: BaseDatabaseWrapper, script: str) -> None:
    if script.strip():
        with database.cursor() as cursor:
            cursor.execute(script)
