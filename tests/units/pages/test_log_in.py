"""People come in at `/cuenta/entrar/`, by django-allauth, and stay for twelve hours at most."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from poi_api.database import locks
from tests.committed import connection_parameters
from tests.in_one_state import for_each
from tests.pages_kit import visit
from tests.units.pages.coming_in import OUT, PASSWORD, PATH, is_in, log_in
from units.access.attempts import PER_ADDRESS, PER_NAME
from units.models import LoginAttempts

pytestmark = pytest.mark.django_db
HOURS_12 = timedelta(hours=12)


class TestComingIn:
    def test_with_the_right_password(self, maria: User) -> None:
        browser = Client()
        answer = log_in(browser)
        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert is_in(browser)

    @pytest.mark.parametrize("name", ["MQUISPE", " mquispe "])
    def test_the_name_is_taken_however_it_is_written(self, maria: User, name: str) -> None:
        assert log_in(Client(), name).status_code == 302

    def test_of_two_that_differ_in_case_each_has_its_own(self, maria: User) -> None:
        User.objects.create_user("MQUISPE", password="la otra clave")
        for name, password in (("mquispe", PASSWORD), ("MQUISPE", "la otra clave")):
            browser = Client()
            assert log_in(browser, name, password).status_code == 302
            assert browser.get(OUT).content.decode().count(f"Ha entrado como {name}.") == 1
        assert log_in(Client(), "MQUISPE", PASSWORD).status_code == 200
        assert log_in(Client(), "MQuispe", PASSWORD).status_code == 200

    def test_who_typed_for_longer_than_the_session_hears_that_nothing_was_saved(self) -> None:
        page = visit().send("/personas/nueva/", {"name": "mquispe"}, follow=True)
        assert page.messages() == ["Su sesión terminó y no se guardó nada. Entre, y llene de nuevo el formulario."]

    def test_it_leads_on_to_where_one_was_going_and_nowhere_else(self, maria: User) -> None:
        assert log_in(Client(), query_params={"next": "/unidades/"})["Location"] == "/unidades/"
        for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
            assert log_in(Client(), query_params={"next": elsewhere})["Location"] == "/"

    @for_each(
        ("name", "password"),
        [("mquispe", "otra"), ("nadie", PASSWORD), ("exmiembro", PASSWORD), ("sinclave", PASSWORD)],
    )
    def test_what_is_wrong_is_said_alike_and_costs_alike(
        self, maria: User, hashed: list[str], name: str, password: str
    ) -> None:
        User.objects.create_user("exmiembro", password=PASSWORD, is_active=False)
        User.objects.create_user("sinclave")
        hashed.clear()
        browser = Client()
        answer = log_in(browser, name, password)
        assert answer.status_code == 200
        assert answer.content.decode().count("El usuario o la contraseña no son correctos.") == 1
        assert len(hashed) == 1
        assert not is_in(browser)
        assert LoginAttempts.objects.count() == 2

    @for_each(
        "form",
        [
            {},
            {"login": "mquispe"},
            {"password": "x"},
            {"login": " ", "password": "x"},
            {"login": "a\0", "password": "x"},
            {"login": "x" * 151, "password": "x"},
            {"login": "mquispe", "password": "x" * 1001},
        ],
    )
    def test_what_is_no_attempt_is_neither_counted_nor_hashed(self, hashed: list[str], form: dict[str, str]) -> None:
        assert Client().post(PATH, form).status_code == 200
        assert Client().post(PATH, form, "application/json").status_code == 200
        assert hashed == []
        assert not LoginAttempts.objects.exists()

    def test_the_page_is_in_spanish_without_script_or_style_within(self) -> None:
        page = Client().get(PATH).content.decode()
        for words in ('<html lang="es">', "Usuario", "Contraseña", "Entrar</button>"):
            assert words in page
        assert "<script" not in page
        assert "style=" not in page
        assert "<style" not in page

    @for_each("path", ["signup/", "password/reset/", "registro/", "email/", "inactive/", "reauthenticate/"])
    def test_nobody_registers_or_resets_a_password(self, path: str) -> None:
        assert Client().get(f"/cuenta/{path}").status_code == 404

    def test_there_is_no_other_way_in_by_password(self, maria: User) -> None:
        header = {"Authorization": "Basic bXF1aXNwZTpsYSBjbGF2ZSBkZSBtYXLDrWE="}
        assert Client().get("/api/v1/units/", headers=header).status_code == 401


class TestTooMany:
    def test_a_name_s_last_place_is_looked_at_and_the_next_is_not(self, maria: User, hashed: list[str]) -> None:
        for number in range(PER_NAME.most):
            assert log_in(Client(), "mquispe", "otra", REMOTE_ADDR=f"192.0.2.{number}").status_code == 200
        hashed.clear()
        for name in ("mquispe", "MQuispe"):
            answer = log_in(Client(), name)
            assert answer.status_code == 429
            assert PER_NAME.seconds - 60 < int(answer["Retry-After"]) <= PER_NAME.seconds
            assert "demasiados intentos" in answer.content.decode()
        assert hashed == []

    def test_so_has_one_that_there_is_not(self, hashed: list[str]) -> None:
        for number in range(PER_NAME.most):
            assert log_in(Client(), "nadie", REMOTE_ADDR=f"192.0.2.{number}").status_code == 200
        hashed.clear()
        assert log_in(Client(), "nadie").status_code == 429
        assert hashed == []

    def test_an_address_s_last_place_is_looked_at_and_the_next_is_not(self, maria: User, hashed: list[str]) -> None:
        for number in range(PER_ADDRESS.most):
            answer = log_in(Client(), f"nadie{number}", headers={"X-Forwarded-For": f"192.0.2.{number}"})
            assert answer.status_code == 200
        hashed.clear()
        assert log_in(Client()).status_code == 429
        assert hashed == []
        assert log_in(Client(), REMOTE_ADDR="192.0.2.1").status_code == 302

    def test_while_another_is_looked_at_it_is_refused_at_once(self, hashed: list[str]) -> None:
        with psycopg.connect(**connection_parameters(), autocommit=True) as other:
            other.execute(f"SELECT pg_advisory_lock({locks.LOGIN_CHECK})")
            answer = log_in(Client())
        assert (answer.status_code, answer["Retry-After"]) == (429, "1")
        assert "otra contraseña. Vuelva a intentarlo en 1 segundo." in answer.content.decode()
        assert hashed == []


class TestSessions:
    def test_one_ends_twelve_hours_after_it_began_however_it_is_used(self, maria: User) -> None:
        browser = Client()
        began = timezone.now()
        cookie = log_in(browser).cookies["sessionid"]
        assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", "")
        assert HOURS_12.total_seconds() - 5 < cookie["max-age"] <= HOURS_12.total_seconds()
        session = browser.session
        session["used"] = True
        session.save()
        ends = Session.objects.get().expire_date
        assert timedelta(0) <= ends - began - HOURS_12 < timedelta(seconds=5)
        self.let_pass(HOURS_12 - timedelta(seconds=30))
        assert is_in(browser)
        self.let_pass(timedelta(seconds=30))
        assert not is_in(browser)

    def let_pass(self, time: timedelta) -> None:
        for row in Session.objects.all():
            row.expire_date -= time
            row.save()

    def test_its_cookie_is_secure_under_https(self, maria: User, settings: Any) -> None:
        settings.SESSION_COOKIE_SECURE = True
        assert log_in(Client()).cookies["sessionid"]["secure"] is True

    def test_it_is_another_one_than_before(self, maria: User) -> None:
        browser = Client()
        session = browser.session
        session["planted"] = 1
        session.save()
        planted = session.session_key
        log_in(browser)
        assert browser.session.session_key != planted
        assert not Session.objects.filter(pk=planted).exists()

    def test_logging_out_ends_it_and_takes_a_post(self, maria: User) -> None:
        browser = Client()
        log_in(browser)
        key = browser.cookies["sessionid"].value
        assert browser.get(OUT).status_code == 200
        assert is_in(browser)
        assert browser.post(OUT)["Location"] == PATH
        assert not is_in(browser)
        browser.cookies["sessionid"] = key
        assert not is_in(browser)

    def test_it_ends_when_the_password_changes(self, maria: User) -> None:
        browser = Client()
        log_in(browser)
        maria.set_password("otra clave, más larga")
        maria.save()
        assert not is_in(browser)

    def test_it_ends_when_the_account_is_deactivated(self, maria: User) -> None:
        browser = Client()
        log_in(browser)
        User.objects.filter(pk=maria.pk).update(is_active=False)
        assert not is_in(browser)
        assert authenticate(username="mquispe", password=PASSWORD) is None

    def test_those_that_are_over_are_cleared_away_when_somebody_logs_in(self, maria: User) -> None:
        for _ in range(2):
            log_in(Client())
        self.let_pass(HOURS_12)
        log_in(Client())
        assert Session.objects.count() == 1

    def test_a_failed_attempt_begins_none(self) -> None:
        browser = Client()
        log_in(browser)
        assert "sessionid" not in browser.cookies
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_session")
            assert cursor.fetchone() == (0,)
