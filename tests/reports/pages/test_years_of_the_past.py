"""Pages about a year, as of a day on which its plan was not known."""

import pytest

from tests import factories as make
from tests.api import get
from tests.pages_kit import visit
from units.choices import Role

pytestmark = pytest.mark.usefixtures("committed")


def test_a_year_that_was_not_known_yet_is_said_to_be_none_and_which_is_shown() -> None:
    sat = make.institution()
    make.plan(sat, 2021)
    then = get(make.client(), "/reports/matrix/", year=2021).json()["as_of"]
    make.plan(sat, 2022)
    reader = visit(make.person(Role.READER, sat))
    for path in ("/", "/alertas/"):
        said = reader.open(path, year="2022", as_of=then).text
        assert f"Al {then[8:10]}/{then[5:7]}/{then[:4]} no se conocía un plan aprobado de «2022»" in said
        assert "se muestra el año 2021." in said
        assert "se muestra el año" not in reader.open(path, year="2021", as_of=then).text


def test_a_day_before_any_plan_leads_back_to_today() -> None:
    reader = visit(make.person(Role.READER, make.institution()))
    for path in ("/", "/alertas/", "/documentos/"):
        assert reader.open(path, as_of="2022-01-01").links()["Ver lo de hoy"].partition("?")[2] == ""
