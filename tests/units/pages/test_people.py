"""Who works here: roles, invitations, new links, locks, as far as the asker plans."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.pages_kit import Visit, visit
from units.choices import Role
from units.models import Membership, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(unit: Unit) -> Visit:
    return visit(make.person(Role.PLANNER, unit))


def test_one_finds_the_roles_where_one_plans(sat: Unit, unit: Unit, planner: Visit) -> None:
    make.person(Role.PLANNER, sat)
    reader = make.person(Role.READER, unit)
    rows = planner.open("/personas/").rows()
    assert [row[2:4] for row in rows] == [["Planificador", "PLANIFICACIÓN"], ["Lector", "PLANIFICACIÓN"]]
    assert [row[1] for row in planner.open("/personas/", role="reader").rows()] == [reader.username]
    assert visit(reader).open("/personas/").status == 403


def test_who_plans_nowhere_is_told_the_same_on_every_page_of_people_and_keys(unit: Unit) -> None:
    reporter = visit(make.person(Role.REPORTER, unit))
    pages = [reporter.open(f"/personas/{page}") for page in ("", "nueva/", "claves/", "claves/nueva/")]
    assert {page.status for page in pages} == {403}
    assert {page.text for page in pages} == {pages[1].text}
    assert "Si lo necesita, pídalo a quien planifica en su institución." in pages[0].text


def test_people_and_keys_are_found_by_their_names_and_the_filters_stay_in_the_address(unit: Unit) -> None:
    planner = visit(make.person(Role.PLANNER))
    for name in ("María Núñez", "Mario Nuñez"):
        first, last = name.split()
        person = User.objects.create_user(first.lower(), first_name=first, last_name=last)
        Membership.objects.create(user=person, role=Role.READER, unit=unit)
    User.objects.create_user("sinrol", first_name="Ana", last_name="Núñez")
    page = planner.open("/personas/", search="nunez MARIA", role="reader")
    assert [row[0] for row in page.rows()] == ["María Núñez"]
    assert page.document.xpath("//form[@role='search']//input[@name='search']/@value") == ["nunez MARIA"]
    assert page.texts("//h2/following-sibling::ul/li") == []
    assert [
        row.split()[0] for row in planner.open("/personas/", search="ana").texts("//h2/following-sibling::ul/li")
    ] == ["Ana"]
    key = make.client(Role.READER, unit).client
    make.client(Role.READER, unit)
    found = planner.open("/personas/claves/", search=key.name.upper())
    assert [row[0] for row in found.rows()] == [key.name]


def test_whoever_works_there_costs_no_query_more(unit: Unit, planner: Visit) -> None:
    costs = []
    for more in (1, 10):
        for _ in range(more):
            make.person(Role.READER, unit)
        with CaptureQueriesContext(connection) as queries:
            assert planner.open("/personas/").status == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_who_is_invited_comes_in_by_the_link_that_is_shown_once(unit: Unit, planner: Visit) -> None:
    typed = {"name": "mquispe", "full_name": "María Quispe", "role": "reporter", "unit": "U1"}
    page = planner.send("/personas/nueva/", typed)
    assert (page.status, page.heading) == (200, "Enlace de María Quispe")
    (link,) = page.document.xpath("//input[@id='secret']/@value")
    chosen = {"new_password1": "una clave larga 77", "new_password2": "una clave larga 77"}
    address = link.removeprefix("http://testserver")
    assert visit().send(address, chosen).status == 302
    assert User.objects.get(username="mquispe").check_password("una clave larga 77")
    assert visit().open(address).status == 410
    held = Membership.objects.get(user__username="mquispe")
    assert (held.role, held.unit) == (Role.REPORTER, unit)
    make.settle()
    assert "creó" in planner.open("/auditoria/", entity="membership").rows()[0][2]


def test_what_is_wrong_with_an_invitation_is_said_at_its_field(planner: Visit) -> None:
    make.person()
    taken = User.objects.latest("pk").username
    typed = {"name": taken.upper(), "full_name": "X", "role": "reader", "unit": "U1"}
    page = planner.send("/personas/nueva/", typed)
    assert (page.status, list(page.errors()), page.values()["full_name"]) == (409, ["name"], "X")
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in taken.upper())  # ＭＡＲＩＡ is kept as MARIA
    assert planner.send("/personas/nueva/", {**typed, "name": wide}).status == 409
    errors = planner.send("/personas/nueva/", {**typed, "name": "con espacio"}).errors()
    assert errors["name"].strip() == "Use letras, números y . - _ @ +, sin espacios: como «mquispe»."
    errors = planner.send("/personas/nueva/", {**typed, "name": "otra", "full_name": "x" * 151}).errors()
    assert errors["full_name"].strip() == "Admite hasta 150 caracteres."
    assert planner.send("/personas/nueva/", {**typed, "name": "otra", "unit": "*"}).status == 400
    assert not User.objects.filter(username="otra").exists()


def test_nobody_invites_with_more_than_one_may_give(sat: Unit, unit: Unit) -> None:
    person = make.person(Role.PLANNER, unit)
    Membership.objects.create(user=person, role=Role.READER, unit=sat)
    typed = {"name": "nueva", "full_name": "X", "role": "reader", "unit": "SAT"}
    page = visit(person).send("/personas/nueva/", typed)
    assert (page.status, list(page.errors())) == (403, ["unit"])
    assert not User.objects.filter(username="nueva").exists()


def test_a_role_is_given_and_taken(sat: Unit, unit: Unit) -> None:
    planner, person = visit(make.person(Role.PLANNER, sat)), make.person(Role.READER, unit)
    page = planner.send(f"/personas/{person.pk}/rol/", {"role": "reviewer", "unit": "SAT"}, follow=True)
    assert page.messages() == [f"{person.username} ya es Revisor en SAT LIMA."]
    again = planner.send(f"/personas/{person.pk}/rol/", {"role": "reader", "unit": "SAT"})
    assert again.status == 409
    held = person.memberships.get(unit=sat)
    assert planner.send(f"/personas/roles/{held.pk}/retirar/").status == 302
    assert not person.memberships.filter(unit=sat).exists()


def test_a_new_link_voids_the_one_before(unit: Unit, planner: Visit) -> None:
    person = make.person(Role.READER, unit)
    pages = [planner.send(f"/personas/{person.pk}/enlace/") for _ in range(2)]
    links = [page.document.xpath("//input[@id='secret']/@value")[0] for page in pages]
    first, second = (link.removeprefix("http://testserver") for link in links)
    assert (visit().open(first).status, visit().open(second).status) == (410, 200)


def test_who_is_locked_out_cannot_come_in_until_unlocked(unit: Unit, planner: Visit) -> None:
    person = make.person(Role.READER, unit)
    reader = visit(person)
    assert planner.send(f"/personas/{person.pk}/bloquear/").status == 302
    assert reader.open("/").leads_to.startswith("/cuenta/entrar/") or reader.open("/").heading == "Entrar"
    assert "Bloqueada" in planner.open("/personas/").text
    assert planner.send(f"/personas/{person.pk}/desbloquear/").status == 302
    person.refresh_from_db()
    assert person.is_active


def test_nobody_takes_over_who_may_more(sat: Unit, unit: Unit, planner: Visit) -> None:
    """Who could give a link to somebody with a role elsewhere could come in as that person."""
    person = make.person(Role.READER, unit)
    Membership.objects.create(user=person, role=Role.PLANNER, unit=sat)
    page = planner.open(f"/personas/{person.pk}/")
    assert "Enlace nuevo" not in page.links()
    for act in ("enlace", "bloquear", "desbloquear"):
        assert planner.send(f"/personas/{person.pk}/{act}/").status == 403, act
    superuser = User.objects.create_superuser("root")
    Membership.objects.create(user=superuser, role=Role.READER, unit=unit)
    assert planner.send(f"/personas/{superuser.pk}/enlace/").status == 403


def test_the_last_planner_and_oneself_stay(sat: Unit, unit: Unit) -> None:
    chief = make.person(Role.PLANNER, sat)
    assert visit(chief).send(f"/personas/{chief.pk}/bloquear/").status == 403
    other = make.person(Role.PLANNER, sat)
    assert visit(chief).send(f"/personas/{other.pk}/bloquear/").status == 302
    installation, second = make.person(Role.PLANNER), make.person(Role.PLANNER)
    assert visit(installation).send(f"/personas/{second.pk}/bloquear/").status == 302
    held = installation.memberships.get()
    assert visit(installation).send(f"/personas/roles/{held.pk}/retirar/").status == 409


def test_a_person_of_others_is_not_there(planner: Visit) -> None:
    other = make.person(Role.READER, make.institution())
    for path in ("", "rol/", "enlace/", "bloquear/"):
        assert planner.open(f"/personas/{other.pk}/{path}").status == 404


def test_who_has_no_role_is_known_to_the_installations_planners(planner: Visit) -> None:
    person = make.person()
    assert person.username in visit(make.person(Role.PLANNER)).open("/personas/").text
    assert person.username not in planner.open("/personas/").text
