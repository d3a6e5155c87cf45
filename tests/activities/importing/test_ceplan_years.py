"""Exports of one year after another, which CEPLAN's application numbers anew, by the command (rule 14)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from activities.models import Activity, Import, Plan
from tests import factories as make
from tests.activities.importing.ceplan import OTHER, Ao, export
from tests.activities.importing.importing import Ran, run
from tests.api import get
from units.models import ChangeSet, Unit

pytestmark = pytest.mark.usefixtures("committed")
OBSTETRICS = Ao(code="AOI1")
PAEDIATRICS = Ao(code="AOI2", name="CONTROLES", unit=("05.01", "PEDIATRÍA"), above=("05", "DIRECCIÓN DEL NIÑO"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "poi.xls"


def bring(path: Path, *activities: Ao, year: int = 2025) -> Ran:
    path.write_bytes(export(*activities, year=year))
    return run(path, institution="")


def codes() -> dict[str, str]:
    return dict(Unit.objects.exclude(kind="institution").values_list("code", "name"))


def test_the_same_again_makes_no_change_set(path: Path) -> None:
    bring(path, OBSTETRICS, PAEDIATRICS)
    before = ChangeSet.objects.count()
    assert "No cambió nada" in bring(path, OBSTETRICS, PAEDIATRICS).out
    assert (ChangeSet.objects.count(), Import.objects.count()) == (before, 1)


def test_the_institution_of_the_document_is_told(path: Path) -> None:
    ran = bring(path, replace(OBSTETRICS, re=OTHER))
    assert "Institución nueva: 000127." in ran.out
    assert "(versiones 1 y 2)" in ran.out


def test_the_next_year_is_the_next_plan_and_names_decide(path: Path) -> None:
    bring(path, OBSTETRICS, PAEDIATRICS)
    ran = bring(
        path,
        replace(OBSTETRICS, unit=("05.01", OBSTETRICS.unit[1]), above=("05", OBSTETRICS.above[1])),
        replace(PAEDIATRICS, unit=("04.02", "NEONATOLOGÍA"), above=("04", "DIRECCIÓN NUEVA")),
        year=2026,
    )
    assert codes() == {
        "000127-04": "DIRECCIÓN DE OBSTETRICIA",
        "000127-04.02": "DEPARTAMENTO DE OBSTETRICIA",
        "000127-05": "DIRECCIÓN DEL NIÑO",
        "000127-05.01": "PEDIATRÍA",
        "000127-04-2026": "DIRECCIÓN NUEVA",
        "000127-04.02-2026": "NEONATOLOGÍA",
    }
    assert list(Plan.objects.order_by("year").values_list("year", flat=True)) == [2025, 2026]
    assert "«04» es 000127-04-2026 (DIRECCIÓN NUEVA)" in ran.out
    assert {"kind": "unit", "name": "DEPARTAMENTO DE OBSTETRICIA", "printed": "05.01", "code": "000127-04.02"} in (
        ran.changes["recoded"]
    )


def test_within_the_year_its_own_codes_find_the_units(path: Path) -> None:
    bring(path, OBSTETRICS, PAEDIATRICS)
    later = replace(PAEDIATRICS, unit=("04.02", "NEONATOLOGÍA"), above=("04", "DIRECCIÓN NUEVA"))
    bring(path, later, year=2026)
    before = codes()
    renamed = replace(later, unit=("04.02", "NEONATOLOGÍA Y MÁS"), se=(1, 2, *[None] * 10))
    ran = bring(path, renamed, year=2026)
    assert (codes(), ran.changes["units"], ran.changes["recoded"]) == (before, 0, [])
    assert Activity.objects.get(plan__year=2026).unit.code == "000127-04.02-2026"


def test_a_code_that_is_taken_twice_is_numbered(path: Path) -> None:
    bring(path, OBSTETRICS)
    make.unit(Unit.objects.get(code="000127"), "000127-04-2026")
    bring(path, replace(OBSTETRICS, above=("04", "OTRA DIRECCIÓN")), year=2026)
    assert codes()["000127-04-2026-2"] == "OTRA DIRECCIÓN"


def test_a_unit_that_stands_elsewhere_now_is_said_and_stays(path: Path) -> None:
    bring(path, OBSTETRICS, PAEDIATRICS)
    ran = bring(path, replace(OBSTETRICS, above=PAEDIATRICS.above), year=2026)
    assert "unit_above_differs" in {each["code"] for each in ran.report["summary"]["warnings"]}
    assert Unit.objects.get(code="000127-04.02", parent__code="000127-04")


def test_catalogues_keep_their_codes_over_the_years(path: Path) -> None:
    bring(path, OBSTETRICS)
    bring(path, replace(OBSTETRICS, measure=("206", "PARTO")), year=2026)
    measures = dict(Activity.objects.values_list("plan__year", "measurement_unit__code"))
    assert measures == {2025: "206", 2026: "206-2026"}


def test_it_takes_code_and_name_to_be_the_same_activity_in_two_years(path: Path) -> None:
    bring(path, OBSTETRICS, replace(PAEDIATRICS, code="AOI3"))
    renumbered = replace(PAEDIATRICS, code="AOI3", name="OTRA")
    bring(path, replace(OBSTETRICS, name="5000042 - Partos  Atendidos"), renumbered, year=2026)
    asked = {"from_year": 2025, "to_year": 2026, "group_by": "activity", "institution": "000127"}
    answer = get(make.client(), "/reports/execution/", **asked)
    rows: list[dict[str, Any]] = answer.json()["results"]
    assert sorted((str(row["activity"]["code"]), int(row["programmed"])) for row in rows) == [
        ("AOI1", 42),
        ("AOI3", 21),
        ("AOI3", 21),
    ]


def test_a_day_below_the_table_dates_all_of_it_back(path: Path) -> None:
    stock = replace(OBSTETRICS, accumulated="NO", cs=(1850,) * 12, totals={"CS": 1850})
    path.write_bytes(export(stock, PAEDIATRICS, year=2025, source="Fuente: Aplicativo CEPLAN al 05/01/2026"))
    ran = run(path, institution="")
    assert (ran.failure, ran.changes["versions"]) == ("", [1, 2])
    assert str(ChangeSet.objects.get().known_from) == "2026-01-05 05:00:00+00:00"


def test_a_version_tells_what_it_corrected_and_the_one_before_does_not(path: Path) -> None:
    stock = replace(OBSTETRICS, accumulated="NO", cs=(1850,) * 12, totals={"CS": 1850})
    bring(path, stock)
    versions = Plan.objects.get().versions.order_by("number")
    first, second = (get(make.client(), f"/plans/{each.plan_id}/versions/{each.pk}/").json() for each in versions)
    assert [(each["kind"], each["corrected"]) for each in first["changes"]] == [("added", None)]
    [change] = second["changes"]
    assert (change["kind"], change["corrected"]["accumulation"]) == ("corrected", {"before": "last", "after": "sum"})
