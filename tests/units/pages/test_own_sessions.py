"""Who left a session open somewhere else ends it from here, without a new password, and it is noted."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests import factories as make
from tests.pages_kit import visit
from tests.units.pages.coming_in import is_in, log_in
from units.choices import AccountEventKind
from units.models import AccountEvent

pytestmark = pytest.mark.django_db
ACCOUNT, END = "/cuenta/", "/cuenta/sesiones/"


def logged_in() -> Client:
    browser = Client()
    log_in(browser)
    return browser


def test_all_of_one_s_sessions_end_but_this_one_and_nobody_else_s(maria: User) -> None:
    here, there, another, somebody = logged_in(), logged_in(), logged_in(), visit(make.person())
    assert END in visit(maria).open(ACCOUNT).links().values()
    assert here.get(END).status_code == 200
    assert is_in(there)
    answer = here.post(END)
    assert (answer.status_code, answer["Location"]) == (302, ACCOUNT)
    assert (is_in(here), is_in(there), is_in(another)) == (True, False, False)
    assert somebody.open(ACCOUNT).status == 200
    assert "Sus otras sesiones quedaron cerradas." in here.get(ACCOUNT).content.decode()
    assert "Otras sesiones cerradas" in here.get(ACCOUNT).content.decode()
    event = AccountEvent.objects.get()
    assert (event.kind, event.user) == (AccountEventKind.SESSIONS_ENDED, maria)


def test_who_has_none_here_ends_none() -> None:
    assert Client().post(END)["Location"].startswith("/cuenta/entrar/")
    assert not AccountEvent.objects.exists()
