"""One's own password is changed on a page that counts the old one that it asks for."""

from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.test import Client

from poi_api.database import locks
from tests.committed import connection_parameters
from tests.units.pages.coming_in import PASSWORD, PATH, is_in, log_in
from units.access.attempts import PER_NAME
from units.models import LoginAttempts

pytestmark = pytest.mark.django_db
CHANGE, NEW_PASSWORD = "/cuenta/contrasena/", "una frase más larga"


def change_password(browser: Client, old: str) -> Any:
    form = {"old_password": old, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    return browser.post(CHANGE, form)


class TestChangingIt:
    def test_the_old_one_can_be_guessed_as_often_as_at_the_door(self, maria: User, hashed: list[str]) -> None:
        browser = self.logged_in()
        hashed.clear()
        for _ in range(PER_NAME.most):
            assert change_password(browser, "otra").status_code == 200
        assert len(hashed) == PER_NAME.most
        answer = change_password(browser, PASSWORD)
        assert (answer.status_code, len(hashed)) == (429, PER_NAME.most)
        assert "demasiados intentos" in answer.content.decode()
        maria.refresh_from_db()
        assert maria.check_password(PASSWORD)

    def test_it_waits_for_no_other_password(self, maria: User, hashed: list[str]) -> None:
        browser = self.logged_in()
        hashed.clear()
        with psycopg.connect(**connection_parameters(), autocommit=True) as other:
            other.execute(f"SELECT pg_advisory_lock({locks.LOGIN_CHECK})")
            assert change_password(browser, PASSWORD)["Retry-After"] == "1"
        assert hashed == []

    def test_with_the_old_one_it_is_changed_and_nothing_counted(self, maria: User) -> None:
        browser = self.logged_in()
        assert browser.get(CHANGE).status_code == 200
        answer = change_password(browser, PASSWORD)
        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert "Su contraseña quedó cambiada." in browser.get("/").content.decode()
        maria.refresh_from_db()
        assert maria.check_password(NEW_PASSWORD)
        assert is_in(browser)
        assert not LoginAttempts.objects.filter(attempts__gt=0).exists()

    def test_who_is_not_logged_in_comes_in_first_and_is_not_counted(self, maria: User) -> None:
        assert change_password(Client(), PASSWORD)["Location"] == f"{PATH}?next={CHANGE}"
        assert not LoginAttempts.objects.exists()

    def logged_in(self) -> Client:
        browser = Client()
        log_in(browser)
        return browser


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/admin/auth/user/1/change/"])
def test_there_is_no_administration_that_goes_past_the_services(path: str) -> None:
    assert Client().get(path).status_code == 404
