"""A document goes in and the matrix gives it back, whatever its institution and its look."""

from decimal import Decimal
from random import Random

import pytest

from activities.models import Activity, Figure
from activities.services.importing.files import Request, import_file
from poi_api.http.folding import fold
from tests import factories as make
from tests.activities.document.generator import TrueRow, document, style, true_row
from tests.api import get, results
from tests.factories import Caller
from tests.searching import examples


def thousandths(quantity: float | None) -> int | None:
    """Return a JSON number as the generator counts it."""
    return None if quantity is None else int(Decimal(str(quantity)) * 1000)


@pytest.fixture
def caller(committed: None) -> Caller:
    return make.client()


@pytest.mark.parametrize("seed", range(examples(8, least=3)))
def test_an_undamaged_document_comes_back_as_it_was(caller: Caller, seed: int) -> None:
    random = Random(seed)
    rows = [true_row(random, number) for number in range(1, random.randint(5, 30))]
    content = document(random, rows, style(random))
    result = import_file(Request(content=content, filename="poi.csv", institution="I"), actor="test")
    assert result.refusal == ""
    assert {row["status"] for row in result.report["rows"]} == {"exact"}
    found = results(caller, "/reports/matrix/", year=2024, ordering="activity", limit=1000)
    assert len(found) == len(rows)
    for read, true in zip(found, rows, strict=True):
        names = [read[name]["name"] for name in ("unit", "mef_activity", "activity", "measurement_unit")]
        assert [fold(name) for name in names] == [fold(name) for name in true.names]
        assert [thousandths(month) for month in read["programmed"]] == [month or 0 for month in true.programmed]
        assert [thousandths(month) for month in read["executed"]] == true.executed
        assert thousandths(read["annual_target"]) == true.target
        assert [thousandths(q["programmed"]) for q in read["quarters"]] == true.quarters()[::2]
        assert [thousandths(q["executed"]) for q in read["quarters"]] == executed_by_quarter(true)


def executed_by_quarter(row: TrueRow) -> list[int | None]:
    """Return what the quarters show: null where months were due and none of those is reported."""
    shown: list[int | None] = []
    for start in range(0, 12, 3):
        months = list(zip(row.programmed[start : start + 3], row.executed[start : start + 3], strict=True))
        due = [executed for programmed, executed in months if programmed]
        missing = bool(due) and all(executed is None for executed in due)
        shown.append(None if missing else sum(executed or 0 for _, executed in months))
    return shown


@pytest.mark.parametrize("seed", range(8, 8 + examples(4, least=2)))
def test_the_same_document_in_another_look_changes_nothing(caller: Caller, seed: int) -> None:
    random = Random(seed)
    rows = [true_row(random, number) for number in range(1, 12)]
    first, second = (document(random, rows, style(random)) for _ in range(2))
    before = None
    for content in (first, second):
        result = import_file(Request(content=content, filename="poi.csv", institution="I"), actor="test")
        answer = get(caller, "/reports/matrix/", year=2024)
        before = before or answer.content
        assert answer.content == before
    assert result.report["summary"]["result"] == "unchanged"


def test_a_later_document_of_the_year_adds_its_months(caller: Caller) -> None:
    random = Random(1)
    rows = [true_row(random, number) for number in range(1, 15)]
    whole = [row.executed for row in rows]
    for months in (3, 6, 9, 12):
        for row, executed in zip(rows, whole, strict=True):
            row.executed = [*executed[:months], *[None] * (12 - months)]
            row.tail = [*row.tail[:12], *("" if month is None else f"{month / 1000:g}" for month in row.executed)]
            row.tail += [f"{quarter / 1000:g}" for quarter in row.quarters()]
        content = document(random, rows, style(Random(0)))
        result = import_file(Request(content=content, filename="poi.tsv", institution="I"), actor="test")
        assert result.refusal == "", result.report["summary"]
        assert result.report["summary"]["changes"]["entries_updated"] == 0
    assert Activity.objects.count() == len(rows)
    figures = Figure.objects.order_by("activity__code")
    assert [[thousandths(q) for q in figure.executed] for figure in figures] == whole
