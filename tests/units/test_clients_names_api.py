"""A client's name is its own in its institution, so that history tells who acted (domain.md, "Roles")."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from tests import factories as make
from tests.api import delete, post, refused
from tests.in_one_state import for_each
from units.choices import Role
from units.models import ApiClient

pytestmark = pytest.mark.django_db


def new(**more):
    return {"name": "Tablero", "role": "reader", "unit": "U1", **more}


@pytest.mark.parametrize("name", ["Tablero", "TABLERO", " tableró  "])
def test_a_name_is_given_once_in_an_institution_however_it_is_spelled(sat, unit, name):
    planner, other = make.client(Role.PLANNER), make.unit(sat, "U2")
    made = post(planner, "/clients/", new()).json()
    answer = post(planner, "/clients/", new(name=name, unit=other.code))
    assert refused(answer, 409) == [("duplicate_name", "name")]
    assert f"«Tablero» (id {made['id']})" in answer.json()["detail"]


@for_each("hidden", ["\u200b", "\u00ad", "\u2800", "\u3164", "\u00a0"])
def test_a_name_that_would_look_like_another_is_refused(sat, unit, unit_planner, hidden):
    post(unit_planner, "/clients/", new())
    answer = post(unit_planner, "/clients/", new(name=f"Tab{hidden}lero"))
    assert refused(answer, 400) == [("invalid_name", "name")]
    with pytest.raises(CommandError, match="invisible"):
        call_command("create_client", f"Tab{hidden}lero", "--role", "reader")
    assert post(unit_planner, "/clients/", new(name="Tab lero")).status_code == 201


def test_other_institutions_and_the_installation_have_names_of_their_own(unit):
    planner = make.client(Role.PLANNER)
    for place in ("U1", make.institution().code, None):
        assert post(planner, "/clients/", new(unit=place)).status_code == 201
        assert refused(post(planner, "/clients/", new(unit=place)), 409) == [("duplicate_name", "name")]


def test_a_name_stays_taken_when_the_client_is_revoked(unit, unit_planner):
    made = post(unit_planner, "/clients/", new()).json()
    delete(unit_planner, f"/clients/{made['id']}/")
    answer = post(unit_planner, "/clients/", new())
    assert refused(answer, 409) == [("duplicate_name", "name")]
    assert "revocó" in answer.json()["detail"]


def test_of_a_client_out_of_sight_no_more_is_said_than_that_the_name_is_taken(sat, unit, unit_planner):
    made = post(make.client(Role.PLANNER), "/clients/", new(unit=make.unit(sat).code)).json()
    answer = post(unit_planner, "/clients/", new(name="TABLERO"))
    assert refused(answer, 409) == [("duplicate_name", "name")]
    assert "Tablero" not in answer.json()["detail"]
    assert str(made["id"]) not in answer.json()["detail"]


def test_what_is_refused_for_another_reason_says_nothing_of_names(sat, unit, unit_planner):
    post(make.client(Role.PLANNER), "/clients/", new(unit="SAT"))
    assert refused(post(unit_planner, "/clients/", new(unit="SAT")), 400) == [("does_not_exist", "unit")]
    assert refused(post(unit_planner, "/clients/", new(unit=None)), 403) == [("grants_too_much", "unit")]


def test_the_database_holds_it_too_whoever_writes(sat, unit):
    client = make.client(Role.READER, unit).client
    other = make.client(Role.READER, make.unit(sat)).client
    assert client.institution_id is not None
    with pytest.raises(IntegrityError, match="client_name_once_per_institution"), transaction.atomic():
        ApiClient.objects.filter(pk=other.pk).update(name=client.name.upper())
    everywhere = make.client().client
    with pytest.raises(IntegrityError, match="client_name_once_per_institution"), transaction.atomic():
        ApiClient.objects.filter(pk=client.pk).update(name=everywhere.name, unit=None)
    moved = ApiClient.objects.get(pk=client.pk)
    moved.unit = make.unit(make.institution())
    moved.save()
    moved.refresh_from_db()
    assert moved.institution_id == moved.unit.institution_id


def test_who_makes_one_at_the_same_moment_is_told_as_well(unit, unit_planner, monkeypatch):
    make.client(Role.READER, unit)
    monkeypatch.setattr("units.services.clients._require_free_name", lambda *_: None)
    post(unit_planner, "/clients/", new())
    answer = post(unit_planner, "/clients/", new())
    assert refused(answer, 409) == [("client_name_once_per_institution", None)]
    assert answer.json()["detail"] == "Ya existe un cliente con ese nombre en la institución."
