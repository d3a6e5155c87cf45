"""The real document, row by row: `expected.tsv` was checked by eye against the file."""

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import activities.document
from activities.document import read_document
from poi_api.http.folding import fold
from tests.activities.document.tables import quarters_read

PACKAGE = Path(activities.document.__file__).parent
SAMPLE = PACKAGE / "sample" / "poi-2022-ejecucion-iv-trimestre.tsv"
EXPECTED = Path(__file__).with_name("expected.tsv").read_text(encoding="utf-8").splitlines()[1:]


@pytest.fixture(scope="module")
def document():
    return read_document(SAMPLE.read_bytes())


def figures(text):
    return tuple(None if figure == "-" else Decimal(figure) for figure in text.split())


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda line: f"line {line.split(chr(9))[0]}")
def test_each_row_has_the_verdict_and_figures_that_a_person_found(document, expected):
    line, status, cost, target, programmed, executed, quarters = expected.split("\t")
    row = next(row for row in document.rows if row.line == int(line))
    assert (row.status, sum(repair.cost for repair in row.repairs)) == (status, int(cost))
    assert row.annual_target == Decimal(target)
    assert (row.programmed, row.executed) == (figures(programmed), figures(executed))
    assert sum(quarters_read(row), ()) == figures(quarters)


def test_all_rows_of_fifteen_units_are_read_and_none_is_rejected(document):
    assert len(document.rows) == 43 == len(EXPECTED)
    assert len({fold(row.unit) for row in document.rows}) == 15
    assert Counter(row.status for row in document.rows) == {"repaired": 8, "inferred": 24, "exact": 11}


def test_every_printed_quarter_is_taken_as_printed(document):
    for row in document.rows:
        printed = list(row.cells[5:])
        while not printed[-1]:
            printed.pop()
        taken = [int(quarter or 0) for pair in quarters_read(row) for quarter in pair]
        lost = sum(repair.block == "trimestre" for repair in row.repairs)
        assert [int(cell or 0) for cell in printed[lost - 8 :]] == taken[: 8 - lost]


def test_the_lost_quarter_is_recovered(document):
    row = next(row for row in document.rows if row.line == 11)
    assert [repair.description for repair in row.repairs] == ["IV TRIMESTRE EJEC: se agregó 16"]
    assert quarters_read(row)[3] == (16, 16)


def test_year_cut_off_and_total_are_read(document):
    assert (document.year, document.cut_off) == (2022, date(2023, 1, 5))
    assert (document.stated.line, document.stated.annual_target) == (55, 6382)
    assert document.stated.quarters[0] == (1579, 1568)


def test_the_excerpt_is_reported_and_not_hidden(document):
    report = document.as_report()
    assert report["totals"] == {"stated": 6382, "imported": 3783, "difference": 2599}
    (warning,) = report["summary"]["warnings"]
    assert warning["code"] == "total_differs"
    assert "3,783" in warning["detail"]
    assert "6,382" in warning["detail"]
