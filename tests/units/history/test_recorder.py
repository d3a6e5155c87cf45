"""What a change says: whole rows that came or went, only what changed otherwise, and nothing secret."""

import pytest
from django.apps import apps
from django.db import connection

from tests import factories
from tests.history import world
from units.models import Change, ClientUse, Invitation, LastChange, LoginAttempts, StoredAnswer, Unit

pytestmark = pytest.mark.django_db
UNRECORDED = {ClientUse, Invitation, StoredAnswer, LastChange, LoginAttempts}


def last(entity: str) -> Change:
    return Change.objects.filter(entity=entity).latest("id")


def test_every_table_is_recorded_but_those_that_say_nothing_new() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'record_insert'")
        recorded = {table for (table,) in cursor.fetchall()}
    tables = {
        model._meta.db_table
        for label in ("units", "activities", "reports")
        for model in apps.get_app_config(label).get_models()
        if model not in UNRECORDED
    }
    of_their_own = {
        *("units_changeset", "units_change", "units_restoration", "activities_figure"),
        *("activities_importrow", "activities_appliedrow"),
    }
    assert recorded == tables - of_their_own


def test_a_new_thing_is_recorded_whole_but_for_its_secrets() -> None:
    client = factories.client().client
    change = last("client")
    assert change.before is None
    assert change.after is not None
    assert change.after["name"] == client.name
    assert "key_hash" not in change.after


def test_an_update_says_only_what_changed() -> None:
    unit = factories.unit()
    Unit.objects.filter(pk=unit.pk).update(name="Nuevo nombre")
    change = last("unit")
    assert (change.operation, change.before, change.after) == ("updated", {"name": unit.name}, {"name": "Nuevo nombre"})


def test_what_is_deleted_is_kept_whole() -> None:
    alias = factories.alias(factories.unit(), "Otro")
    key = alias.pk
    alias.delete()
    change = last("unit_alias")
    assert (change.operation, change.object_id, change.after) == ("deleted", key, None)
    assert change.before is not None
    assert change.before["name"] == "Otro"


def test_a_thing_that_moves_says_which_unit_it_left() -> None:
    made = world()
    made.activity.unit = made.sibling
    made.activity.save(update_fields=["unit"])
    change = last("activity")
    assert (change.part_of_id, change.unit_id, change.previous_path) == (
        made.activity.pk, made.sibling.pk, made.unit.path,
    )  # fmt: skip


def test_a_unit_that_only_gets_another_name_takes_nothing_along() -> None:
    made = world()
    before = Change.objects.latest("id").pk
    Unit.objects.filter(pk=made.unit.pk).update(name="OFICINA NUEVA")
    changes = Change.objects.filter(pk__gt=before)
    assert [(change.entity, change.object_id, change.operation) for change in changes] == [
        ("unit", made.unit.pk, "updated")
    ]


def test_history_says_itself_what_it_holds() -> None:
    made = world()
    for entity, key in {
        "progress_entry": made.entry.pk,
        "target_revision": made.activity.revisions.get().pk,
        "review": made.review.pk,
    }.items():  # fmt: skip
        change = last(entity)
        assert (change.object_id, change.part_of_id, change.unit_id) == (key, made.activity.pk, made.unit.pk)
        assert (change.operation, change.before, change.after) == ("created", None, None)


def test_a_row_that_comes_before_its_activity_is_recorded_too() -> None:
    activity = factories.activity()
    key = activity.pk + 1_000_000
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO activities_targetrevision (activity_id, version, programmed, unit_id)"
            " VALUES (%s, 1, array_fill(5, ARRAY[12]), %s)", [key, activity.unit_id],
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO activities_activity (id, plan_id, unit_id, mef_activity_id, measurement_unit_id, code, name)"
            " SELECT %s, plan_id, unit_id, mef_activity_id, measurement_unit_id, 'B', 'B' FROM activities_activity"
            " WHERE id = %s", [key, activity.pk],
        )  # fmt: skip
        cursor.execute("SELECT programmed[1] FROM activities_figure WHERE activity_id = %s", [key])
        assert cursor.fetchone() == (5,)
    assert last("target_revision").part_of_id == key
