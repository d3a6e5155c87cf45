"""`/reports/ceplan/`: the execution under CEPLAN's titles, activity by activity."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import Accumulation
from activities.models import Activity
from tests import factories as make
from tests.api import get, refused_fields, results
from tests.in_one_state import for_each
from units.models import Unit

pytestmark = pytest.mark.django_db
PATH = "/reports/ceplan/"
MONTHS = [f"{month:02}" for month in range(1, 13)]
ABOUT = [
    *("POI", "UE ID", "UE", "CC Responsable ID", "CC Responsable", "Centro Costo ID", "Centro de Costo"),
    *("OEI", "Objetivo Estrategico Institucional", "AEI", "Acción Estratégica Institucional"),
    *("Categoria ID", "Categoria", "Producto ID", "Producto", "Actividad Presupuestal ID", "Actividad Presupuestal"),
    *("Actividad Operativa ID", "Actividad Operativa", "Prioridad", "UM ID", "Unidad de Medida", "Acumulado"),
    *("Dep. UBIGEO", "Departamento Nombre UBIGEO", "Prov. UBIGEO", "Provincia Nombre UBIGEO"),
    *("Dis. UBIGEO", "Distrito Nombre UBIGEO"),
]
STATE = ["Incorporado", "Activo AO"]
CLASSIFIED = {
    "oei": ("OEI.02", "REDUCIR"),
    "aei": ("AEI.02.02", "INTERVENIR"),
    "categoria": ("0002", "MATERNO"),
    "producto": ("3033291", "POBLACIÓN"),
    "prioridad": ("1", "Muy Alta"),
    "ubigeo": ("150133", "LIMA, CALLAO, SAN JUAN"),
}


@pytest.fixture
def units() -> dict[str, Unit]:
    sat = make.institution("000127", "INSTITUTO")
    organ = make.organ(sat, "000127-04", "DIRECCIÓN")
    return {"sat": sat, "organ": organ, "unit": make.unit(organ, "000127-04.01", "DEPARTAMENTO")}


@pytest.fixture
def activity(units: dict[str, Unit]) -> Activity:
    mef, measure = make.mef_activity("5000042", "MEJORAR"), make.measurement_unit("206", "PAREJA")
    plan = make.plan(units["sat"], 2022)
    made = make.activity(plan, units["unit"], [7] * 12, "AOI00012700001", "DIU", mef, measure, classified=CLASSIFIED)
    make.version(plan, 2)
    make.target(made, [14, 13, *[7] * 10], 2)
    make.entry(made, 1, 10, reason="Hubo más")
    make.entry(made, 2, 0)
    make.settle()
    return made


def rows(caller: Any = None, **query: Any) -> list[dict[str, Any]]:
    """Return CEPLAN's columns of each row."""
    found = results(caller or make.client(), PATH, **{"year": 2022, **query})
    assert all(row["columns"]["Actividad Operativa ID"] == row["activity"]["code"] for row in found)
    assert all(row["columns"]["UE ID"] == row["institution"]["code"] for row in found)
    return [row["columns"] for row in found]


def table(**query: Any) -> list[dict[str, str]]:
    answer = get(make.client(), PATH, year=2022, format="csv", **query)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))


class TestARow:
    def test_it_says_under_ceplans_titles_what_the_activity_is(self, activity: Activity) -> None:
        [row] = rows()
        assert [row[title] for title in ABOUT] == [
            *(2022, "000127", "INSTITUTO", "04", "DIRECCIÓN", "04.01", "DEPARTAMENTO"),
            *("OEI.02", "REDUCIR", "AEI.02.02", "INTERVENIR", "0002", "MATERNO", "3033291", "POBLACIÓN"),
            *("5000042", "MEJORAR", "AOI00012700001", "DIU", "1 : Muy Alta", "206", "PAREJA", "SI"),
            *("15", "LIMA", "01", "CALLAO", "33", "SAN JUAN"),
        ]
        assert [row[title] for title in STATE] == ["NO", "SI"]

    def test_blocks_are_version_1_the_version_asked_for_and_the_execution(self, activity: Activity) -> None:
        [row] = rows()
        assert [row[f"F(CS) {part}"] for part in (*MONTHS, "Total")] == [*[7] * 12, 84]
        assert [row[f"F(RE) {part}"] for part in (*MONTHS, "Total")] == [14, 13, *[7] * 10, 97]
        assert [row[f"F(SE) {part}"] for part in (*MONTHS, "Total")] == [10, 0, *[None] * 10, 10]
        assert [row[f"Motivo(SE) {part}"] for part in MONTHS] == ["Hubo más", *[None] * 11]
        [initial] = rows(version="initial")
        assert [initial[f"F(RE) {part}"] for part in (*MONTHS, "Total")] == [*[7] * 12, 84]

    def test_one_month_alone_has_its_columns_and_no_totals(self, activity: Activity) -> None:
        [row] = rows(month=1)
        assert list(row) == [*ABOUT, "F(CS) 01", "F(RE) 01", "F(SE) 01", "Motivo(SE) 01", *STATE]
        assert [row[title] for title in list(row)[len(ABOUT) :]] == [7, 14, 10, "Hubo más", "NO", "SI"]
        assert get(make.client(), PATH, year=2022, month=1).json()["month"] == 1

    def test_what_came_in_later_has_no_first_programme(self, activity: Activity) -> None:
        late = make.activity(activity.plan, code="B1", programmed=[1] * 12, version=2)
        row = next(row for row in rows() if row["Actividad Operativa ID"] == late.code)
        assert [row[f"F(CS) {part}"] for part in (*MONTHS, "Total")] == [None] * 13
        assert (row["Incorporado"], row["F(RE) Total"]) == ("SI", 12)

    @pytest.mark.parametrize(
        ("rule", "said", "total"), [("sum", "SI", 15), ("last", "NO", 5), ("average", "NO", Decimal("7.5"))]
    )
    def test_its_totals_are_by_its_rule(self, units: dict[str, Unit], rule: str, said: str, total: Any) -> None:
        plan = make.plan(units["sat"], 2022)
        made = make.activity(plan, programmed=[10, 5, *[0] * 10], accumulation=Accumulation(rule))
        make.entry(made, 1, 4)
        [row] = rows()
        assert (row["Acumulado"], row["F(CS) Total"], row["F(RE) Total"], row["F(SE) Total"]) == (said, total, total, 4)

    @for_each("rule", ["sum", "last", "average"])
    @for_each(("reported", "total"), [([0, 0], 0), ([3, 0], 3), ([0, 5], 5), ([], None)])
    def test_the_total_of_what_was_done_is_said_though_nothing_of_it_was_programmed(
        self, units: dict[str, Unit], rule: str, reported: list[int], total: int | None
    ) -> None:
        """As in CEPLAN's exports; in the measures of the year there is no execution yet where none was expected."""
        made = make.activity(
            make.plan(units["sat"], 2022), programmed=[0, 0, *[7] * 10], accumulation=Accumulation(rule)
        )
        for month, quantity in enumerate(reported, 1):
            make.entry(made, month, quantity)
        halves = rule == "average" and total
        assert rows()[0]["F(SE) Total"] == (Decimal(total) / 2 if halves and total is not None else total)

    @for_each("rule", ["sum", "last", "average"])
    def test_what_nobody_reported_has_no_total_though_nothing_was_programmed(
        self, units: dict[str, Unit], rule: str
    ) -> None:
        made = make.activity(make.plan(units["sat"], 2022), programmed=[0] * 12, accumulation=Accumulation(rule))
        assert (rows()[0]["F(RE) Total"], rows()[0]["F(SE) Total"]) == (0, None)
        make.entry(made, 3, 0)
        assert rows()[0]["F(SE) Total"] == 0

    def test_what_ended_with_january_is_not_active(self, activity: Activity) -> None:
        make.version(activity.plan, 3)
        make.target(activity, [5, *[0] * 11], 3, cancelled_from=2)
        assert rows()[0]["Activo AO"] == "SI"
        make.version(activity.plan, 4)
        make.target(activity, [0] * 12, 4, is_cancelled=True)
        assert rows()[0]["Activo AO"] == "NO"

    def test_what_is_not_classified_is_blank(self, units: dict[str, Unit]) -> None:
        make.activity(make.plan(units["sat"], 2022), units["sat"])
        [row] = rows()
        assert {row[title] for title in ABOUT if "UBIGEO" in title or title in ("OEI", "AEI", "Prioridad")} == {None}


class TestUnits:
    def above(self, plan: Any, unit: Unit, **query: Any) -> tuple[Any, ...]:
        made = make.activity(plan, unit)
        row = next(row for row in rows(**query) if row["Actividad Operativa ID"] == made.code)
        return tuple(row[title] for title in ABOUT[3:7])

    def test_one_below_the_institution_is_its_own_responsible(self, units: dict[str, Unit]) -> None:
        plan = make.plan(units["sat"], 2022)
        assert self.above(plan, units["organ"]) == ("04", "DIRECCIÓN", "04", "DIRECCIÓN")
        assert self.above(plan, units["sat"]) == ("000127", "INSTITUTO", "000127", "INSTITUTO")

    def test_a_unit_out_of_sight_is_not_told(self, units: dict[str, Unit]) -> None:
        caller = make.client(unit=units["unit"])
        told = self.above(make.plan(units["sat"], 2022), units["unit"], caller=caller)
        assert told == (None, None, "04.01", "DEPARTAMENTO")

    def test_codes_come_without_institution_and_without_the_year_that_told_them_apart(
        self, units: dict[str, Unit]
    ) -> None:
        plan = make.plan(units["sat"], 2022)
        for code, shown in (
            ("000127-05-2022", "05"),
            ("000127-05-2021", "05-2021"),
            ("X-7", "X-7"),
            ("0001275", "0001275"),
        ):
            assert self.above(plan, make.unit(units["organ"], code))[2] == shown


class TestTable:
    def test_it_says_what_the_json_says(self, activity: Activity) -> None:
        for query in ({}, {"month": 2}):
            [cells], [row] = table(**query), rows(**query)
            assert cells == {title: "" if value is None else str(value) for title, value in row.items()}

    def test_it_is_a_workbook_too(self, activity: Activity) -> None:
        answer = get(make.client(), PATH, year=2022, format="xlsx", month=3)
        assert answer["Content-Disposition"] == 'attachment; filename="ceplan-2022-03.xlsx"'
        assert answer.getvalue()[:2] == b"PK"


@pytest.mark.parametrize("month", ["0", "13", "x", ""])
def test_a_wrong_month_is_refused(activity: Activity, month: str) -> None:
    assert refused_fields(get(make.client(), PATH, year=2022, month=month)) == ["month"]


def test_pages_cost_the_same_whatever_their_size(units: dict[str, Unit]) -> None:
    plan, caller = make.plan(units["sat"], 2022), make.client()
    for _ in range(5):
        make.activity(plan, units["unit"])
    counts = []
    rows(caller)
    for limit in (1, 5):
        with CaptureQueriesContext(connection) as queries:
            assert len(rows(caller, limit=limit)) == limit
        counts.append(len(queries))
    assert counts[0] == counts[1]
    met = [row["Actividad Operativa ID"] for offset in range(5) for row in rows(caller, limit=1, offset=offset)]
    assert met == [row["Actividad Operativa ID"] for row in rows(caller)]
