"""A page asks the API's own views: with its rules and messages, in its change order, as the person who is logged in."""

from typing import Any

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from tests import factories as make
from tests.pages_kit import visit
from units.choices import Role
from units.models import Unit
from units.pages.api import Api, Problem, address, query_text
from units.pages.page import FormPage, Page
from units.pages.page_form import PageForm

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class NewUnit(PageForm):
    code = forms.CharField(label="Código", required=False)
    title = forms.CharField(label="Nombre", required=False)
    parent = forms.IntegerField(label="Depende de")
    api_names = {"name": "title"}


class NewUnitPage(FormPage):
    template_name = "pages/one_act.html"
    form_class = NewUnit

    def save(self, form: Any) -> str:
        sent = {"code": form.cleaned_data["code"], "name": form.cleaned_data["title"], "kind": "organic_unit"}
        made = self.api.post("/units/", sent | {"parent": form.cleaned_data["parent"]})
        return f"/unidad/{made['id']}/"


class UnitPage(Page):
    """One unit, renamed by a form that knows what the person saw."""

    template_name = "pages/refusal.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        answer = self.api.ask(f"/units/{pk}/", **self.asked("as_of"))
        return self.show(title=answer.data["name"], detail=answer.etag)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        answer = self.api.send("PATCH", f"/units/{pk}/", {"name": request.POST["name"]}, if_match=request.POST["seen"])
        return self.show(title=answer.data["name"])


class ListPage(Page):
    template_name = "pages/refusal.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = self.api.get("/memberships/")
        return self.show(title=str(found["count"]))


urlpatterns = [
    path("nueva/", NewUnitPage.as_view()),
    path("unidad/<int:pk>/", UnitPage.as_view()),
    path("roles/", ListPage.as_view()),
    path("", include("poi_api.urls")),
]
handler404 = "units.pages.refusals.not_found"
FORM = {"code": "U9", "title": "UNIDAD NUEVA"}


def test_what_is_refused_is_said_at_its_field_and_what_was_typed_stays(sat: Unit, unit: Unit) -> None:
    browser = visit(make.person(Role.PLANNER, sat))
    page = browser.send("/nueva/", {"code": unit.code, "title": " ", "parent": sat.pk})
    assert page.status == 400
    assert set(page.errors()) == {"title"}
    assert page.values()["code"] == unit.code
    page = browser.send("/nueva/", FORM | {"title": unit.name, "parent": sat.pk})
    assert page.status in (400, 409)
    assert page.errors()
    page = browser.send("/nueva/", FORM | {"parent": ""})
    assert (page.status, set(page.errors())) == (400, {"parent"})
    assert not Unit.objects.filter(code="U9").exists()


def test_the_role_that_the_api_asks_for_is_asked_for(sat: Unit) -> None:
    page = visit(make.person(Role.REVIEWER, sat)).send("/nueva/", FORM | {"parent": sat.pk})
    assert (page.status, page.errors()) == (403, {"": "Su rol no permite esta operación."})
    page = visit(make.person(Role.REVIEWER, sat)).open("/roles/")
    assert (page.status, page.heading) == (403, "Acceso denegado")
    assert "Su rol no permite esta operación." in page.text


def test_what_is_out_of_sight_is_not_there(sat: Unit) -> None:
    page = visit(make.person(Role.PLANNER, sat)).open(f"/unidad/{make.institution().pk}/")
    assert (page.status, page.heading) == (404, "No encontrado")
    assert page.menu()


def test_what_somebody_changed_meanwhile_is_a_412(sat: Unit, unit: Unit) -> None:
    browser = visit(make.person(Role.PLANNER, sat))
    page = browser.open(f"/unidad/{unit.pk}/")
    seen = page.texts("//main/p")[0]
    assert browser.send(f"/unidad/{unit.pk}/", {"name": "UNO", "seen": seen}).heading == "UNO"
    page = browser.send(f"/unidad/{unit.pk}/", {"name": "DOS", "seen": seen})
    assert (page.status, page.heading) == (412, "Alguien lo cambió antes")
    assert Unit.objects.get(pk=unit.pk).name == "UNO"


def test_a_wrong_question_is_said_in_the_api_s_words(sat: Unit, unit: Unit) -> None:
    page = visit(make.person(Role.READER, sat)).open(f"/unidad/{unit.pk}/", as_of="2999-01-01")
    assert page.status == 400
    assert "Aún no llega" in page.text


def test_a_form_of_somebody_else_reaches_no_view(sat: Unit) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make.person(Role.PLANNER, sat))
    assert client.post("/nueva/", FORM | {"parent": sat.pk}).status_code == 403
    assert not Unit.objects.filter(code="U9").exists()


def test_a_page_that_passed_by_the_check_of_forms_cannot_write(sat: Unit, rf: Any) -> None:
    """The API looks itself where the middleware did not."""
    request = rf.post("/nueva/")
    request.user, request.session = make.person(Role.PLANNER, sat), None
    with pytest.raises(Problem) as refused:
        Api(request).post("/units/", {})
    assert refused.value.codes() == {"csrf_failed"}


def test_who_is_not_logged_in_comes_in_first(sat: Unit) -> None:
    assert visit().open("/nueva/").leads_to == "/cuenta/entrar/?next=/nueva/"
    assert visit().send("/nueva/", FORM).leads_to == "/cuenta/entrar/?next=/nueva/"


def test_what_a_person_sees_is_kept_by_nobody(sat: Unit) -> None:
    answer = visit(make.person(Role.READER, sat)).open("/unidad/1/").answer
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


def test_addresses_of_the_api() -> None:
    assert address("/plans/") == "/api/v1/plans/"
    assert address("/plans/", year=2023, code=["a", "b"], draft=True, unit="", page=None) == (
        "/api/v1/plans/?year=2023&code=a%2Cb&draft=true"
    )
    assert query_text({"draft": False, "offset": 0}) == "draft=false&offset=0"
