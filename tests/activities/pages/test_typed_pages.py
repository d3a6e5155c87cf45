"""Nothing typed is lost: an ended session, one begun anew, and a database that does not answer give it back."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from activities.models import Activity
from activities.pages import my_month
from tests import factories as make
from tests.activities.pages.months import SHEET, entries
from tests.activities.submitting import open_plan
from tests.pages_kit import BROWSER, Opened
from units.choices import Role
from units.models import Unit
from units.pages.api import Api

pytestmark = pytest.mark.django_db
ORIGIN = "http://testserver"


@pytest.fixture
def activity(sat: Unit, unit: Unit) -> Activity:
    return make.activity(open_plan(sat), unit, code="A001")


@pytest.fixture
def browser(activity: Activity) -> Client:
    """A browser of a reporter, which is asked for the token of its forms."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(make.person(Role.REPORTER, activity.unit))
    return client


def opened(browser: Client) -> dict[str, str]:
    """Return what the fields of the sheet hold."""
    return Opened(browser.get(SHEET, headers=BROWSER)).values("//form[@data-typed]")


def send(browser: Client, form: dict[str, str], path: str = SHEET, origin: str = ORIGIN) -> Opened:
    return Opened(browser.post(path, form, headers={**BROWSER, "Origin": origin}))


def typed(activity: Activity, form: dict[str, str]) -> dict[str, str]:
    return {**form, f"executed-{activity.pk}": "7", f"reason-{activity.pk}": "«Más»"}


def test_a_form_of_the_session_is_saved(activity: Activity, browser: Client) -> None:
    assert send(browser, typed(activity, opened(browser))).status == 200
    assert entries(activity) == [(7, "«Más»", "")]


def test_where_the_session_ended_it_comes_back_and_is_saved_after_coming_in(
    activity: Activity, browser: Client
) -> None:
    form = typed(activity, opened(browser))
    del browser.cookies["sessionid"]
    page = send(browser, form)
    assert (page.status, page.heading) == (401, "Su sesión terminó")
    assert entries(activity) == []
    assert page.links()["Entrar en otra pestaña"] == "/cuenta/entrar/"
    kept = page.values()
    assert {name: kept[name] for name in form if name != "csrfmiddlewaretoken"} == {
        name: value for name, value in form.items() if name != "csrfmiddlewaretoken"
    }
    coming_in(browser, activity)
    page = send(browser, kept, page.document.xpath("//form/@action")[0])
    assert "revíselo y guárdelo" in page.text
    assert entries(activity) == []
    again = page.values("//form[@data-typed]")
    assert again[f"executed-{activity.pk}"] == "7"
    assert send(browser, again).status == 200
    assert entries(activity) == [(7, "«Más»", "")]


def coming_in(browser: Client, activity: Activity) -> None:
    """Log in in another tab, which gives the browser another token."""
    person = make.person(Role.REPORTER, activity.unit)
    person.set_password("la clave de la oficina")
    person.save()
    form = Opened(browser.get("/cuenta/entrar/", headers=BROWSER)).values()
    form |= {"login": person.username, "password": "la clave de la oficina"}
    assert send(browser, form, "/cuenta/entrar/").status == 302


@pytest.mark.parametrize("origin", ["http://otra.example", "null"])
def test_a_form_of_another_site_is_refused(activity: Activity, browser: Client, origin: str) -> None:
    page = send(browser, typed(activity, opened(browser)), origin=origin)
    assert (page.status, page.heading) == (403, "El formulario no se envió")
    assert entries(activity) == []


def test_without_a_token_nothing_is_done_whatever_it_says_of_its_origin(activity: Activity, browser: Client) -> None:
    form = typed(activity, opened(browser))
    del form["csrfmiddlewaretoken"]
    send(browser, form)
    assert entries(activity) == []


def test_where_the_database_does_not_answer_it_comes_back(
    activity: Activity, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = typed(activity, opened(browser))

    def fail(*_: Any) -> None:
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(my_month, "typed_rows", fail)
        page = send(browser, form)
    assert (page.status, page.answer["Retry-After"] != "") == (503, True)
    kept = page.values()
    assert kept[f"executed-{activity.pk}"] == "7"
    assert send(browser, kept).status == 200
    assert entries(activity) == [(7, "«Más»", "")]


def test_what_the_api_cannot_take_now_stays_in_the_sheet(
    activity: Activity, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = typed(activity, opened(browser))

    def fail(*_: Any, **__: Any) -> None:
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr("activities.views.batch.submit_batch", fail)
        page = send(browser, form)
    assert page.status == 503
    assert "No se guardó nada" in page.text
    assert page.values("//form[@data-typed]")[f"executed-{activity.pk}"] == "7"


def test_a_fault_of_our_own_is_none_of_the_database_s(
    activity: Activity, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    form = typed(activity, opened(browser))
    monkeypatch.setattr(Api, "post", fail)
    with pytest.raises(ZeroDivisionError):
        send(browser, form)
