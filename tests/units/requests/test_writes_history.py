"""Each request that writes is one change set, which says who, which request and what it changed."""

import pytest
from django.db import transaction
from django.test import Client

from activities.models import MefActivity
from tests import factories as make
from tests.api import get, patch, post
from tests.cursors import place_of
from tests.states import state_now
from tests.threads import in_threads, until_blocked
from units.choices import Role
from units.models import ChangeSet, Unit
from units.requests.writes import WritingMixin
from units.views.access import ClientViewSet


@pytest.fixture
def world(committed):
    sat = make.institution("SAT")
    return make.unit(sat, "U1", "PLANIFICACIÓN"), make.client(Role.PLANNER, sat)


def test_a_write_says_who_and_which_request(world):
    unit, planner = world
    patch(planner, f"/units/{unit.pk}/", {"name": "OTRO"}, {"X-Request-Id": "pedido-1"})
    made = ChangeSet.objects.latest("position")
    assert (made.actor, made.client_id, made.user_id) == (f"client:{planner.client.name}", planner.client.pk, None)
    assert made.request_id == "pedido-1"
    assert list(made.changes.values_list("entity", "object_id")) == [("unit", unit.pk)]


def test_the_reason_of_a_change_is_kept_with_it(world):
    unit, planner = world
    patch(planner, f"/units/{unit.pk}/", {"is_active": False, "reason": "Se fusionó con LEGAL"})
    assert ChangeSet.objects.latest("position").cause == "Se fusionó con LEGAL"


def test_the_cursor_is_the_writes_own_place(world):
    unit, planner = world
    answer = patch(planner, f"/units/{unit.pk}/", {"name": "OTRO"})
    assert place_of(planner, answer["Change-Cursor"]).told == state_now().point
    assert answer["Change-Cursor"] == get(planner, f"/units/{unit.pk}/")["Change-Cursor"]


def test_the_cursor_is_before_what_others_did_since_the_answer_was_read(world, monkeypatch):
    unit, planner = world
    machine, shown_once = make.client(unit=unit).client, ClientViewSet._shown_once

    def renamed_meanwhile(*args, **more):
        written = shown_once(*args, **more)
        in_threads(lambda: Unit.objects.filter(pk=unit.pk).update(name="OTRO"))()
        return written

    monkeypatch.setattr(ClientViewSet, "_shown_once", renamed_meanwhile)
    answer = post(planner, f"/clients/{machine.pk}/rotate/", {})
    assert answer.json()["unit"]["name"] == "PLANIFICACIÓN"
    news = get(planner, "/changes/", after=answer["Change-Cursor"]).json()["results"]
    assert ("unit", unit.pk) in [(change["entity"], change["object_id"]) for change in news]


def test_what_changes_nothing_leaves_no_trace(world):
    unit, planner = world
    before = ChangeSet.objects.count()
    answer = patch(planner, f"/units/{unit.pk}/", {"name": "PLANIFICACIÓN"})
    assert answer.status_code == 200
    assert ChangeSet.objects.count() == before


def test_what_others_did_meanwhile_is_not_skipped_by_the_cursor(world, connect, monkeypatch):
    """Somebody commits after our object was read: our own place would promise what we have not shown."""
    unit, planner = world
    other = connect()
    represent = WritingMixin.represent

    def slowly(view, found):
        data = represent(view, found)
        other.execute("INSERT INTO activities_measurementunit (code, name) VALUES ('X', 'X')")
        return data

    monkeypatch.setattr(WritingMixin, "represent", slowly)
    before = state_now().point
    answer = patch(planner, f"/units/{unit.pk}/", {"name": "OTRO"})
    assert place_of(planner, answer["Change-Cursor"]).told == before


def test_what_somebody_is_just_changing_is_compared_once_it_is_changed(committed, connect):
    """`If-Match` holds also where nothing but the row keeps two from changing it at once."""
    entry, planner = make.mef_activity(), make.client(Role.PLANNER)
    path = f"/api/v1/mef-activities/{entry.pk}/"
    headers = {**planner.headers, "If-Match": Client().get(path, headers=planner.headers)["ETag"]}
    with transaction.atomic():
        MefActivity.objects.filter(pk=entry.pk).update(name="DOS")
        answers = in_threads(lambda: Client().patch(path, {"name": "TRES"}, "application/json", headers=headers))
        until_blocked(connect(), 1)
    assert (answers()[0].status_code, MefActivity.objects.get().name) == (412, "DOS")


def test_a_person_writes_under_its_own_name(world):
    unit, _ = world
    person = make.person(Role.PLANNER, unit)
    browser = Client()
    browser.force_login(person)
    assert browser.patch(f"/api/v1/units/{unit.pk}/", {"name": "OTRO"}, "application/json").status_code == 200
    made = ChangeSet.objects.latest("position")
    assert (made.actor, made.client_id, made.user_id) == (f"user:{person.username}", None, person.pk)
