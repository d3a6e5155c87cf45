"""`/api/v1/me/`: who one is, what one may and until when (api.md, "Authentication")."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories as make
from tests.api import get, refused
from tests.in_one_state import for_each
from units.choices import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return make.unit(make.institution("SAT"))


def reference(unit):
    return {"id": unit.pk, "code": unit.code, "name": unit.name}


def test_a_client_is_told_its_name_role_unit_and_what_it_may(unit):
    caller = make.client(Role.REPORTER, unit)
    answer = get(caller, "/me/")
    assert answer.status_code == 200
    assert answer.json() == {
        "kind": "client",
        "id": caller.client.pk,
        "name": caller.client.name,
        "actor": f"client:{caller.client.name}",
        "expires_at": None,
        "roles": [{"role": "reporter", "unit": reference(unit), "may": ["read", "report"]}],
    }


def test_it_is_told_until_when(unit):
    caller = make.client(Role.READER, unit)
    caller.client.expires_at = timezone.now() + timedelta(days=1)
    caller.client.save()
    assert get(caller, "/me/").json()["expires_at"] == timezone.localtime(caller.client.expires_at).isoformat()


@for_each(
    ("role", "may"),
    [
        (Role.READER, ["read"]),
        (Role.REPORTER, ["read", "report"]),
        (Role.REVIEWER, ["read", "report", "review"]),
        (Role.PLANNER, ["read", "report", "review", "plan"]),
    ],
)
def test_each_role_may_what_those_before_it_may_and_the_installation_is_no_unit(role, may):
    assert get(make.client(role), "/me/").json()["roles"] == [{"role": role, "unit": None, "may": may}]


def test_a_person_is_told_all_its_roles_and_when_the_session_ends(unit):
    person = make.person(Role.REPORTER, unit)
    browser = Client()
    browser.force_login(person)
    said = browser.get("/api/v1/me/").json()
    assert (said["kind"], said["id"], said["actor"]) == ("person", person.pk, f"user:{person.username}")
    assert [(held["role"], held["unit"]) for held in said["roles"]] == [("reporter", reference(unit))]
    assert said["expires_at"] > timezone.localtime().isoformat()


def test_who_has_no_role_is_told_so_and_who_is_not_known_is_refused():
    browser = Client()
    browser.force_login(make.person())
    assert browser.get("/api/v1/me/").json()["roles"] == []
    assert refused(get(None, "/me/"), 401) == [("not_authenticated", None)]
    assert refused(get(make.client(), "/me/", nothing="1"), 400) == [("unknown_parameter", "nothing")]


def test_an_unchanged_answer_is_a_304(unit):
    caller = make.client(Role.READER, unit)
    etag = get(caller, "/me/")["ETag"]
    assert get(caller, "/me/", headers={"If-None-Match": etag}).status_code == 304
    unit.name = "OTRO NOMBRE"
    unit.save()
    assert get(caller, "/me/", headers={"If-None-Match": etag}).status_code == 200
