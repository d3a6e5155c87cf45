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


def said(title: str = "Acumulado") -> list[Any]:
    """Return what all ways of the report say under a title."""
    found = row()
    return [found[title], found["F(CS) Total"], found["F(RE) Total"]]


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


def test_the_import_shows_its_words() -> None:
    bring(Ao(accumulated="NO", cs=STOCK, re=LESS, totals={"CS": 1850}))
    shown = get(make.client(Role.PLANNER), f"/imports/{Import.objects.get().pk}/").json()["rows"][0]["said"]
    totals = {each["block"]: each["total"] for each in shown["totals"]}
    assert (shown["accumulation"], shown["read_as"], totals["CS"], totals["RE"]) == ("NO", "sum", 1850, 82)
