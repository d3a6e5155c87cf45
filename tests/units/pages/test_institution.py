"""People come in by their institution's own log-in where the settings name it, once they linked it themselves."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import IntegrityError, ProgrammingError, transaction
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from tests.in_one_state import for_each
from tests.poi_api.processes import free_port
from tests.second_steps import second_step
from tests.units.pages.coming_in import PASSWORD, PATH, is_in, log_in
from tests.units.pages.institution import ACCESS, BACK, ENTER, UNLINK, enter, institution, link, way
from units.access.attempts import PER_NAME
from units.models import AccountEvent, LoginAttempts
from units.pages.institution_link import InstitutionAdapter
from units.services.people import new_link

pytestmark = pytest.mark.django_db
SUBJECT = "f:7d1c:mquispe"


@pytest.fixture(scope="module")
def running() -> Iterator[str]:
    with institution() as issuer:
        yield issuer


@pytest.fixture
def issuer(running: str, settings: Any) -> str:
    settings.OIDC_ISSUER, settings.OIDC_NAME = running, "Keycloak del MEF"
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "poi", "secreto"
    cache.clear()
    return running


@pytest.fixture
def linked(maria: User, issuer: str) -> SocialAccount:
    return SocialAccount.objects.create(user=maria, provider=issuer, uid=SUBJECT)


class TestComingIn:
    def test_who_is_linked_comes_in_for_twelve_hours(self, linked: SocialAccount) -> None:
        browser = Client()
        answer = enter(browser, SUBJECT)
        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert is_in(browser)
        ends = Session.objects.get(pk=browser.session.session_key).expire_date
        assert timedelta(hours=11, minutes=59) < ends - timezone.now() <= timedelta(hours=12)

    def test_it_leads_on_to_where_one_was_going_and_nowhere_else(self, linked: SocialAccount) -> None:
        assert enter(Client(), SUBJECT, next="/unidades/")["Location"] == "/unidades/"
        assert enter(Client(), SUBJECT, next="https://evil.example/")["Location"] == "/"

    def test_nothing_is_kept_of_a_person_but_the_subject(self, linked: SocialAccount, issuer: str) -> None:
        requests.put(f"{issuer}/users/{SUBJECT}", json={"email": "m@x.pe", "name": "M"}, timeout=20)
        enter(Client(), SUBJECT)
        linked.refresh_from_db()
        assert (linked.provider, linked.uid, linked.extra_data) == (issuer, SUBJECT, {})

    def test_who_is_not_linked_is_told_what_to_do_and_nobody_is_made(self, maria: User, issuer: str) -> None:
        browser = Client()
        answer = enter(browser, SUBJECT)
        assert answer.status_code == 403
        for words in ("no está vinculada", "pídalos a quien planifica"):
            assert words in answer.content.decode()
        assert not is_in(browser)
        assert list(User.objects.all()) == [maria]
        assert not SocialAccount.objects.exists()

    def test_an_e_mail_address_is_nobody(self, maria: User, issuer: str) -> None:
        User.objects.update(email="maria@mef.gob.pe")
        claims: Any = {"email": "maria@mef.gob.pe", "email_verified": True, "preferred_username": "mquispe"}
        requests.put(f"{issuer}/users/otro", json=claims, timeout=20)
        assert enter(Client(), "otro").status_code == 403

    def test_the_same_subject_of_another_issuer_is_another(self, linked: SocialAccount) -> None:
        SocialAccount.objects.update(provider="https://otra.example")
        assert enter(Client(), SUBJECT).status_code == 403

    def test_the_code_of_the_second_step_is_not_asked_for(self, maria: User, linked: SocialAccount) -> None:
        """How one comes in there is for the institution to say (decision 48)."""
        second_step(maria)
        browser = Client()
        assert enter(browser, SUBJECT)["Location"] == "/"
        assert is_in(browser)

    def test_who_is_locked_stays_out(self, linked: SocialAccount) -> None:
        User.objects.update(is_active=False)
        browser = Client()
        answer = enter(browser, SUBJECT)
        assert (answer.status_code, "bloqueada" in answer.content.decode()) == (403, True)
        assert not is_in(browser)

    def test_a_token_that_names_another_issuer_is_worth_nothing(
        self, linked: SocialAccount, issuer: str, settings: Any
    ) -> None:
        settings.OIDC_ISSUER = f"{issuer}/"
        SocialAccount.objects.update(provider=f"{issuer}/")
        browser = Client()
        assert enter(browser, SUBJECT).status_code == 400
        assert not is_in(browser)

    def test_who_comes_back_without_having_been_sent_stays_out(self, linked: SocialAccount) -> None:
        back = way(Client().post(ENTER)).as_subject(SUBJECT)
        browser = Client()
        assert (browser.get(back).status_code, browser.get(BACK).status_code) == (400, 400)
        assert not is_in(browser)

    def test_one_way_back_serves_once(self, linked: SocialAccount) -> None:
        browser = Client()
        back = way(browser.post(ENTER)).as_subject(SUBJECT)
        assert (browser.get(back).status_code, browser.get(back).status_code) == (302, 400)

    def test_a_stranger_s_session_is_short_and_the_code_is_bound_to_it(self, issuer: str) -> None:
        browser = Client()
        asked = parse_qs(urlsplit(way(browser.post(ENTER)).address).query)
        assert (asked["scope"], asked["code_challenge_method"], asked["client_id"]) == (["openid"], ["S256"], ["poi"])
        assert browser.session.get_expiry_age() <= 600

    def test_who_thinks_better_of_it_is_at_the_door_again(self, issuer: str) -> None:
        browser = Client()
        assert browser.get(way(browser.post(ENTER)).cancelled())["Location"] == PATH

    def test_where_it_does_not_answer_the_page_says_so(self, issuer: str, settings: Any) -> None:
        settings.OIDC_ISSUER = f"http://127.0.0.1:{free_port()}"
        answer = Client().post(ENTER)
        assert (answer.status_code, answer["Retry-After"]) == (503, "60")
        assert "Keycloak del MEF no responde" in answer.content.decode()

    def test_a_form_of_another_site_sends_nobody_there(self, issuer: str) -> None:
        assert Client(enforce_csrf_checks=True).post(ENTER).status_code == 403
        assert Client().get(ENTER).status_code == 405

    def test_the_page_that_leads_there_has_no_script_and_the_policy_is_the_same(self, issuer: str) -> None:
        answer = Client().post(ENTER)
        assert "<script" not in answer.content.decode()
        assert "form-action 'self'" in answer["Content-Security-Policy"]
        assert answer["Content-Security-Policy"] == Client().get(PATH)["Content-Security-Policy"]

    @for_each(
        "said",
        [
            {"userinfo": {"sub": SUBJECT}},
            {"id_token": {}},
            {"id_token": {"sub": ""}},
            {"id_token": {"sub": 1}},
            {"id_token": {"sub": "x" * 192}},
        ],
    )
    def test_only_an_id_token_says_who_it_is(self, issuer: str, said: Any) -> None:
        provider: Any = InstitutionAdapter().get_provider(HttpRequest(), issuer)
        assert provider.extract_uid({"id_token": {"sub": "x" * 191}, "userinfo": {"sub": "otro"}}) == "x" * 191
        with pytest.raises(OAuth2Error):
            provider.extract_uid(said)


class TestLinking:
    @pytest.fixture
    def browser(self, maria: User, issuer: str) -> Client:
        browser = Client()
        log_in(browser)
        return browser

    def test_one_s_password_links_it(self, browser: Client, maria: User, issuer: str) -> None:
        assert "Vincular</button>" in browser.get(ACCESS).content.decode()
        assert link(browser, SUBJECT)["Location"] == ACCESS
        made = SocialAccount.objects.get()
        assert (made.user, made.provider, made.uid, made.extra_data) == (maria, issuer, SUBJECT, {})
        assert "Quitar el vínculo" in browser.get(ACCESS).content.decode()
        assert is_in(browser)
        assert enter(Client(), SUBJECT).status_code == 302

    def test_a_wrong_password_does_not_and_counts(self, browser: Client) -> None:
        LoginAttempts.objects.all().delete()
        for _ in range(PER_NAME.most):
            answer = browser.post(ACCESS, {"password": "otra"})
            assert (answer.status_code, "no es correcta" in answer.content.decode()) == (400, True)
        assert browser.post(ACCESS, {"password": PASSWORD}).status_code == 429

    def test_coming_in_links_nothing_though_the_form_says_so(self, browser: Client) -> None:
        assert enter(browser, SUBJECT, process="connect").status_code == 403
        assert not SocialAccount.objects.exists()

    def test_an_account_of_another_person_stays_with_that_one(self, browser: Client, issuer: str) -> None:
        other = User.objects.create_user("otra")
        SocialAccount.objects.create(user=other, provider=issuer, uid=SUBJECT)
        answer = link(browser, SUBJECT)
        assert (answer.status_code, "otra persona" in answer.content.decode()) == (409, True)
        assert SocialAccount.objects.get().user == other

    def test_a_person_has_one_subject_of_an_issuer(self, browser: Client, maria: User, issuer: str) -> None:
        link(browser, SUBJECT)
        answer = browser.post(ACCESS, {"password": PASSWORD})
        assert (answer.status_code, "otra cuenta de Keycloak" in answer.content.decode()) == (409, True)
        assert SocialAccount.objects.count() == 1

    def test_so_it_is_where_it_was_linked_meanwhile(self, browser: Client, maria: User, issuer: str) -> None:
        back = way(browser.post(ACCESS, {"password": PASSWORD})).as_subject("otra")
        SocialAccount.objects.create(user=maria, provider=issuer, uid=SUBJECT)
        answer = browser.get(back)
        assert (answer.status_code, "quite antes" in answer.content.decode()) == (409, True)
        assert [each.uid for each in SocialAccount.objects.all()] == [SUBJECT]

    def test_the_database_keeps_it_so(self, maria: User, issuer: str) -> None:
        SocialAccount.objects.create(user=maria, provider=issuer, uid=SUBJECT)
        with pytest.raises(IntegrityError, match="institution_link_once_per_person"), transaction.atomic():
            SocialAccount.objects.create(user=maria, provider=issuer, uid="otra")

    def test_who_went_out_meanwhile_links_nothing(self, browser: Client) -> None:
        back = way(browser.post(ACCESS, {"password": PASSWORD})).as_subject(SUBJECT)
        maria = User.objects.get()
        maria.set_password("otra, más larga")
        maria.save()
        assert browser.get(back)["Location"] == ACCESS
        assert not SocialAccount.objects.exists()

    def test_it_is_noted_with_the_link_that_is_taken_away(self, browser: Client, maria: User) -> None:
        link(browser, SUBJECT)
        for _ in range(2):
            browser.post(UNLINK)
        assert [each.kind for each in AccountEvent.objects.all()] == ["institution_linked", "institution_unlinked"]

    def test_it_is_for_who_is_logged_in(self, issuer: str) -> None:
        for answer in (Client().get(ACCESS), Client().post(ACCESS, {"password": "x"})):
            assert answer["Location"] == f"{PATH}?next={ACCESS}"
        assert not LoginAttempts.objects.exists()

    def test_one_takes_one_s_own_link_away(self, browser: Client, issuer: str) -> None:
        SocialAccount.objects.create(user=User.objects.create_user("otra"), provider=issuer, uid="otra")
        link(browser, SUBJECT)
        assert browser.post(UNLINK)["Location"] == ACCESS
        assert [each.uid for each in SocialAccount.objects.all()] == ["otra"]
        assert enter(Client(), SUBJECT).status_code == 403

    def test_a_new_password_by_a_one_time_link_takes_it_away(self, linked: SocialAccount, maria: User) -> None:
        new = {"new_password1": "una frase más larga", "new_password2": "una frase más larga"}
        assert Client().post(f"/cuenta/enlace/{new_link(maria)}/", new).status_code == 302
        assert not SocialAccount.objects.exists()


class TestWithoutOne:
    def test_there_is_none_of_it(self, maria: User) -> None:
        browser = Client()
        assert "Entrar con" not in browser.get(PATH).content.decode()
        log_in(browser)
        assert "vincularla" not in browser.get("/cuenta/").content.decode()
        for address in (ACCESS, BACK):
            assert browser.get(address).status_code == 404
        for address in (ACCESS, ENTER, UNLINK):
            assert browser.post(address).status_code == 404

    def test_the_database_names_none(self, issuer: str, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0):
            assert [each.provider_id for each in InstitutionAdapter().list_apps(HttpRequest())] == [issuer]
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            SocialApp.objects.create(provider="openid_connect", provider_id=issuer)
