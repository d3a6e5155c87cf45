"""What `/reports/ceplan/` gives is read again as it is, by the reader of documents."""

from decimal import Decimal
from typing import Any

import pytest

from activities.choices import Accumulation
from activities.document import Row, read_document
from tests import factories as make
from tests.api import get
from units.models import Unit

pytestmark = pytest.mark.django_db
FIRST: tuple[Decimal, ...] = (Decimal("1.5"), Decimal(0), Decimal(3), *[Decimal(2)] * 9)
CLASSIFIED = {
    "oei": ("OEI.02", "REDUCIR, y más"),
    "categoria": ("0002", "MATERNO"),
    "prioridad": ("1", "Muy Alta"),
    "ubigeo": ("150101", "LIMA, LIMA, LIMA"),
}


@pytest.fixture
def unit() -> Unit:
    return make.unit(
        make.organ(make.institution("000127", "INSTITUTO"), "000127-04", "DIRECCIÓN"), "000127-04.01", "ÁREA"
    )


def read(variant: str, **query: Any) -> list[Row]:
    content = get(make.client(), "/reports/ceplan/", year=2022, format=variant, **query).getvalue()
    document = read_document(content, filename=f"ceplan.{variant}")
    assert document.year == 2022
    return list(document.rows)


@pytest.mark.parametrize("variant", ["csv", "xlsx"])
def test_a_year_is_read_with_both_programmes_execution_reasons_and_codes(unit: Unit, variant: str) -> None:
    plan = make.plan(unit.institution, 2022)
    first = make.activity(plan, unit, FIRST, "AOI1", "=PRIMERA", classified=CLASSIFIED)
    make.entry(first, 1, 0, reason="Sin personal")
    make.entry(first, 3, Decimal("2.25"))
    make.version(plan, 2)
    make.target(first, [5] * 12, 2)
    last = make.activity(plan, unit, [7] * 12, "AOI2", "SEGUNDA", accumulation=Accumulation.LAST, version=2)
    make.entry(last, 2, 7)
    one, other = read(variant)
    assert [row.status for row in (one, other)] == ["exact", "exact"]
    assert (one.unit, one.unit_above, one.activity) == ("ÁREA", "DIRECCIÓN", "=PRIMERA")
    assert one.accumulation == "sum"
    assert (one.programmed, one.annual_target) == ((Decimal(5),) * 12, Decimal(60))
    assert one.executed == (0, None, Decimal("2.25"), *[None] * 9)
    assert one.blocks["CS"].months == FIRST
    assert one.reasons == {1: "Sin personal"}
    codes = {"activity_code": "AOI1", "unit_code": "04.01", "unit_above_code": "04", "institution_code": "000127"}
    said = {"oei": "OEI.02", "oei_name": "REDUCIR, y más", "category_code": "0002", "priority": "1 : Muy Alta"}
    assert one.details.items() >= (codes | said | {"district_ubigeo": "01", "department": "LIMA"}).items()
    assert other.accumulation == "last"
    assert (other.annual_target, other.executed[1]) == (Decimal(7), Decimal(7))
    assert other.blocks["CS"].months == (None,) * 12


@pytest.mark.parametrize("variant", ["csv", "xlsx"])
def test_what_is_not_classified_gets_nothing_of_the_row_above(unit: Unit, variant: str) -> None:
    plan = make.plan(unit.institution, 2022)
    make.activity(plan, unit, code="AOI1", classified=CLASSIFIED)
    make.activity(plan, unit, code="AOI2")
    _, other = read(variant)
    assert [other.details[name] for name in ("oei", "oei_name", "category", "category_code", "priority")] == [""] * 5


def test_a_mean_is_refused_and_never_read_as_something_else(unit: Unit) -> None:
    make.activity(make.plan(unit.institution, 2022), unit, [10, 5, *[0] * 10], accumulation=Accumulation.AVERAGE)
    [row] = read("csv")
    assert row.status == "rejected"
