"""The history of a cell, taking a figure back, and handing in a template."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from activities.choices import Verdict
from activities.models import Activity
from tests import factories as make
from tests.activities.pages.months import SHEET, entries
from tests.activities.sheets import FIRST, filled
from tests.activities.submitting import open_plan
from tests.pages_kit import Visit, visit
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(sat: Unit, unit: Unit) -> Activity:
    return make.activity(open_plan(sat), unit, code="A001", name="Actas")


@pytest.fixture
def reporter(unit: Unit) -> Visit:
    return visit(make.person(Role.REPORTER, unit))


def test_the_history_tells_entries_and_reviews_newest_first(activity: Activity, reporter: Visit) -> None:
    make.entry(activity, 3, 5, "Se pospuso")
    make.review(make.entry(activity, 3, 6, needs_review=True), Verdict.RETURN, "Falta el informe")
    make.settle()
    address = reporter.open(SHEET).links()["Historia"]
    first, second = reporter.open(address).texts("//ol/li")
    assert first.startswith("6 registro 2")
    assert "Devuelto" in first
    assert "«Falta el informe»" in first
    assert "Motivo: Se pospuso" in second


def test_of_what_waited_for_its_review_the_newest_still_does(activity: Activity, reporter: Visit, sat: Unit) -> None:
    for executed in (5, 6):
        make.entry(activity, 3, executed, needs_review=True)
    make.settle()
    entries_shown = reporter.open(reporter.open(SHEET).links()["Historia"]).texts(
        "//ol/li//span[contains(@class, 'badge')]"
    )
    assert entries_shown == ["En revisión", "Reemplazado"]
    story = visit(make.person(Role.PLANNER, sat)).open(f"/actividades/{activity.pk}/meses/3/")
    assert story.texts("//ol/li//span[contains(@class, 'badge')]") == ["Reemplazado", "En revisión"]


def test_a_figure_is_taken_back_with_a_reason(activity: Activity, reporter: Visit) -> None:
    make.entry(activity, 3, 5)
    address = reporter.open(SHEET).links()["Retirar la cifra"]
    form = reporter.open(address).values()
    page = reporter.send(address, form)
    assert (page.status, set(page.errors())) == (400, {"reason"})
    page = reporter.send(address, form | {"reason": "Era de otra unidad"})
    assert (page.status, page.leads_to) == (302, SHEET)
    assert entries(activity) == [(5, "", ""), (None, "Era de otra unidad", "")]
    page = reporter.open(SHEET)
    assert "Retirar la cifra" not in page.links()
    assert page.texts("//tbody//*[contains(@class, 'badge')]") == ["Retirado"]


def test_what_was_reported_meanwhile_is_shown_before_it_is_taken_back(activity: Activity, reporter: Visit) -> None:
    make.entry(activity, 3, 5)
    address = reporter.open(SHEET).links()["Retirar la cifra"]
    form = reporter.open(address).values()
    assert reporter.send(address, form | {"reason": "x", "shown": "9" * 20}).status == 400
    make.entry(activity, 3, 8)
    page = reporter.send(address, form | {"reason": "Era de otra unidad"})
    assert page.status == 412
    assert "8" in page.texts("//dd")
    assert len(entries(activity)) == 2
    again = page.values()
    assert again["reason"].strip() == "Era de otra unidad"
    assert reporter.send(address, again).status == 302
    assert entries(activity)[-1][0] is None


def test_what_is_out_of_sight_is_not_there(activity: Activity, sat: Unit) -> None:
    stranger = visit(make.person(Role.REPORTER, make.unit(sat)))
    for rest in ("", "retirar/"):
        assert stranger.open(f"/mi-mes/{activity.pk}/3/{rest}").status == 404


def test_a_template_is_filled_in_and_handed_in(activity: Activity, reporter: Visit) -> None:
    template = reporter.client.get(reporter.open(SHEET).links()["Plantilla (XLSX)"])
    content = filled(
        template.getvalue(), {(0, "executed"): 4, (1, "executed"): "cuatro", (2, "reason"): "Sin cantidad"}
    )
    page = reporter.send("/mi-mes/plantilla/", {"file": SimpleUploadedFile("avance.xlsx", content)})
    assert page.status == 200
    assert "Guardadas: 1 · Sin cambios: 0 · No se guardaron: 1" in page.text
    assert [(row[1], row[2], row[3].split()[0]) for row in page.rows()] == [
        ("A001 Actas", "ENE", "Guardado"),
        ("A001 Actas", "FEB", "No"),
    ]
    assert f"que no registran nada: {FIRST + 2}." in page.text
    assert entries(activity, 1) == [(4, "", "")]


def test_a_template_without_any_quantity_is_told_so(activity: Activity, reporter: Visit) -> None:
    template = reporter.client.get(reporter.open(SHEET).links()["Plantilla (XLSX)"]).getvalue()
    page = reporter.send("/mi-mes/plantilla/", {"file": SimpleUploadedFile("avance.xlsx", template)})
    assert "No se registró nada: ninguna fila tiene una cantidad en EJECUTADO." in page.text
    assert page.texts("//table") == []


@pytest.mark.parametrize("content", [b"", b"no es un libro"])
def test_what_is_no_template_is_refused(activity: Activity, reporter: Visit, content: bytes) -> None:
    page = reporter.send("/mi-mes/plantilla/", {"file": SimpleUploadedFile("avance.xlsx", content)})
    assert (page.status, set(page.errors())) == (400, {"file"})


def test_who_only_reads_hands_in_nothing(activity: Activity, unit: Unit) -> None:
    assert visit(make.person(Role.READER, unit)).open("/mi-mes/plantilla/").status == 403
