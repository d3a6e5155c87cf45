"""Tables that can be read two ways, or lack something: refused, naming what, never guessed."""

import pytest

from activities.document import DocumentError, read_document
from tests.activities.document.tables import (
    BLOCKS,
    EXECUTED,
    META,
    MONTHS,
    NAMES,
    PROGRAMMED,
    TRUE,
    Column,
    as_csv,
    codes,
    column,
    lines,
    month,
    months,
    quarters,
    read,
)
from tests.activities.document.test_layouts import pairs

UNIT, MEF, ACTIVITY, MEASURE = NAMES


def since_january(block: str, at: int):
    return lambda row: sum(getattr(row, block)[: at + 1])


def adding_up(*titles: str) -> list[Column]:
    return [
        column(title if not at else "", MONTHS[at], cell=since_january(block, at))
        for title, block in zip(titles, ("programmed", "executed"), strict=True)
        for at in range(12)
    ]


OTHER_UNIT = column("CENTRO DE COSTO", "", cell="OTRA")
LONG = [
    column("MES", cell="ENE"),
    *(Column((each.titles[0],), each.cell) for each in NAMES),
    column("EJECUTADO", cell=1),
]
MONEY = [*NAMES, column("META FINANCIERA", "", cell=1), *months("PROGRAMADO FINANCIERO", factor=10)]
REFUSED = {
    "quarters only": ([*NAMES, *META, *quarters()], "no_table", "faltan los meses"),
    "a row for each month": (LONG, "no_table", "una fila por mes"),
    "two units": ([OTHER_UNIT, *NAMES, *META, *BLOCKS], "ambiguous_column", "«CENTRO DE COSTO» (columna A) y «ÓRGANO"),
    "two activities": ([ACTIVITY, *NAMES, *META, *BLOCKS], "ambiguous_column", "--column 'TÍTULO=activity'"),
    "a unit or a measure": (
        [column("UNIDAD", "", cell="x"), ACTIVITY, *META, *BLOCKS],
        "ambiguous_column",
        "La columna «UNIDAD» (columna A) puede ser la unidad de medida o la unidad",
    ),
    "one title twice": (
        [column("ÁREA", "", cell="x"), *NAMES[1:], column("ÁREA", "", cell="y"), *META, *BLOCKS],
        "ambiguous_column",
        "la unidad: «ÁREA» (columna A) y «ÁREA» (columna E)",
    ),
    "executed alone": ([*NAMES, *META, *EXECUTED], "unclear_header", "faltan los meses programados"),
    "money alone": (MONEY, "unclear_header", "faltan los meses"),
    "two blocks programmed": ([*NAMES, *META, *PROGRAMMED, *PROGRAMMED], "unclear_header", "(columna F) y «"),
    "months of nothing": ([*NAMES, *META, *months(""), *EXECUTED], "unclear_header", "programado o lo ejecutado"),
    "nothing named": ([column("X", "", cell="x"), *META, *BLOCKS], "missing_column", "«X» (columna A)"),
    "cumulative": ([*NAMES, *META, *adding_up("PROGRAMADO", "EJECUTADO")], "cumulative_months", "acumulados"),
    "executed cumulative": (
        [*NAMES, *META, *PROGRAMMED, *adding_up("PROGRAMADO", "EJECUTADO")[12:]],
        "cumulative_months",
        "acumulados",
    ),
    "cumulative, unchecked": ([*NAMES, *adding_up("PROGRAMADO", "EJECUTADO")], "cumulative_months", "acumulados"),
    "two years": (
        [column("AÑO", "", cell=lambda row: 2020 + len(row.unit)), *NAMES, *META, *BLOCKS],
        "two_years",
        "2035",
    ),
    "two institutions": (
        [column("UNIDAD EJECUTORA", "", cell=lambda row: row.unit), *NAMES, *META, *BLOCKS],
        "two_institutions",
        "deje solo las de una institución",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_table_that_cannot_be_read_says_why(name):
    table, code, said = REFUSED[name]
    with pytest.raises(DocumentError) as refused:
        read(table)
    assert refused.value.code == code
    assert said in str(refused.value)
    assert refused.value.line is not None


def test_of_two_columns_the_one_that_is_said_counts():
    document = read([OTHER_UNIT, *NAMES, *META, *BLOCKS], columns={"CENTRO DE COSTO": "unit"})
    assert {row.unit for row in document.rows} == {"OTRA"}
    document = read([OTHER_UNIT, *NAMES, *META, *BLOCKS], columns={"Centro de Costo": "ignore"})
    assert [row.unit for row in document.rows] == [row.unit for row in TRUE]


def test_a_meaning_that_there_is_not_is_told():
    with pytest.raises(DocumentError, match="«colour», dicho de «META»"):
        read([*NAMES, *META, *BLOCKS], columns={"META": "colour"})


def test_months_that_no_title_calls_programmed_are_if_they_add_to_meta():
    alone = [column("", MONTHS[at], cell=month("programmed", at)) for at in range(12)]
    assert [row.status for row in read([*NAMES, *META, *alone]).rows] == ["exact", "exact"]
    with pytest.raises(DocumentError, match="lo programado o lo ejecutado"):
        read([*NAMES, column("META", "", cell=1), *alone])
    with pytest.raises(DocumentError, match="lo programado o lo ejecutado"):
        read([*NAMES, *alone])


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("5%", "es un porcentaje"),
        ("8.3333", "más de 3 decimales"),
        ("-4", "es negativa"),
        ("S/ 4", "es dinero"),
        ("4 4", "se espera un número"),
    ],
)
def test_a_cell_that_is_no_quantity_is_told_with_its_line_and_title(cell, said):
    document = read([*NAMES, *META, column("PROGRAMADO", "ENE", cell=cell), *PROGRAMMED[1:], *EXECUTED])
    (problem, *_) = document.rows[0].problems
    assert (document.rows[0].status, problem.line, problem.column) == ("rejected", 4, "PROGRAMADO ENE")
    assert said in problem.detail


def test_months_that_do_not_add_to_meta_and_nothing_else_holds_are_rejected():
    document = read([*NAMES, column("META", "", cell=lambda row: row.target + 1), *BLOCKS])
    assert {row.status for row in document.rows} == {"rejected"}
    assert document.rows[0].problems[0].detail.startswith("Los meses programados suman 42 y META dice 43.")


def test_a_dash_is_no_zero_where_the_sums_do_not_say_so():
    document = read([*NAMES, *META, column("PROGRAMADO", "ENE", cell="-"), *PROGRAMMED[1:], *EXECUTED, *quarters()])
    (problem,) = document.rows[0].problems
    assert (problem.code, problem.column) == ("unreadable_number", "PROGRAMADO ENE")


def test_a_row_that_lost_or_repeated_a_cell_is_rejected_where_no_sum_shows_it():
    table = lines([*NAMES, *META, *pairs(MONTHS, "P", "E")])
    assert [row.status for row in read_document(as_csv(table)).rows] == ["exact", "exact"]
    for row in (table[3][:-1], [*table[3], 7]):
        (*_, bad) = read_document(as_csv([*table[:3], row])).rows
        assert (bad.status, bad.problems[0].code) == ("rejected", "missing_cells")
    short = [line[:-3] for line in table[2:]]
    assert [row.executed[-1] for row in read_document(as_csv([*table[:2], *short])).rows] == [None, None]


def test_a_table_that_is_called_financial_is_left_out():
    table = lines([*NAMES, *META, *BLOCKS])
    with pytest.raises(DocumentError, match="La tabla es financiera"):
        read_document(as_csv([["EJECUCIÓN FINANCIERA"], *table]))
    both = [["EJECUCIÓN FÍSICA"], *table, [], ["EJECUCIÓN FINANCIERA"], *table]
    document = read_document(as_csv(both))
    assert (len(document.rows), codes(document)) == (2, ["financial_left_out", "ignored_line"])


def test_a_row_that_counts_the_columns_is_none():
    table = lines([*NAMES, *META, *BLOCKS])
    table.insert(2, [f"({number})" for number in range(1, len(table[0]) + 1)])
    assert [row.status for row in read_document(as_csv(table)).rows] == ["exact", "exact"]


def test_a_row_that_lost_a_cell_is_rejected_where_rows_are_longer_than_the_titles():
    """CEPLAN's rows have a cell more than there are titles, so that a row short by one has as many as these."""
    table = lines([*NAMES, *META, *BLOCKS], [*TRUE, TRUE[0]._replace(activity="PODA")])
    rows = [[*row, ""] for row in table[2:]]
    del rows[0][20]
    read = read_document(as_csv([*table[:2], *rows])).rows
    assert [row.status for row in read] == ["rejected", "exact", "exact"]
