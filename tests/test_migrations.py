"""Migrations are frozen, and give what the live definitions say."""

import ast
import importlib
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations import RunSQL
from django.db.migrations.loader import MigrationLoader

from poi_api.database.sql import frozen_path, live
from tests.catalogue import APPS, catalogue, empty_database, make_from_live_definitions
from units.history import registry
from units.history.recorder import Recorder, SeenBy
from units.history.registry import recorders_of, rules
from units.management.commands import freeze_sql

MIGRATIONS = [path for app in APPS for path in sorted(Path(apps.get_app_config(app).path, "migrations").glob("0*.py"))]
# Fields and expressions that the columns of models are made of, which Django itself writes into a migration
MODEL_PARTS = {
    "units.models.functions",
    "activities.models.classification",
    "activities.models.fields",
    "activities.models.target",
}

_COVERED = """
SELECT narrow.indexrelid::regclass::text, wide.indexrelid::regclass::text
  FROM pg_index narrow JOIN pg_index wide USING (indrelid)
 WHERE narrow.indrelid::regclass::text ~ %s AND narrow.indexrelid <> wide.indexrelid AND NOT narrow.indisunique
   AND narrow.indnatts = 1 AND narrow.indkey[0] = wide.indkey[0] AND narrow.indclass[0] = wide.indclass[0]
   AND narrow.indpred IS NULL AND wide.indpred IS NULL"""


def test_a_database_made_by_the_migrations_is_what_the_live_definitions_make(test_database, django_db_blocker) -> None:
    with django_db_blocker.unblock():
        migrated = catalogue(connection)
        with empty_database("test_live_definitions") as database:
            make_from_live_definitions(database)
            defined = catalogue(database)
    assert {kind for kind, _ in migrated} == {"function", "trigger", "constraint", "index", "column", "view", "type"}
    assert differing(migrated, defined) == {}


@pytest.mark.django_db
def test_no_index_of_one_column_stands_beside_one_that_begins_with_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COVERED, [f"^({'|'.join(APPS)})_"])
        assert cursor.fetchall() == []


def differing(one, other):
    """Return what two catalogues do not have in common, and how each has it."""
    return {key: (one.get(key), other.get(key)) for key in one | other if one.get(key) != other.get(key)}


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: f"{path.parts[-3]}.{path.stem}")
def test_a_migration_knows_no_live_definition(path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            imported |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module))
    ours = {name for name in imported if name.partition(".")[0] in {*APPS, "poi_api"}}
    assert ours <= MODEL_PARTS | {"poi_api.database.sql"}
    assert not {name for name in imported if name.partition(".")[0] in {"pathlib", "io", "os"}}


def test_a_line_more_in_a_list_of_recorders_changes_no_migration(monkeypatch) -> None:
    before = frozen_statements()
    more = Recorder(table="units_nowhere", entity="nothing", seen_by=SeenBy.EVERYBODY)
    for app in APPS:
        monkeypatch.setitem(registry._DECLARED, app, (*registry.recorders_of(app), more))
    assert frozen_statements() == before


def frozen_statements() -> dict[tuple[str, str], str]:
    """Return the SQL of every migration of ours as it is read anew; each is the whole of its frozen file."""
    statements = {}
    for key, migration in MigrationLoader(None).disk_migrations.items():
        if key[0] in APPS:
            module = importlib.reload(importlib.import_module(type(migration).__module__))
            scripts = [str(operation.sql) for operation in module.Migration.operations if isinstance(operation, RunSQL)]
            path = frozen_path(Path(str(module.__file__)))
            assert scripts == ([path.read_text()] if path.exists() else []), key
            statements[key] = "".join(scripts)
    assert any(statements.values())
    return statements


def test_what_freezing_writes_is_the_live_sql_of_an_app_or_of_some_files(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(freeze_sql, "frozen_path", lambda migration: tmp_path / "sql" / f"{migration.stem}.sql")
    call_command("freeze_sql", "units", "0003_all", verbosity=0, stdout=StringIO())
    call_command("freeze_sql", "units", "0003_some", "tree", "changes", stdout=StringIO())
    call_command("freeze_sql", "units", "0003_table", "tree", recorder=["client"], stdout=StringIO())
    client = next(recorder.sql() for recorder in recorders_of("units") if recorder.entity == "client")
    assert (tmp_path / "sql/0003_table.sql").read_text() == live("units", ("tree",)) + "\n" + client
    assert (tmp_path / "sql/0003_all.sql").read_text() == rules("units")
    assert (tmp_path / "sql/0003_some.sql").read_text() == live("units", ("tree", "changes"))
