"""An installation in which nothing is yet: its pages say where to begin, and none of them is closed to its planner."""

import pytest

from activities.choices import PlanStatus
from tests import factories as make
from tests.pages_kit import Visit, visit
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db
_ELSEWHERE = "Todavía no hay ninguna: se agregan en «Unidades» y en «Catálogos»."


@pytest.fixture
def keeper() -> Visit:
    return visit(make.person(Role.PLANNER))


def test_a_plan_waits_for_its_institution_and_says_so(keeper: Visit) -> None:
    page = keeper.open("/planes/nuevo/")
    assert (page.status, _ELSEWHERE in page.text) == (200, True)


def test_an_activity_waits_for_catalogues_and_says_so(keeper: Visit, sat: Unit) -> None:
    draft = make.plan(institution=sat, status=PlanStatus.DRAFT)
    page = keeper.open(f"/planes/{draft.pk}/actividades/nueva/")
    assert page.text.count(_ELSEWHERE) == 2  # the unit is there


def test_the_first_unit_is_an_institution_unless_it_is_said_otherwise(keeper: Visit) -> None:
    assert keeper.open("/unidades/nueva/").values()["kind"] == "institution"
    make.institution("SAT", "SAT LIMA")
    assert keeper.open("/unidades/nueva/").values()["kind"] == "organic_unit"


def test_empty_lists_say_what_to_do(keeper: Visit) -> None:
    assert "Cree una, primero la institución" in keeper.open("/unidades/").text
    assert "Agregue una" in keeper.open("/catalogos/unidades-de-medida/").text
