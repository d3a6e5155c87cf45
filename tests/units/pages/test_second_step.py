"""Who wishes it is asked for a code after the password: each is taken once, and wrong ones are counted."""

from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests import factories as make
from tests.in_one_state import for_each
from tests.pages_kit import Visit, visit
from tests.second_steps import code as code_of
from tests.second_steps import second_step
from tests.units.pages.coming_in import PASSWORD, PATH, is_in, log_in
from units.access.attempts import PER_ADDRESS, PER_NAME
from units.choices import AccountEventKind
from units.models import AccountEvent, LoginAttempts
from units.services.people import new_link

pytestmark = pytest.mark.django_db
ACCOUNT, ON, OFF = "/cuenta/", "/cuenta/segundo-paso/", "/cuenta/segundo-paso/desactivar/"
CODE, CODES = "/cuenta/codigo/", "/cuenta/segundo-paso/codigos/"
NOW = 60_000_000  # a period of 30 seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The clock by which codes are, at a period that the test says."""
    clock = SimpleNamespace(period=NOW)
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: clock.period * 30 + 29))
    return clock


def code(secret: str, period: int = NOW) -> str:
    return code_of(secret, period)


def wrong(secret: str) -> str:
    """Return six digits that are no code around now."""
    near = {code(secret, NOW + away) for away in range(-3, 4)}
    return next(str(number) for number in range(100_000, 100_010) if str(number) not in near)


def sent(browser: Client, typed: str, **more: Any) -> Any:
    return browser.post(CODE, {"code": typed}, **more)


def half_in(**more: Any) -> Client:
    """Return a browser in which the password was typed."""
    browser = Client()
    assert log_in(browser, **more)["Location"].startswith(CODE)
    return browser


@pytest.fixture
def secret(maria: User) -> str:
    return second_step(maria)


class TestSwitchingItOn:
    @pytest.fixture
    def browser(self, maria: User) -> Visit:
        return visit(maria)

    def secret_of(self, browser: Visit) -> str:
        page = browser.open(ON)
        assert page.status == 200
        return page.texts("//ol//code")[0].replace(" ", "")

    def switch_on(self, browser: Visit, **typed: str) -> Any:
        secret = self.secret_of(browser)
        return browser.send(ON, {"code": code(secret), "password": PASSWORD, **typed})

    def test_a_first_code_and_the_password_switch_it_on_and_show_ten_codes_once(
        self, browser: Visit, maria: User
    ) -> None:
        page = self.switch_on(browser)
        assert (page.status, page.heading) == (200, "Códigos de recuperación")
        assert len(set(page.texts("//ul[@class='codes']/li"))) == 10
        assert "no-store" in page.answer["Cache-Control"]
        assert "Activado" in browser.open(ACCOUNT).text
        assert "Códigos de recuperación que le quedan para cuando no lo tenga: 10." in browser.open(ACCOUNT).text
        assert not any(each in browser.open(ACCOUNT).text for each in page.texts("//ul[@class='codes']/li"))
        assert [each.kind for each in AccountEvent.objects.all()] == [AccountEventKind.SECOND_STEP_ON]
        assert browser.open(ON).leads_to == ACCOUNT

    def test_the_page_draws_the_secret_without_styles_or_data_of_its_own(self, browser: Visit) -> None:
        text = browser.open(ON).answer.content.decode()
        assert "<svg" in text
        assert not any(each in text for each in ("style=", "<style", "data:", "<?xml"))
        address = browser.open(ON).document.xpath("//ol//a/@href")[0]
        assert address.startswith("otpauth://totp/mquispe?secret=")
        assert "issuer=Plan%20Operativo%20Institucional" in address

    def test_the_secret_stays_until_it_is_confirmed_and_is_another_s_own(self, browser: Visit) -> None:
        assert self.secret_of(browser) == self.secret_of(browser) != self.secret_of(visit(make.person()))

    def test_a_wrong_code_or_password_is_said_at_its_field_and_changes_nothing(self, browser: Visit) -> None:
        assert set(self.switch_on(browser, code=wrong(self.secret_of(browser))).errors()) == {"code"}
        assert not LoginAttempts.objects.exists()
        page = self.switch_on(browser, password="otra")
        assert (page.status, set(page.errors())) == (400, {"password"})
        assert LoginAttempts.objects.count() == 2
        assert not Authenticator.objects.exists()

    def test_the_first_code_does_not_serve_at_the_log_in_too(self, browser: Visit) -> None:
        secret = self.secret_of(browser)
        assert browser.send(ON, {"code": code(secret), "password": PASSWORD}).status == 200
        assert sent(half_in(), code(secret)).status_code == 200
        assert sent(half_in(), code(secret, NOW + 1)).status_code == 302

    def test_a_second_telephone_does_not_take_the_place_of_the_first(self, browser: Visit, maria: User) -> None:
        secret = self.secret_of(browser)
        second_step(maria)
        page = browser.send(ON, {"code": code(secret), "password": PASSWORD})
        assert (page.status, "Ya tiene activado" in page.errors()[""]) == (409, True)
        assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).count() == 1

    def test_it_is_for_who_is_logged_in_with_a_role_or_without(self) -> None:
        for path in (ACCOUNT, ON, OFF, CODES):
            assert Client().get(path)["Location"] == f"{PATH}?next={path}"
            assert visit(make.person()).open(path).status == 200


class TestComingIn:
    def test_the_password_alone_lets_nobody_in_and_leads_to_the_code(self, secret: str) -> None:
        browser = half_in()
        assert not is_in(browser)
        assert browser.session.get_expiry_age() <= 15 * 60
        assert browser.get(CODE).status_code == 200
        assert sent(browser, code(secret))["Location"] == "/"
        assert is_in(browser)
        assert 12 * 3600 - 5 < browser.session.get_expiry_age() <= 12 * 3600
        assert not LoginAttempts.objects.filter(attempts__gt=0).exists()

    def test_it_leads_on_to_where_one_was_going(self, secret: str) -> None:
        browser = half_in(query_params={"next": "/unidades/"})
        assert sent(browser, code(secret))["Location"] == "/unidades/"

    def test_without_the_password_there_is_no_code_to_type(self, secret: str) -> None:
        for answer in (Client().get(CODE), sent(Client(), code(secret))):
            assert (answer.status_code, answer["Location"]) == (302, PATH)

    @for_each(("away", "status"), [(-2, 200), (-1, 302), (0, 302), (1, 302), (2, 200)])
    def test_clocks_may_differ_by_half_a_minute(self, secret: str, away: int, status: int) -> None:
        assert sent(half_in(), code(secret, NOW + away)).status_code == status

    def test_a_code_is_taken_once_and_none_before_it_any_more(self, secret: str) -> None:
        assert sent(half_in(), code(secret)).status_code == 302
        for period in (NOW, NOW - 1):
            answer = sent(half_in(), code(secret, period))
            assert (answer.status_code, "ya se usó" in answer.content.decode()) == (200, True)
        assert sent(half_in(), code(secret, NOW + 1)).status_code == 302

    def test_blanks_in_it_do_not_matter(self, secret: str) -> None:
        typed = code(secret)
        assert sent(half_in(), f" {typed[:3]} {typed[3:]} ").status_code == 302

    @for_each("typed", ["", "x" * 41, "a\0", "ñandú", "0", "-1"])
    def test_what_is_no_code_is_none(self, secret: str, typed: str) -> None:
        browser = half_in()
        assert sent(browser, typed).status_code == 200
        assert not is_in(browser)

    def test_a_recovery_code_lets_in_once_and_is_noted(self, maria: User, secret: str) -> None:
        codes = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
        assert sent(half_in(), codes[3]).status_code == 302
        assert sent(half_in(), codes[3]).status_code == 200
        assert sent(half_in(), codes[4]).status_code == 302
        assert AccountEvent.objects.filter(kind=AccountEventKind.RECOVERY_CODE_USED).count() == 2

    def test_who_is_locked_meanwhile_stays_out(self, maria: User, secret: str) -> None:
        browser = half_in()
        User.objects.update(is_active=False)
        before = Session.objects.count()
        assert sent(browser, code(secret)).status_code == 200
        assert (is_in(browser), Session.objects.count()) == (False, before)
        User.objects.update(is_active=True)
        assert not is_in(browser)
        assert sent(browser, code(secret)).status_code == 302

    def test_a_password_that_is_changed_meanwhile_is_typed_anew(self, maria: User, secret: str) -> None:
        browser = half_in()
        maria.set_password("una frase nueva y larga")
        maria.save()
        assert sent(browser, code(secret))["Location"] == PATH
        assert not is_in(browser)
        assert browser.get(CODE)["Location"] == PATH

    def test_where_it_was_taken_away_meanwhile_one_comes_in_anew(self, secret: str) -> None:
        browser = half_in()
        Authenticator.objects.all().delete()
        assert browser.get(CODE)["Location"] == PATH
        assert browser.get(PATH).status_code == 200
        assert log_in(browser)["Location"] == "/"

    def test_one_may_go_back_and_come_in_as_another(self, secret: str) -> None:
        User.objects.create_user("otra", password=PASSWORD)
        browser = half_in()
        assert browser.get(PATH).status_code == 200
        assert log_in(browser, "otra")["Location"] == "/"
        assert browser.get(CODE)["Location"] == "/"


class TestTooMany:
    def test_the_last_place_is_looked_at_and_the_next_is_not(self, secret: str) -> None:
        browser = half_in()
        for number in range(PER_NAME.most):
            assert sent(browser, wrong(secret), REMOTE_ADDR=f"192.0.2.{number}").status_code == 200
        answer = sent(browser, code(secret))
        assert answer.status_code == 429
        assert PER_NAME.seconds - 60 < int(answer["Retry-After"]) <= PER_NAME.seconds
        assert "No se comprobó el código" in answer.content.decode()
        assert not is_in(browser)

    def test_one_before_it_lets_in(self, secret: str) -> None:
        browser = half_in()
        for number in range(PER_NAME.most - 1):
            sent(browser, wrong(secret), REMOTE_ADDR=f"192.0.2.{number}")
        assert sent(browser, code(secret)).status_code == 302

    def test_the_right_password_gives_none_back(self, secret: str) -> None:
        """Else whoever knows it could go on guessing."""
        for number in range(PER_NAME.most):
            sent(half_in(REMOTE_ADDR=f"198.51.100.{number}"), wrong(secret), REMOTE_ADDR=f"192.0.2.{number}")
        assert log_in(Client()).status_code == 429

    def test_an_address_has_its_own_bound(self, secret: str) -> None:
        browser = half_in(REMOTE_ADDR="192.0.2.200")
        for number in range(PER_ADDRESS.most):
            log_in(Client(), f"nadie{number}")
        assert sent(browser, code(secret)).status_code == 429


class TestSwitchingItOff:
    def test_the_password_does_and_a_wrong_one_does_not(self, maria: User, secret: str) -> None:
        browser = visit(maria)
        assert set(browser.send(OFF, {"password": "otra"}).errors()) == {"password"}
        assert Authenticator.objects.count() == 2
        assert browser.send(OFF, {"password": PASSWORD}).leads_to == ACCOUNT
        assert not Authenticator.objects.exists()
        assert log_in(Client())["Location"] == "/"
        assert AccountEvent.objects.latest("id").kind == AccountEventKind.SECOND_STEP_OFF

    def test_a_password_can_be_guessed_there_as_often_as_at_the_door(self, maria: User, secret: str) -> None:
        browser = visit(maria)
        for _ in range(PER_NAME.most):
            assert browser.send(OFF, {"password": "otra"}).status == 400
        assert browser.send(OFF, {"password": PASSWORD}).status == 429
        assert Authenticator.objects.count() == 2

    def test_new_recovery_codes_make_those_before_void(self, maria: User, secret: str) -> None:
        browser = visit(maria)
        before = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
        page = browser.send(CODES, {"password": PASSWORD})
        made = page.texts("//ul[@class='codes']/li")
        assert len(made) == 10
        assert set(made).isdisjoint(before)
        assert sent(half_in(), before[0]).status_code == 200
        assert sent(half_in(), made[0]).status_code == 302

    def test_without_a_second_step_there_are_none(self, maria: User) -> None:
        assert visit(maria).send(CODES, {"password": PASSWORD}).status == 409


def test_a_new_password_by_a_link_leaves_the_second_step(maria: User, secret: str) -> None:
    new = {"new_password1": "una frase más larga", "new_password2": "una frase más larga"}
    assert Client().post(f"/cuenta/enlace/{new_link(maria)}/", new).status_code == 302
    assert log_in(Client(), password="una frase más larga")["Location"] == CODE


@for_each(
    "name", ["mfa_index", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_reauthenticate"]
)
def test_no_page_of_the_package_itself_is_there(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@for_each("path", ["2fa/", "mfa/", "totp/activate/", "recovery-codes/", "segundo-paso/x/"])
def test_nor_by_an_address(path: str) -> None:
    assert Client().get(f"/cuenta/{path}").status_code == 404
