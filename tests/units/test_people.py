"""People are invited by a link: it lasts a day, is spent by a POST, and is stored as a hash."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from tests import factories as make
from tests.in_one_state import for_each
from tests.pages_kit import visit
from units.choices import Role
from units.models import Change, Invitation, Membership, Unit
from units.services.people import LASTS, create_person, invited_by, new_link, set_lock, spend_link

pytestmark = pytest.mark.django_db
PASSWORDS = {"new_password1": "una frase bastante larga", "new_password2": "una frase bastante larga"}


def created(*arguments: str) -> str:
    said = StringIO()
    call_command("create_person", *arguments, stdout=said)
    return said.getvalue()


def path_in(said: str) -> str:
    return "/cuenta/enlace/" + said.strip().splitlines()[-1].partition("/cuenta/enlace/")[2]


def age(by: timedelta) -> None:
    Invitation.objects.update(expires_at=F("expires_at") - by)


class TestTheCommand:
    def test_the_link_leads_to_a_page_where_its_person_chooses_a_password(self, unit: Unit) -> None:
        said = created("mquispe", "--role", "reporter", "--unit", "U1", "--full-name", "María Quispe Flores")
        assert "mquispe: Informante en U1 PLANIFICACIÓN." in said
        browser, path = visit(), path_in(said)
        assert "María Quispe Flores" in browser.open(path).text
        answer = browser.send(path, PASSWORDS)
        assert answer.leads_to == "/cuenta/entrar/"
        assert browser.open(answer.leads_to).messages() == ["Su contraseña quedó guardada. Ya puede entrar."]
        coming = browser.send("/cuenta/entrar/", {"login": "mquispe", "password": PASSWORDS["new_password1"]})
        assert coming.leads_to == "/"
        assert browser.open("/").status == 200

    def test_its_role_is_in_history(self, unit: Unit) -> None:
        created("mquispe", "--role", "planner", "--unit", "U1")
        membership = Membership.objects.get()
        assert (membership.role, membership.unit, membership.user.has_usable_password()) == ("planner", unit, False)
        assert Change.objects.filter(entity="membership", object_id=membership.pk, operation="created").exists()

    @for_each(
        ("arguments", "said"),
        [
            (["mquispe", "--role", "jefa"], "jefa"),
            (["mquispe", "--role", "reader", "--unit", "U9"], "No existe una unidad con el código «U9»."),
            (["m quispe", "--role", "reader"], "usuario"),
            (["ROSA", "--role", "reader"], "Ya existe una persona con el usuario «ROSA»."),
        ],
    )
    def test_what_is_wrong_makes_nobody(self, unit: Unit, arguments: list[str], said: str) -> None:
        create_person(name="rosa", role=Role.READER, unit=None)
        with pytest.raises(CommandError, match=said):
            created(*arguments)
        assert Membership.objects.count() == 1

    @pytest.mark.parametrize(
        ("set_to", "address"),
        [
            ({}, "http://127.0.0.1:8000/cuenta"),
            ({"HTTPS": True, "ALLOWED_HOSTS": ["poi.ejemplo.pe"]}, "https://poi.ejemplo.pe/cuenta"),
            ({"CSRF_TRUSTED_ORIGINS": ["https://a.pe"]}, "https://a.pe/cuenta"),
        ],
    )
    def test_the_address_is_that_of_the_service(self, settings: Any, set_to: dict[str, Any], address: str) -> None:
        settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
        for name, value in set_to.items():
            setattr(settings, name, value)
        assert created("mquispe", "--role", "reader").splitlines()[-1].startswith(address)

    def test_another_address_can_be_said(self) -> None:
        said = created("mquispe", "--role", "reader", "--at", "https://b.pe/")
        assert said.splitlines()[-1].startswith("https://b.pe/cuenta/enlace/")


class TestTheLink:
    def test_opening_it_spends_nothing_and_sending_it_once_spends_it(self) -> None:
        path, browser = f"/cuenta/enlace/{new_link(make.person(Role.READER))}/", visit()
        assert [browser.open(path).status for _ in range(2)] == [200, 200]
        assert browser.send(path, PASSWORDS).status == 302
        for answer in (browser.open(path), browser.send(path, PASSWORDS)):
            assert (answer.status, answer.heading) == (410, "El enlace ya no vale")

    def test_a_form_that_is_refused_spends_nothing(self) -> None:
        path, browser = f"/cuenta/enlace/{new_link(make.person(Role.READER))}/", visit()
        page = browser.send(path, {"new_password1": "corta", "new_password2": "corta"})
        assert (page.status, set(page.errors())) == (400, {"new_password2"})
        assert browser.send(path, PASSWORDS).status == 302

    def test_it_lasts_a_day(self) -> None:
        secret = new_link(make.person(Role.READER))
        age(LASTS - timedelta(minutes=1))
        assert invited_by(secret) is not None
        age(timedelta(minutes=1))
        assert invited_by(secret) is None
        assert not spend_link(secret)
        assert timedelta(hours=24) == LASTS

    def test_a_new_one_makes_the_one_before_void(self) -> None:
        person = make.person(Role.READER)
        first, second = new_link(person), new_link(person)
        assert (invited_by(first), invited_by(second)) == (None, person)
        assert not spend_link(first)

    def test_of_two_who_send_it_one_has_it(self) -> None:
        secret = new_link(make.person(Role.READER))
        assert [spend_link(secret), spend_link(secret)] == [True, False]

    def test_it_is_stored_as_a_hash(self) -> None:
        secret = new_link(make.person(Role.READER))
        with connection.cursor() as cursor:
            cursor.execute("SELECT row_to_json(i)::text, digest FROM units_invitation i")
            row, digest = cursor.fetchone()
        assert secret not in row
        assert (len(bytes(digest)), secret.encode() in bytes(digest)) == (32, False)

    def test_who_is_locked_out_has_none_and_no_session(self, sat: Unit) -> None:
        person = make.person(Role.READER, sat)
        browser, secret = visit(person), new_link(person)
        assert browser.open("/").status == 200
        set_lock(person, locked=True)
        assert browser.open("/").status == 302
        assert invited_by(secret) is None
        set_lock(person, locked=False)
        assert not Invitation.objects.exists()

    def test_a_session_from_before_a_lock_does_not_go_on_after_it_and_those_of_others_do(self, sat: Unit) -> None:
        person, other = make.person(Role.READER, sat), make.person(Role.READER, sat)
        browsers = [visit(person), visit(person), visit(other), visit()]
        for locked in (True, False):
            set_lock(person, locked=locked)
        assert [browser.open("/cuenta/").status for browser in browsers] == [302, 302, 200, 302]
        assert visit(person).open("/cuenta/").status == 200

    @pytest.mark.parametrize("secret", ["x", "%20", "a" * 500])
    def test_a_made_up_one_is_void(self, secret: str) -> None:
        assert visit().open(f"/cuenta/enlace/{secret}/").status == 410
