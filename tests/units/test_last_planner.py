"""An institution keeps a planner, and so does the installation (domain.md, "Roles")."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from poi_api.database.locks import PLANNERS
from tests import factories as make
from tests.api import delete, refusals
from tests.factories import Caller
from tests.threads import in_threads, until_waiting
from units.choices import Role
from units.models import ApiClient, Membership, Unit


def revoked(caller: Caller, client: ApiClient) -> Any:
    return delete(caller, f"/clients/{client.pk}/")


def without_role(person: User, membership: Membership) -> Any:
    """Take a role away as a person."""
    client = Client()
    client.force_login(person)
    return client.delete(f"/api/v1/memberships/{membership.pk}/")


@pytest.mark.django_db
class TestTheLast:
    def test_a_client_does_not_revoke_itself(self, planner: Caller) -> None:
        answer = revoked(planner, planner.client)
        assert refusals(answer, 409) == [("last_planner", None, None)]
        assert "SAT LIMA (SAT)" in answer.json()["detail"]
        planner.client.refresh_from_db()
        assert planner.client.revoked_at is None

    def test_a_person_does_not_either(self, sat: Unit) -> None:
        person = make.person(Role.PLANNER, sat)
        membership = person.memberships.get()
        assert refusals(without_role(person, membership), 409) == [("last_planner", None, None)]
        assert Membership.objects.filter(pk=membership.pk).exists()

    def test_nor_that_of_the_installation(self, installation_planner: Caller, planner: Caller) -> None:
        answer = revoked(installation_planner, installation_planner.client)
        assert refusals(answer, 409) == [("last_planner", None, None)]

    @pytest.mark.parametrize("other", ["client", "person"])
    def test_one_of_two_does(self, sat: Unit, planner: Caller, other: str) -> None:
        make.client(Role.PLANNER, sat) if other == "client" else make.person(Role.PLANNER, sat)
        assert revoked(planner, planner.client).status_code == 204

    def test_an_administrator_of_everything_is_one_of_the_installation(self, installation_planner: Caller) -> None:
        User.objects.create_superuser("operador")
        assert revoked(installation_planner, installation_planner.client).status_code == 204

    @pytest.mark.parametrize("why", ["revoked", "expired", "inactive", "reviewer", "below", "elsewhere"])
    def test_one_who_cannot_plan_there_is_none(self, sat: Unit, unit: Unit, planner: Caller, why: str) -> None:
        there = {"below": unit, "elsewhere": make.institution()}.get(why, sat)
        role = Role.REVIEWER if why == "reviewer" else Role.PLANNER
        other = make.client(role, there).client
        ends = {"revoked": "revoked_at", "expired": "expires_at"}
        if why == "inactive":
            ApiClient.objects.filter(pk=other.pk).update(revoked_at=timezone.now())
            User.objects.filter(pk=make.person(role, there).pk).update(is_active=False)
        elif why in ends:
            ApiClient.objects.filter(pk=other.pk).update(**{ends[why]: timezone.now() - timedelta(seconds=1)})
        assert revoked(planner, planner.client).status_code == 409

    def test_one_that_expires_later_is_one(self, sat: Unit, planner: Caller) -> None:
        make.client(Role.PLANNER, sat, timezone.now() + timedelta(hours=1))
        assert revoked(planner, planner.client).status_code == 204

    def test_a_planner_of_the_installation_takes_it_from_an_institution(
        self, installation_planner: Caller, planner: Caller
    ) -> None:
        assert revoked(installation_planner, planner.client).status_code == 204

    def test_that_of_a_unit_below_goes(self, unit_planner: Caller) -> None:
        assert revoked(unit_planner, unit_planner.client).status_code == 204

    def test_another_role_goes(self, sat: Unit, planner: Caller) -> None:
        assert revoked(planner, make.client(Role.REVIEWER, sat).client).status_code == 204


@pytest.mark.usefixtures("committed")
def test_of_two_who_go_at_once_one_stays(sat: Unit, connect: Any) -> None:
    one, other = make.client(Role.PLANNER, sat), make.client(Role.PLANNER, sat)
    watch, holder = connect(), connect()
    holder.execute("BEGIN")
    holder.execute(f"SELECT pg_advisory_xact_lock({PLANNERS})")
    finish = in_threads(lambda: alone(one, one.client), lambda: alone(other, other.client))
    until_waiting(watch, 2)
    holder.execute("COMMIT")
    assert sorted(answer.status_code for answer in finish()) == [204, 409]


@pytest.mark.usefixtures("committed")
def test_of_two_who_revoke_each_other_at_once_one_stays(sat: Unit, connect: Any) -> None:
    one, other = make.client(Role.PLANNER, sat), make.client(Role.PLANNER, sat)
    watch, holder = connect(), connect()
    holder.execute("BEGIN")
    holder.execute(f"SELECT pg_advisory_xact_lock({PLANNERS})")
    finish = in_threads(lambda: alone(one, other.client), lambda: alone(other, one.client))
    until_waiting(watch, 2)
    holder.execute("COMMIT")
    assert sorted(answer.status_code for answer in finish()) == [204, 409]


def alone(caller: Caller, client: ApiClient) -> Any:
    """Revoke a client in a thread, with an HTTP client of its own."""
    return Client().delete(f"/api/v1/clients/{client.pk}/", headers=caller.headers)
