"""Codes of units as `/reports/ceplan/` gives them back: those of the year asked about (api.md, "CEPLAN's titles")."""

from dataclasses import replace
from pathlib import Path

import pytest

from activities.models import Import
from activities.services.importing.undoing import undo_import
from tests import factories as make
from tests.activities.importing.importing import run
from tests.activities.importing.test_ceplan_years import OBSTETRICS, PAEDIATRICS, bring, path
from tests.api import get, results
from units.history.change_sets import recorded_transaction

__all__ = ["path"]
pytestmark = pytest.mark.usefixtures("committed")
# The application numbers anew: what one had is the other's now
OF_2026 = [
    replace(OBSTETRICS, unit=("05.01", "DEPARTAMENTO DE OBSTETRICIA"), above=("05", "DIRECCIÓN DE OBSTETRICIA")),
    replace(PAEDIATRICS, unit=("04.02", "PEDIATRÍA"), above=("04", "DIRECCIÓN DEL NIÑO")),
]


def told(year: int, **query: str) -> list[tuple[str, str]]:
    rows = [row["columns"] for row in results(make.client(), "/reports/ceplan/", year=year, **query)]
    return [(row["CC Responsable ID"], row["Centro Costo ID"]) for row in rows]


def test_each_year_has_its_own(path: Path) -> None:
    bring(path, OBSTETRICS, PAEDIATRICS)
    bring(path, *OF_2026, year=2026)
    assert told(2025) == [("04", "04.02"), ("05", "05.01")]
    assert told(2026) == [("05", "05.01"), ("04", "04.02")]
    table = get(make.client(), "/reports/ceplan/", year=2026, format="csv").getvalue()
    again = path.with_suffix(".csv")
    again.write_bytes(table)
    assert run(again, institution="").report["summary"]["result"] == "unchanged"


def test_the_latest_document_counts_that_was_not_undone(path: Path) -> None:
    bring(path, *OF_2026, year=2026)
    before = get(make.client(), "/reports/ceplan/", year=2026).json()["as_of"]
    anew = replace(OF_2026[0], unit=("05.07", "DEPARTAMENTO DE OBSTETRICIA"), se=(1, 2, *[None] * 10))
    bring(path, anew, OF_2026[1], year=2026)
    between = get(make.client(), "/reports/ceplan/", year=2026).json()["as_of"]
    assert told(2026)[0] == ("05", "05.07")
    with recorded_transaction(actor="x", cause="Era otro"):
        undo_import(Import.objects.latest("id"), "Era otro")
    assert told(2026)[0] == ("05", "05.01")
    assert (told(2026, as_of=before)[0], told(2026, as_of=between)[0]) == (("05", "05.01"), ("05", "05.07"))
