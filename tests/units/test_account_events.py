"""What happens to an account is in history: who did it, without any secret, for who plans where its person works."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests import factories as make
from tests.pages_kit import visit
from tests.second_steps import code_now, second_step
from tests.threads import in_threads
from tests.units.history.feed import feed
from tests.units.pages.coming_in import PASSWORD, log_in
from units.choices import Role
from units.models import AccountEvent, Membership, Unit
from units.services.people import new_link, set_lock
from units.services.second_step import passes

pytestmark = pytest.mark.usefixtures("committed")
NEW = "una frase más larga"


@pytest.fixture
def places() -> list[Unit]:
    institution = make.institution()
    return [institution, make.unit(institution, "U1"), make.unit(institution, "U2")]


@pytest.fixture
def person(places: list[Unit]) -> User:
    made = make.person(Role.READER, places[1])
    made.set_password(PASSWORD)
    made.save()
    return made


def noted(**of: Any) -> list[tuple[str, str]]:
    """Return who did what, in order."""
    rows = AccountEvent.objects.filter(**of).select_related("change_set").order_by("id")
    return [(row.change_set.actor, row.kind) for row in rows]


def test_what_a_planner_does_is_noted_by_its_name_once_each(person: User, places: list[Unit]) -> None:
    planner = make.person(Role.PLANNER, places[0])
    browser, by = visit(planner), f"user:{planner.username}"
    second_step(person)
    begun = len(noted())
    for act in ("enlace", "segundo-paso", "bloquear", "bloquear", "desbloquear", "desbloquear"):
        assert browser.send(f"/personas/{person.pk}/{act}/").status in (200, 302), act
    assert noted()[begun:] == [(by, "link_made"), (by, "second_step_taken"), (by, "locked"), (by, "unlocked")]


def test_what_a_person_does_is_noted_by_its_name_and_holds_no_secret(person: User) -> None:
    browser, by = Client(), f"user:{person.username}"
    log_in(browser, person.username)
    assert noted() == []
    typed = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert browser.post("/cuenta/contrasena/", typed).status_code == 302
    secret = new_link(person)
    chosen = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert Client().post(f"/cuenta/enlace/{secret}/", chosen).status_code == 302
    made = second_step(person)
    half = Client()
    log_in(half, person.username)
    codes = person.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()
    assert half.post("/cuenta/codigo/", {"code": codes[0]}).status_code == 302
    assert [each for each in noted() if each[0] == by] == [
        (by, "password_changed"), (by, "password_chosen"), (by, "recovery_code_used"),
    ]  # fmt: skip
    told = str(feed(make.client(Role.PLANNER), limit=1000)["results"])
    assert not [each for each in (PASSWORD, NEW, secret, made, codes[0]) if each in told]


def test_a_refused_change_is_not_noted(person: User) -> None:
    browser = Client()
    log_in(browser, person.username)
    browser.post("/cuenta/contrasena/", {"old_password": "otra", "new_password1": NEW, "new_password2": NEW})
    browser.post("/cuenta/contrasena/", {"old_password": PASSWORD, "new_password1": "1", "new_password2": "1"})
    assert noted() == []


def test_each_planner_sees_it_where_it_plans(person: User, places: list[Unit]) -> None:
    Membership.objects.create(user=person, role=Role.READER, unit=places[2])
    set_lock(person, locked=True)
    assert list(AccountEvent.objects.values_list("unit_id", flat=True)) == [places[1].pk, places[2].pk]

    def seen(caller: Any) -> list[int | None]:
        results = feed(caller, limit=1000)["results"]
        return [each["after"]["unit"] for each in results if each["entity"] == "account_event"]

    assert seen(make.client(Role.PLANNER, places[0])) == [places[1].pk, places[2].pk]
    assert seen(make.client(Role.PLANNER, places[2])) == [places[2].pk]
    assert seen(make.client(Role.REVIEWER, places[2])) == []
    assert seen(make.client(Role.PLANNER, make.institution())) == []


def test_who_has_no_role_or_one_on_the_installation_is_seen_by_the_installations_planners(places: list[Unit]) -> None:
    for person in (make.person(), make.person(Role.READER)):
        set_lock(person, locked=True)
    assert list(AccountEvent.objects.values_list("unit_id", flat=True)) == [None, None]
    kinds = [each["entity"] for each in feed(make.client(Role.PLANNER, places[0]), limit=1000)["results"]]
    assert "account_event" not in kinds


def test_it_is_told_in_words_where_one_looks(person: User, places: list[Unit]) -> None:
    Membership.objects.create(user=person, role=Role.READER, unit=places[2])
    planner = make.person(Role.PLANNER, places[0])
    browser = visit(planner)
    browser.send(f"/personas/{person.pk}/bloquear/")
    lines = browser.open(f"/personas/{person.pk}/").texts("//ol[@class='story']/li")
    assert [line.partition(", el ")[0] for line in lines] == [f"Cuenta bloqueada por {planner.username}"]
    page = browser.open("/auditoria/", entity="account_event")
    assert "registró 2 hechos de cuentas" in page.text
    act = browser.open(page.document.xpath("//tbody//a/@href")[0])
    assert act.text.count(f"Persona {person.username}") == 2
    assert act.text.count("Hecho Cuenta bloqueada") == 2
    own = visit(planner).open("/cuenta/")
    assert "Cuenta bloqueada" not in own.text


def test_of_two_processes_that_are_given_the_same_code_one_takes_it(person: User) -> None:
    secret = second_step(person)
    typed = code_now(secret)
    found = in_threads(*[lambda: passes(person, typed) is not None] * 4)()
    assert sorted(found) == [False, False, False, True]
