"""What an export says in its own words is given back as it was said (docs/decisions/0047)."""

from typing import Any

import pytest

from activities.models import Activity, Import, ImportApplication, ImportUndoing
from tests import factories as make
from tests.activities.importing.ceplan import OTHER, SIX, Ao, bring
from tests.api import get, results
from units.choices import Role

pytestmark = pytest.mark.django_db

STOCK = (1850,) * 12
LESS = (5, 5, 17, 5, 7, 7, 6, 6, 6, 6, 6, 6)


def row(**query: Any) -> dict[str, Any]:
    [only] = results(make.client(), "/reports/ceplan/", year=2025, **query)
    return dict(only["columns"])


def said() -> list[Any]:
    """Return how the only activity accumulates, and the totals of its two programmes."""
    found = row()
    return [found["Acumulado"], found["F(CS) Total"], found["F(RE) Total"]]


def test_no_stays_no_where_the_total_is_the_sum() -> None:
    bring(Ao(accumulated="NO", cs=SIX, re=SIX))
    assert Activity.objects.get().accumulation == "sum"
    assert said() == ["NO", 21, 21]


def test_yes_is_yes() -> None:
    bring(Ao(cs=SIX, re=OTHER))
    assert said() == ["SI", 21, 21]


def test_a_total_of_before_the_correction_is_as_it_was() -> None:
    bring(Ao(accumulated="NO", cs=STOCK, re=LESS, totals={"CS": 1850}))
    assert Activity.objects.get().accumulation == "sum"
    assert said() == ["NO", 1850, 82]


def test_a_no_of_before_a_correction_here_is_none() -> None:
    bring(Ao(accumulated="NO", cs=STOCK, re=STOCK, totals={"CS": 1850, "RE": 1850}))
    assert said() == ["NO", 1850, 1850]
    Activity.objects.update(accumulation="sum")
    assert said() == ["SI", 1850, 12 * 1850]


def test_the_latest_document_says_it() -> None:
    bring(Ao(accumulated="NO"))
    bring(Ao(accumulated="SI", se=(1, 2, *[None] * 10)))
    assert said()[0] == "SI"


def test_one_that_was_undone_says_nothing() -> None:
    bring(Ao())
    bring(Ao(accumulated="NO", se=(1, 2, *[None] * 10)))
    assert said()[0] == "NO"
    ImportUndoing.objects.create(application=ImportApplication.objects.latest("pk"), reason="Equivocado")
    assert said()[0] == "SI"


def entries() -> list[Any]:
    """Return the codes that the report has for the MEF activity and the measurement unit of the only activity."""
    found = row()
    return [found["Actividad Presupuestal ID"], found["UM ID"]]


def test_entries_that_were_there_have_the_codes_of_the_document() -> None:
    """A document without codes had made them, under numbers of ours."""
    make.mef_activity("M01", "ATENCION DEL PARTO")
    make.measurement_unit("UM01", "GESTANTE ATENDIDA")
    bring(Ao())
    activity = Activity.objects.get()
    assert (activity.mef_activity.code, activity.measurement_unit.code) == ("M01", "UM01")
    assert entries() == ["5000042", "206"]


def test_of_entries_too_the_latest_document_says_it_unless_it_was_undone() -> None:
    make.mef_activity("M01", "ATENCIÓN DEL PARTO")
    bring(Ao())
    bring(Ao(mef=("5000099", "ATENCIÓN DEL PARTO"), se=(1, 2, *[None] * 10)))
    assert entries() == ["5000099", "206"]
    ImportUndoing.objects.create(application=ImportApplication.objects.latest("pk"), reason="Equivocado")
    assert entries() == ["5000042", "206"]


def test_names_are_spelled_as_the_latest_document_does() -> None:
    make.mef_activity("M01", "Atencion del parto")
    bring(Ao(unit=("04.02", "Departamento de Obstetricia"), above=("04", "Direccion de Obstetricia")))
    bring(Ao(name="5000042 - Partos  Atendidos", measure=("206", "Gestante atendida"), se=(1, 2, *[None] * 10)))
    names = "Centro de Costo", "Actividad Presupuestal", "Actividad Operativa", "Unidad de Medida"
    assert [row()[name] for name in names] == [
        *("DEPARTAMENTO DE OBSTETRICIA", "ATENCIÓN DEL PARTO", "5000042 - Partos Atendidos", "Gestante atendida")
    ]
    assert row()["CC Responsable"] == "Direccion de Obstetricia"  # what a row does not keep


def test_a_name_that_was_changed_here_is_that() -> None:
    bring(Ao())
    Activity.objects.update(name="5000042 - PARTOS")
    assert row()["Actividad Operativa"] == "5000042 - PARTOS"


def test_another_plans_documents_say_nothing_of_entries() -> None:
    make.mef_activity("M01", "ATENCIÓN DEL PARTO")
    bring(Ao(), year=2024)
    plan = make.plan(Activity.objects.get().plan.institution, 2025)
    make.activity(plan, mef_activity=Activity.objects.get().mef_activity)
    assert entries()[0] == "M01"


def test_the_import_shows_its_words() -> None:
    bring(Ao(accumulated="NO", cs=STOCK, re=LESS, totals={"CS": 1850}))
    shown = get(make.client(Role.PLANNER), f"/imports/{Import.objects.get().pk}/").json()["rows"][0]["said"]
    totals = {each["block"]: each["total"] for each in shown["totals"]}
    assert (shown["accumulation"], shown["read_as"], totals["CS"], totals["RE"]) == ("NO", "sum", 1850, 82)
