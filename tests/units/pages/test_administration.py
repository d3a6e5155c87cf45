"""The administration is entered by the log-in of everybody, and asks for no password without counting it."""

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
CHANGE, NEW_PASSWORD = "/admin/password_change/", "una frase más larga"


def change_password(browser: Client, old: str) -> Any:
    form = {"old_password": old, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    return browser.post(CHANGE, form)


class TestAdmin:
    def test_it_is_entered_by_the_same_door(self, maria: User) -> None:
        User.objects.filter(pk=maria.pk).update(is_staff=True, is_superuser=True)
        browser = Client()
        answer = browser.get("/admin/", follow=True)
        assert answer.redirect_chain[-1][0].startswith(f"{PATH}?next=")
        assert browser.post("/admin/login/", {"username": "mquispe", "password": PASSWORD}).status_code == 302
        assert not is_in(browser)
        assert log_in(browser, query_params={"next": "/admin/"})["Location"] == "/admin/"
        assert browser.get("/admin/").status_code == 200

    def test_it_is_for_staff(self, maria: User) -> None:
        browser = Client()
        log_in(browser)
        answer = browser.get("/admin/", follow=True)
        assert (answer.status_code, answer["Content-Type"]) == (403, "text/html; charset=utf-8")
        assert "Ha entrado como mquispe." in answer.content.decode()

    def test_the_old_password_can_be_guessed_there_as_often_as_at_the_door(
        self, maria: User, hashed: list[str]
    ) -> None:
        browser = self.of_staff(maria)
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
        browser = self.of_staff(maria)
        hashed.clear()
        with psycopg.connect(**connection_parameters(), autocommit=True) as other:
            other.execute(f"SELECT pg_advisory_lock({locks.LOGIN_CHECK})")
            assert change_password(browser, PASSWORD)["Retry-After"] == "1"
        assert hashed == []

    def test_with_the_old_one_the_password_is_changed_and_nothing_counted(self, maria: User) -> None:
        browser = self.of_staff(maria)
        assert browser.get(CHANGE).status_code == 200
        answer = change_password(browser, PASSWORD)
        assert (answer.status_code, answer["Location"]) == (302, "/admin/password_change/done/")
        maria.refresh_from_db()
        assert maria.check_password(NEW_PASSWORD)
        assert is_in(browser)
        assert not LoginAttempts.objects.filter(attempts__gt=0).exists()

    def test_who_is_not_of_staff_has_no_such_page_and_is_not_counted(self, maria: User) -> None:
        assert change_password(Client(), PASSWORD).status_code == 302
        assert not LoginAttempts.objects.exists()

    def of_staff(self, person: User) -> Client:
        User.objects.filter(pk=person.pk).update(is_staff=True)
        browser = Client()
        log_in(browser)
        return browser
