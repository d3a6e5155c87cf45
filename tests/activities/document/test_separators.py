"""`1,125` in a file separated by `;` is 1125 as the format says; where it may be 1.125 a person is told."""

from decimal import Decimal
from random import Random

import pytest

from activities.document import read_document
from tests.activities.document.generator import Style, TrueRow, document, show

SEMICOLONS = Style(delimiter=";")


def row(number, months, **cells):
    made = TrueRow([f"ÓRGANO {number}", "GESTIÓN", f"TRÁMITE {number}", "INFORMES"], months, list(months), [])
    made.tail = [show(month) for month in made.programmed + made.executed] + [show(each) for each in made.quarters()]
    for slot, cell in cells.items():
        made.tail[int(slot[1:])] = cell
    return made


def doubts(*rows, look=SEMICOLONS, edit=("", "")):
    content = document(Random(1), list(rows), look).replace(*(part.encode() for part in edit))
    doc = read_document(content)
    return [warning for warning in doc.warnings if warning.code == "ambiguous_number"], doc


def test_where_both_readings_add_up_the_first_cell_is_named_and_the_rest_counted():
    [warning], doc = doubts(row(1, [1125_000] * 12))
    assert (warning.line, warning.column) == (6, "META")
    assert doc.rows[0].programmed[0] == 1125
    for part in ("«13,500» se leyó como 13500", "puede ser 13.500", "33 celdas", "línea 6 PROGRAMADO ENE", "y 28 más"):
        assert part in warning.detail


def test_a_few_cells_are_all_named():
    [warning], _ = doubts(row(1, [1125_000, *[0] * 11]))
    assert (
        "5 celdas están así: línea 6 META, línea 6 PROGRAMADO ENE, línea 6 EJECUTADO ENE, línea 6 I" in warning.detail
    )
    assert "línea 6 I TRIMESTRE EJEC. Compruebe" in warning.detail


@pytest.mark.parametrize("delimiter", ["\t", ","])
def test_whatever_separates_the_cells_thousands_that_may_be_decimals_are_told(delimiter):
    [warning], doc = doubts(row(1, [1125_000] * 12), look=Style(delimiter=delimiter))
    assert "«13,500» se leyó como 13500" in warning.detail
    assert doc.rows[0].annual_target == 13500


def test_points_that_may_separate_thousands_are_told_too():
    [warning], doc = doubts(row(1, [1125] * 12), edit=(";13.5;", ";13.500;"))
    assert "«13.500» se leyó como 13.500" in warning.detail
    assert "puede ser 13500" in warning.detail
    assert str(doc.rows[0].programmed[0]) == "1.125"


@pytest.mark.parametrize(
    "proof",
    [
        row(2, [900_000, 1100_000, 0] * 4),  # 0.9 + 1.1 is not 2: only thousands add up
        row(2, [500] * 12),
        row(2, [1125_500] * 12),
        row(2, [1000_000_000] * 12),
    ],
    ids=["sums", "0.5", "1,125.5", "1,000,000"],
)
def test_another_row_that_shows_what_the_sign_means_settles_it(proof):
    assert doubts(row(1, [1125_000] * 12), proof)[0] == []


def test_a_row_that_was_repaired_settles_nothing():
    months = [5_000, 1125_000, 5_000, *[0] * 9]
    [warning], doc = doubts(row(1, months, _24="1,145"))
    assert doc.rows[0].status != "exact"
    assert warning.column == "META"


def with_other_signs(made, signs):
    made.tail = [cell.translate(str.maketrans(signs)) for cell in made.tail]
    return made


def test_where_a_row_adds_up_in_one_way_only_the_file_is_read_so():
    decimals = with_other_signs(row(1, [1125, 2000, 0] * 4), {".": ","})
    said, doc = doubts(decimals, edit=("INFORMES;12.5", "INFORMES;12,500"))
    assert (said, doc.rows[0].status, doc.rows[0].programmed[0]) == ([], "exact", Decimal("1.125"))
    thousands = with_other_signs(row(1, [1125_000, 2_000, 0] * 4), {",": "."})
    both = with_other_signs(row(2, [1125_000] * 12), {",": "."})
    said, doc = doubts(thousands, both, edit=("INFORMES;4,508", "INFORMES;4.508"))
    assert (said, [each.programmed[0] for each in doc.rows]) == ([], [1125, 1125])


def test_where_rows_add_up_in_different_ways_only_thousands_have_commas():
    decimals = with_other_signs(row(1, [1125, 2000, 0] * 4), {".": ","})
    _, doc = doubts(decimals, row(2, [900_000, 1100_000, 0] * 4), edit=("INFORMES;12.5", "INFORMES;12,500"))
    assert [each.status for each in doc.rows] == ["rejected", "exact"]
    assert doubts(row(1, [1125_000] * 12, _24="x"))[0] == []


def test_decimal_commas_that_cannot_be_thousands_are_read_where_they_add_up():
    commas = row(1, [1500] * 12)
    commas.tail = [cell.replace(".", ",") for cell in commas.tail]
    said, doc = doubts(commas, row(2, [2_000] * 12))
    assert said == []
    assert [row.programmed[0] for row in doc.rows] == [Decimal("1.5"), 2]
    assert [row.status for row in doc.rows] == ["exact", "exact"]


def test_one_decimal_comma_that_fits_nothing_is_refused_saying_how_decimals_are_written():
    _, doc = doubts(row(1, [5_000] * 12, _3="12,5"))
    (problem,) = doc.rows[0].problems
    assert (problem.code, problem.column) == ("unreadable_number", "PROGRAMADO ABR")
    assert "con punto" in problem.detail
