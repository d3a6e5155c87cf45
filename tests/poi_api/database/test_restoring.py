"""A copy in a file is restored into an empty database that nobody uses: all of it, guarded as it was, or not served."""

import re
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection

from poi_api.database.copies import dump, unfinished
from poi_api.database.copies.programs import CopyError
from poi_api.database.roles import as_owner, owns_something
from poi_api.server import first_run
from reports.management.commands import restore
from tests import factories as make
from tests.committed import connection_parameters
from tests.history import world
from tests.poi_api.database.copying import contents, elsewhere
from units.history.guards import guards_here, guards_made
from units.models import Change, ChangeSet, Restoration
from units.models.epoch import epoch

pytestmark = pytest.mark.usefixtures("committed")


def test_it_is_restored_whole_with_another_epoch_the_roles_and_the_rules(copy: Path) -> None:
    before, old = contents(), epoch()
    with elsewhere():
        call_command("restore", copy, verbosity=0)
        after = contents()
        assert {table for table in before if after[table] != before[table]} == {"units_restoration"}
        assert epoch() != old
        assert not owns_something()
        make.institution()
        assert ChangeSet.objects.latest("position").position == Restoration.objects.get().position + 1
        with pytest.raises(ProgrammingError, match="permission denied"):
            Change.objects.all().update(entity="x")


def test_every_restore_makes_an_epoch_of_its_own(copy: Path) -> None:
    """Also one into the same database, which was emptied: its number, server and timeline are the same."""
    with elsewhere():
        epochs = set()
        for _ in range(2):
            with as_owner(), connection.cursor() as cursor:
                cursor.execute("DROP OWNED BY CURRENT_USER CASCADE")
            call_command("restore", copy, verbosity=0)
            epochs.add(epoch())
            connection.close()
        assert len(epochs) == 2


def test_a_database_that_is_not_empty_is_left_as_it_is(copy: Path) -> None:
    before = contents()
    with pytest.raises(CommandError, match="La base de datos no está vacía"):
        call_command("restore", copy)
    assert contents() == before


@pytest.mark.parametrize("damage", ["cut", "turned", "another file"])
def test_a_damaged_copy_restores_nothing(copy: Path, damage: str) -> None:
    content = bytearray(copy.read_bytes())
    middle = len(content) // 2
    if damage == "turned":
        content[middle : middle + 4] = bytes(byte ^ 255 for byte in content[middle : middle + 4])
    copy.write_bytes(bytes({"cut": content[:middle], "turned": content, "another file": b"{}"}[damage]))
    with elsewhere():
        with pytest.raises(CommandError, match="No se restauró nada"):
            call_command("restore", copy)
        assert connection.introspection.table_names() == []


def test_a_copy_of_another_version_is_refused_before_anything_is_restored(copy, monkeypatch) -> None:
    known = [["1", "units", "0009_later", "2022-01-01"]]
    monkeypatch.setattr(dump, "rows_of", lambda *_: known)
    with elsewhere():
        with pytest.raises(CommandError, match=r"otra versión .* \(units\.0009_later\)"):
            call_command("restore", copy)
        assert connection.introspection.table_names() == []


def test_figures_that_were_wrong_in_the_copy_are_said(path) -> None:
    made = world()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE activities_figure SET executed[1] = 999 WHERE activity_id = %s", [made.activity.pk])
    call_command("backup", path, verbosity=0)
    with elsewhere(), pytest.raises(CommandError, match="1 cifras no eran las de su historia"):
        call_command("restore", path)


def test_a_file_that_is_not_there_is_said(path) -> None:
    with pytest.raises(CommandError, match="No hay ningún archivo"):
        call_command("restore", path)


def test_a_database_that_others_use_is_left_as_it_is(copy: Path, monkeypatch) -> None:
    """A service that goes on would take its old epoch for that of the restored history."""
    monkeypatch.setattr(restore, "_PATIENCE", 0.3)
    with elsewhere():
        with psycopg.connect(**connection_parameters()), pytest.raises(CommandError, match=r"sesiones .*: \w+ \(\d+\)"):
            call_command("restore", copy)
        assert connection.introspection.table_names() == []
        call_command("restore", copy, verbosity=0)


@pytest.mark.parametrize("step", ["rebuild_figures", "call_command"])
def test_what_was_cut_off_after_the_rows_came_is_neither_served_nor_migrated_nor_restored_again(
    copy: Path, monkeypatch, step: str
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with elsewhere():
        with monkeypatch.context() as patch:
            patch.setattr(restore, step, killed)
            with pytest.raises(KeyboardInterrupt):
                call_command("restore", copy)
        for attempt in (first_run.prepare, lambda: call_command("migrate")):
            with pytest.raises(CommandError, match="su restauración quedó a medias"):
                attempt()
        with pytest.raises(CommandError, match="no está vacía"):
            call_command("restore", copy)


def test_what_was_cut_off_before_can_be_restored(copy: Path, monkeypatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with elsewhere():
        with monkeypatch.context() as patch:
            patch.setattr(dump, "restore", killed)
            with pytest.raises(KeyboardInterrupt):
                call_command("restore", copy)
        call_command("restore", copy, verbosity=0)
        call_command("migrate", verbosity=0)
        assert unfinished.TABLE not in connection.introspection.table_names()


def test_a_restore_that_fails_leaves_the_database_empty(copy: Path, monkeypatch) -> None:
    def failed(*_: object) -> None:
        raise CopyError("No.")

    monkeypatch.setattr(dump, "restore", failed)
    with elsewhere():
        with pytest.raises(CommandError, match="No se restauró nada"):
            call_command("restore", copy)
        assert connection.introspection.table_names() == []


_TAKEN_AWAY = {
    "units_change.append_only": "ALTER TABLE units_change DISABLE TRIGGER append_only",
    "activities_import.append_only": "ALTER TABLE activities_import ENABLE TRIGGER append_only",  # no longer always
    "units_unit.record_update": "ALTER TABLE units_unit DISABLE TRIGGER USER",
    "activities_review.append_only": "DROP TRIGGER append_only ON activities_review",
    "refuse_change": "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
}


def test_a_copy_of_a_database_whose_guards_were_taken_away_is_not_served(path: Path) -> None:
    world()
    with elsewhere(migrated=True):
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("; ".join(_TAKEN_AWAY.values()))
        call_command("backup", path, verbosity=0)
    with elsewhere():
        with pytest.raises(CommandError, match="no protege la historia") as refused:
            call_command("restore", path)
        said = re.findall(r"[\w.]+\b", str(refused.value))
        assert set(_TAKEN_AWAY) <= set(said)
        assert "activities_progressentry.append_only" not in said
        with pytest.raises(CommandError, match="quedó a medias"):
            first_run.prepare()


def test_the_service_says_at_its_start_that_a_guard_is_off() -> None:
    with elsewhere(migrated=True):
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE units_change DISABLE TRIGGER append_only")
        with pytest.raises(CommandError, match=r"units_change\.append_only"):
            first_run.prepare()


def test_every_trigger_function_and_view_of_a_database_is_looked_at() -> None:
    """All but functions whose body the catalogue keeps parsed, and in another form with each version of the server."""
    here, made = guards_here(), guards_made()
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT proname FROM pg_proc
             WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' AND prosqlbody IS NULL""")
        functions = {("function", name) for (name,) in cursor.fetchall()}
    assert set(made) == functions | {key for key in here if key[0] in ("trigger", "view")}
