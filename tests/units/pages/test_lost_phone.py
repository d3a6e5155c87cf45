"""Who lost its telephone asks who manages its account; a new link alone leaves the second step."""

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from tests import factories as make
from tests.pages_kit import Visit, visit
from tests.second_steps import second_step
from units.choices import Role
from units.models import AccountEvent, Invitation, Membership, Unit
from units.services.second_step import has_second_step

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(unit: Unit) -> Visit:
    return visit(make.person(Role.PLANNER, unit))


@pytest.fixture
def person(unit: Unit) -> User:
    made = make.person(Role.READER, unit)
    second_step(made)
    return made


def test_a_planner_takes_it_away_on_the_person_s_page(planner: Visit, person: User) -> None:
    page = planner.open(f"/personas/{person.pk}/")
    assert "con segundo paso" in page.text
    address = page.links()["Quitar segundo paso"]
    assert planner.open(address).status == 200
    assert has_second_step(person)
    assert planner.send(address).leads_to == f"/personas/{person.pk}/"
    assert not has_second_step(person)
    page = planner.open(f"/personas/{person.pk}/")
    assert "Quitar segundo paso" not in page.links()
    assert planner.send(address).status == 409


def test_nobody_takes_it_from_who_has_roles_elsewhere_nor_from_oneself(
    planner: Visit, person: User, sat: Unit, unit: Unit
) -> None:
    Membership.objects.create(user=person, role=Role.READER, unit=sat)
    assert planner.send(f"/personas/{person.pk}/segundo-paso/").status == 403
    chief = make.person(Role.PLANNER, sat)
    second_step(chief)
    page = visit(chief).open(f"/personas/{chief.pk}/")
    assert "Quitar segundo paso" not in page.links()
    for act in ("segundo-paso", "enlace"):
        assert visit(chief).send(f"/personas/{chief.pk}/{act}/", {"take_second_step": "on"}).status == 403
    assert has_second_step(person)
    assert has_second_step(chief)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(("typed", "stays"), [({}, True), ({"take_second_step": "on"}, False)])
def test_a_new_link_takes_it_away_where_the_planner_says_so(
    planner: Visit, person: User, typed: dict[str, str], stays: bool
) -> None:
    assert "take_second_step" in str(planner.open(f"/personas/{person.pk}/enlace/").answer.content)
    assert planner.send(f"/personas/{person.pk}/enlace/", typed).status == 200
    assert has_second_step(person) == stays


def test_it_is_asked_only_of_who_has_one(planner: Visit, unit: Unit) -> None:
    person = make.person(Role.READER, unit)
    assert "take_second_step" not in str(planner.open(f"/personas/{person.pk}/enlace/").answer.content)
    assert planner.send(f"/personas/{person.pk}/enlace/", {"take_second_step": "on"}).status == 200


class TestFromTheServer:
    def told(self, *arguments: Any) -> list[str]:
        said = StringIO()
        call_command("new_link", *arguments, stdout=said)
        return said.getvalue().splitlines()

    def test_it_writes_a_link_and_leaves_the_second_step(self, person: User) -> None:
        lines = self.told(person.username, "--at", "https://poi.pe/")
        assert lines[-1].startswith("https://poi.pe/cuenta/enlace/")
        assert visit().open(lines[-1].removeprefix("https://poi.pe")).status == 200
        assert has_second_step(person)

    def test_it_takes_it_away_where_it_is_told_to(self, person: User) -> None:
        assert "sin segundo paso" in self.told(person.username, "--take-second-step")[0]
        assert not has_second_step(person)
        kinds = list(AccountEvent.objects.filter(user=person).order_by("id").values_list("kind", flat=True))
        assert kinds == ["second_step_on", "second_step_taken", "link_made"]

    def test_what_cannot_be_writes_nothing(self, person: User, unit: Unit) -> None:
        without = make.person(Role.READER, unit)
        with pytest.raises(CommandError, match="no tiene activado el segundo paso"):
            self.told(without.username, "--take-second-step")
        User.objects.filter(pk=person.pk).update(is_active=False)
        for name in (person.username, "nadie"):
            with pytest.raises(CommandError, match="No hay ninguna cuenta activa"):
                self.told(name)
        assert not Invitation.objects.exists()
