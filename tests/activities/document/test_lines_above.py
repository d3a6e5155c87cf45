"""What lines above a table say of it: whose it is, and that its figures are not whole."""

import pytest

from activities.document import DocumentError, read_document
from tests.activities.document.tables import BLOCKS, META, NAMES, TRUE, as_csv, lines, quarters

WITHOUT_UNIT = [*NAMES[1:], *META, *BLOCKS, *quarters()]
WHOLE = [*NAMES, *META, *BLOCKS, *quarters()]


def units(*tables):
    content = as_csv([line for table in tables for line in table])
    return [row.unit for row in read_document(content).rows]


@pytest.mark.parametrize(
    "said",
    [
        ["UNIDAD ORGÁNICA: GERENCIA DE RIEGO"],
        ["Unidad:", "GERENCIA DE RIEGO"],
        ["Órgano/Unidad Orgánica : GERENCIA DE RIEGO"],
        ["CENTRO DE COSTO: GERENCIA DE RIEGO"],
        ["Dependencia: GERENCIA DE RIEGO"],
    ],
    ids=str,
)
def test_a_unit_that_a_line_above_names_is_that_of_the_rows(said):
    assert units([said], lines(WITHOUT_UNIT)) == ["GERENCIA DE RIEGO"] * 2


def test_each_page_has_the_unit_of_its_line_and_one_without_goes_on():
    table = lines(WITHOUT_UNIT)
    first, second = ["UNIDAD: A"], ["UNIDAD: B"]
    other = [row._replace(activity=f"{row.activity} OTRA") for row in TRUE]
    third = [row._replace(activity=f"{row.activity} MÁS") for row in TRUE]
    pages = ([first], table, [second], lines(WITHOUT_UNIT, other), lines(WITHOUT_UNIT, third))
    assert units(*pages) == ["A", "A", "B", "B", "B", "B"]


def test_a_line_between_rows_names_the_unit_after_its_colon():
    head, (first, second) = lines(WITHOUT_UNIT)[:-2], lines(WITHOUT_UNIT)[-2:]
    assert units([*head, ["UNIDAD: A"], first, ["UNIDAD: B"], second]) == ["A", "B"]


def test_a_column_says_more_than_a_line_and_an_institution_is_no_unit():
    assert units([["UNIDAD: OTRA"]], lines(WHOLE)) == [row.unit for row in TRUE]
    assert units([["UNIDAD EJECUTORA: 001 SAT"]], lines(WITHOUT_UNIT)) == ["INSTITUCIONAL"] * 2


@pytest.mark.parametrize("said", ["(En miles)", "Cifras expresadas en miles de unidades", "EN MILLONES"])
def test_figures_that_are_not_whole_are_refused(said):
    with pytest.raises(DocumentError, match="en miles") as caught:
        read_document(as_csv([[said], *lines(WHOLE)]))
    assert caught.value.code == "scaled"
