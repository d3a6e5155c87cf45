"""Every change of the feed has the shape of its kind of object, under the names of its resource."""

import pytest
from django.db import transaction

from activities.models import Activity, Plan
from activities.services.importing.undoing import undo_import
from poi_api.openapi.views import document
from tests import factories as make
from tests.api import get, results
from tests.in_one_state import for_each
from tests.operations import one_of_everything
from tests.poi_api.openapi.test_examples import faults
from tests.units.history.feed import feed
from units.choices import Role
from units.history.registry import entities
from units.models import Unit

# Not among everything; their shapes follow from their tables as those of the others do
RARE = {"review", "approval_withdrawal", "publication_withdrawal"}
pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def planner():
    return make.client(Role.PLANNER)


@pytest.fixture
def everything(committed):
    return one_of_everything()


def changes(caller, **query):
    return feed(caller, limit=1000, **query)["results"]


def test_each_kind_is_described_and_told_by_its_entity():
    described = document()["components"]["schemas"]["Change"]
    assert list(described["discriminator"]["mapping"]) == entities()
    assert len(described["oneOf"]) == len(entities())


def test_every_change_of_everything_is_as_described(planner):
    made = one_of_everything()
    make.alias(made.unit, "OTRO NOMBRE")
    make.withdrawal(made.reopening, "Ya no hace falta")
    Plan.objects.filter(pk=made.draft.pk).update(amber_from=60)
    Unit.objects.filter(pk=made.unit.pk).update(name="CON OTRO NOMBRE")
    with transaction.atomic():
        undo_import(made.applied_import, "Era otro")
    shown = changes(planner)
    assert set(entities()) - {change["entity"] for change in shown} <= RARE
    for change in shown:
        assert faults({"$ref": "#/components/schemas/Change"}, change) == [], change


def test_copies_are_as_described_too(planner):
    made = one_of_everything()
    below = make.unit(made.sibling)
    caller = make.client(Role.PLANNER, made.sibling)
    entry = make.entry(made.activity, month=4, needs_review=True)
    make.review(entry)
    cursor = get(caller, "/units/")["Change-Cursor"]
    Unit.objects.filter(pk=made.unit.pk).update(parent=below)
    entered = [change for change in changes(caller, after=cursor) if change["operation"] == "entered"]
    assert {"unit", "activity", "reopening", "client", "membership"} <= {change["entity"] for change in entered}
    for change in entered:
        assert faults({"$ref": "#/components/schemas/Change"}, change) == [], change
    [copy] = [
        change["after"]
        for change in entered
        if (change["entity"], change["object_id"]) == ("activity", made.activity.pk)
    ]
    assert {review["activity"] for review in copy["reviews"]} == {made.activity.pk}


def test_a_unit_that_its_reader_does_not_see_is_as_described():
    institution = make.institution()
    activity, seen = make.activity(make.plan(institution), make.unit(institution)), make.unit(institution)
    Activity.objects.filter(pk=activity.pk).update(unit=seen)
    shown = [each for each in changes(make.client(unit=seen)) if each["activity"] == activity.pk]
    assert [(each["entity"], each["after"]["unit"]) for each in shown[:2]] == [
        ("activity", None),
        ("target_revision", None),
    ]
    for change in shown:
        assert faults({"$ref": "#/components/schemas/Change"}, change) == [], change


def test_a_review_says_what_it_is_about(planner):
    activity = make.activity()
    make.entry(activity, 2, 3, needs_review=True)
    entry = make.entry(activity, 2, 5, needs_review=True)
    review = make.review(entry)
    [said] = [change["after"] for change in changes(planner) if change["entity"] == "review"]
    about = {"activity": activity.pk, "month": 2, "entry_version": 2, "executed": 5}
    assert said.items() >= {"id": review.pk, "entry": entry.pk, **about}.items()


@for_each(
    ("entity", "path"),
    [
        ("unit", "/units/"),
        ("activity", "/activities/"),
        ("mef_activity", "/mef-activities/"),
        ("measurement_unit", "/measurement-units/"),
        ("plan", "/plans/"),
        ("period", "/periods/"),
        ("client", "/clients/"),
        ("membership", "/memberships/"),
    ],
)
def test_what_is_new_has_the_values_of_its_resource_under_their_names(planner, everything, entity, path):
    """But a reference is an id; what a resource adds that no column holds is not among them."""
    rows = {row["id"]: row for row in results(planner, path, limit=1000)}
    seen = 0
    for change in changes(planner):
        if change["entity"] == entity and change["operation"] == "created" and change["object_id"] in rows:
            row, image = rows[change["object_id"]], change["after"]
            shared = row.keys() & image.keys()
            assert len(shared) > len(row) / 2
            for name in shared:
                value = row[name]
                assert image[name] == (value["id"] if isinstance(value, dict) and "id" in value else value), name
            seen += 1
    assert seen


def test_only_what_changed_of_the_bands_is_said(planner):
    plan = make.plan(make.institution(), 2022)
    Plan.objects.filter(pk=plan.pk).update(amber_from=60)
    last = changes(planner)[-1]
    assert (last["before"], last["after"]) == ({"bands": {"amber": 75}}, {"bands": {"amber": 60}})
