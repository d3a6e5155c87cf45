"""The catalogues on pages: found by everybody, kept by the installation's planners."""

import pytest

from activities.models import MefActivity
from tests import factories as make
from tests.pages_kit import visit
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db
LIST = "/catalogos/actividades-mef/"


def test_everybody_finds_an_entry_without_accents(unit: Unit) -> None:
    make.mef_activity("M01", "GESTIÓN ADMINISTRATIVA")
    make.mef_activity("M02", "OTRA")
    reader = visit(make.person(Role.READER, unit))
    page = reader.open(LIST, search="gestion")
    assert [row[:2] for row in page.rows()] == [["M01", "GESTIÓN ADMINISTRATIVA"]]
    assert "Agregar" not in page.links()


def test_an_entry_is_added_changed_and_deleted() -> None:
    keeper = visit(make.person(Role.PLANNER))
    page = keeper.send(f"{LIST}nueva/", {"code": "M01", "name": "GESTION"}, follow=True)
    assert page.messages() == ["Se agregó M01 GESTION."]
    again = keeper.send(f"{LIST}nueva/", {"code": "M02", "name": "Gestión"})
    assert (again.status, list(again.errors()), again.values()["code"]) == (409, ["name"], "M02")
    entry = MefActivity.objects.get()
    values = keeper.open(f"{LIST}{entry.pk}/cambiar/").values()
    assert keeper.send(f"{LIST}{entry.pk}/cambiar/", {**values, "name": "GESTIÓN"}).leads_to == LIST
    late = keeper.send(f"{LIST}{entry.pk}/cambiar/", {**values, "name": "OTRA"})
    assert (late.status, late.values()["name"]) == (412, "OTRA")
    assert keeper.send(f"{LIST}{entry.pk}/borrar/").leads_to == LIST
    assert not MefActivity.objects.exists()


def test_what_an_activity_has_stays() -> None:
    keeper, entry = visit(make.person(Role.PLANNER)), make.activity().measurement_unit
    page = keeper.send(f"/catalogos/unidades-de-medida/{entry.pk}/borrar/")
    assert page.status == 409
    assert "actividad" in page.errors()[""]


@pytest.mark.parametrize("path", ["nueva/", "{}/cambiar/", "{}/borrar/"])
def test_who_plans_less_than_the_installation_changes_nothing(sat: Unit, path: str) -> None:
    address = LIST + path.format(make.mef_activity().pk)
    planner = visit(make.person(Role.PLANNER, sat))
    assert planner.open(address).status == 403
    assert planner.send(address, {"code": "X", "name": "X"}).status == 403
