"""Tables as people have them: each is read as it means, whatever its titles and the order of its columns."""

from typing import Any

import pytest

from activities.document import read_document
from tests.activities.document.tables import (
    BLOCKS,
    EXECUTED,
    FICHAS,
    META,
    MONTHS,
    NAMES,
    PROGRAMMED,
    QUARTERS,
    RIEGO,
    TRUE,
    Column,
    as_csv,
    codes,
    column,
    is_right,
    lines,
    month,
    months,
    quarter,
    quarters,
    read,
    total,
)

UNIT, MEF, ACTIVITY, MEASURE = NAMES


def renamed(*titles: str) -> list[Column]:
    """Return the four columns of names under other titles."""
    return [Column((title, ""), each.cell) for title, each in zip(titles, NAMES, strict=True)]


def pairs(top: tuple[str, ...], programmed: str, executed: str) -> list[Column]:
    """Return programmed and executed side by side, month by month."""
    return [
        column(top[at] if block == "programmed" else "", title, cell=month(block, at))
        for at in range(12)
        for title, block in ((programmed, "programmed"), (executed, "executed"))
    ]


def one_line(programmed: str, executed: str) -> list[Column]:
    """Return both blocks under a single line of titles, `{}` being the month."""
    return [
        column(pattern.format(MONTHS[at], at + 1), cell=month(block, at))
        for pattern, block in ((programmed, "programmed"), (executed, "executed"))
        for at in range(12)
    ]


def inside(title: str, block: str) -> list[Column]:
    """Return a block whose quarters stand after their months."""
    found = []
    for at in range(4):
        found += [column("", MONTHS[place], cell=month(block, place)) for place in range(3 * at, 3 * at + 3)]
        found.append(column("", QUARTERS[at].replace("TRIMESTRE", "TRIM"), cell=quarter(block, at)))
    return [Column((title, found[0].titles[1]), found[0].cell), *found[1:]]


PERCENT = column("% AVANCE", "", cell="96%")
LAYOUTS = {
    "official": [*NAMES, *META, *BLOCKS, *quarters()],
    "executed first": [*NAMES, *META, *EXECUTED, *PROGRAMMED, *quarters()],
    "no quarters": [*NAMES, *META, *BLOCKS],
    "totals of blocks": [
        *NAMES,
        *META,
        *PROGRAMMED,
        total("TOTAL", "programmed"),
        *EXECUTED,
        total("TOTAL", "executed"),
        *quarters(),
    ],
    "quarters inside": [*NAMES, *META, *inside("PROGRAMADO", "programmed"), *inside("EJECUTADO", "executed")],
    "pairs": [*NAMES, *META, *pairs(MONTHS, "P", "E")],
    "pairs in words": [*NAMES, *META, *pairs(MONTHS, "PROGRAMADO", "EJECUTADO")],
    "one line": [*NAMES, *META, *one_line("PROG_{0}", "EJE_{0}")],
    "one line, short": [*NAMES, *META, *one_line("P. {0}", "E. {0}")],
    "one line as CEPLAN": [*NAMES, *one_line("F(RE) {1:02}", "F(SE) {1:02}")],
    "other words": [*NAMES, *META, *months("PROGRAMACIÓN"), *months("AVANCE FÍSICO", "executed"), *quarters()],
    "total and percentage last": [
        *NAMES,
        *META,
        *BLOCKS,
        *quarters(),
        total("PROG", "programmed", "TOTAL ANUAL"),
        total("EJEC", "executed"),
        PERCENT,
    ],
    "a code last": [*NAMES, *META, *BLOCKS, *quarters(), column("CÓDIGO", "", cell=7)],
    "a text last": [*NAMES, *META, *BLOCKS, *quarters(), column("OBSERVACIONES", "", cell="FALTA 1 ACTA")],
    "a number first": [column("N°", "", cell=3), *NAMES, *META, *BLOCKS, *quarters()],
    "META last": [*NAMES, *BLOCKS, *quarters(), *META],
    "executing unit first": [
        column("UNIDAD EJECUTORA", "", cell="UE 1"),
        *renamed("UNIDAD ORGÁNICA", "ACTIVIDAD PRESUPUESTAL", "ACTIVIDAD OPERATIVA", "UNIDAD DE MEDIDA"),
        *META,
        *BLOCKS,
    ],
    "category first": [
        UNIT,
        column("CATEGORÍA PRESUPUESTAL", "", cell="ACCIONES CENTRALES"),
        *renamed("", "ACTIVIDAD PRESUPUESTAL", "ACTIVIDAD OPERATIVA", "UNIDAD DE MEDIDA")[1:],
        *META,
        *BLOCKS,
    ],
    "cost centre": [*renamed("CENTRO DE COSTO", "ACTIVIDAD MEF", "ACTIVIDAD", "U.M."), *META, *BLOCKS],
    "codes before names": [
        UNIT,
        MEF,
        column("CÓD. ACTIVIDAD POI", "", cell=lambda row: f"A-{row.target}"),
        ACTIVITY,
        column("UM ID", "", cell="UM-4"),
        MEASURE,
        *META,
        *BLOCKS,
    ],
    "goals of the strategic plan": [
        column("OEI", "", cell="OEI.02"),
        column("AEI", "", cell="AEI.02.01"),
        column("ACCIÓN ESTRATÉGICA", "", cell="SERVICIO OPORTUNO"),
        *NAMES,
        *META,
        *BLOCKS,
    ],
    "money before what is done": [
        *NAMES,
        column("META FINANCIERA", "", cell=lambda row: row.target * 900),
        column("META FÍSICA", "", cell=lambda row: row.target),
        *BLOCKS,
    ],
    "money beside": [
        *NAMES,
        *META,
        *months("PROGRAMADO FÍSICO"),
        *months("PROGRAMADO FINANCIERO", factor=10),
        *months("EJECUTADO FÍSICO", "executed"),
        *months("EJECUTADO FINANCIERO", "executed", factor=9),
    ],
    "from July on": [
        *NAMES,
        *META,
        *months("PROGRAMADO", order=[*range(6, 12), *range(6)]),
        *months("EJECUTADO", "executed", order=[*range(6, 12), *range(6)]),
    ],
    "line breaks": [
        *renamed("ÓRGANO /\nUNIDAD ORGÁNICA", "ACTIVIDAD\nMEF", "ACTIVIDAD\nPOI", "UNIDAD\nDE MEDIDA"),
        *META,
        *BLOCKS,
    ],
    "a measure of the goal": [
        *renamed("ÁREA", "ACTIVIDAD MEF", "ACTIVIDAD", "UNIDAD DE MEDIDA DE LA META"),
        *META,
        *BLOCKS,
        *months("COSTO", factor=3),
    ],
    "reprogrammed": [*NAMES, *META, *months("PROGRAMADO", factor=2), *months("REPROGRAMADO"), *EXECUTED],
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_table_is_read_as_it_means(name):
    document = read(LAYOUTS[name])
    assert is_right(document)
    assert document.year == 2024
    assert {row.status for row in document.rows} == {"exact"}


def test_months_as_numbers_are_read_below_their_groups():
    table = lines([*NAMES, *META, *BLOCKS, *quarters()])
    numbers = {title: str(number) for number, title in enumerate(MONTHS, 1)}
    table[1] = [numbers.get(title, title) for title in table[1]]
    assert is_right(read_document(as_csv(table)))


def test_what_stands_above_the_unit_and_what_else_names_say_is_kept():
    gerencia, group = column("GERENCIA", "", cell="GERENCIA GENERAL"), column("TIPO", "", cell="x")
    document = read([gerencia, *NAMES, column("AOI ID", "", cell="AOI7"), group, *META, *BLOCKS])
    assert is_right(document)
    assert {row.unit_above for row in document.rows} == {"GERENCIA GENERAL"}
    coded = read([*NAMES, column("COD ACTIVIDAD POI", "", cell=lambda row: row.unit), *META, *BLOCKS])
    assert [row.details["activity_code"] for row in coded.rows] == [row.unit for row in TRUE]


def test_of_two_metas_the_one_counts_that_the_months_add_to():
    first = column("META INICIAL", "", cell=lambda row: row.target + 1)
    last = column("META MODIFICADA", "", cell=lambda row: row.target)
    for metas in ([first, last], [last, first]):
        document = read([*NAMES, *metas, *BLOCKS, *quarters()])
        assert is_right(document)
        assert codes(document) == ["target_chosen"]


def test_of_subproduct_and_activity_the_first_is_done_and_the_other_is_of_the_budget():
    titles = [
        ("PRODUCTO", "COD"),
        ("", "NOMBRE"),
        ("ACTIVIDAD", "COD"),
        ("", "NOMBRE"),
        ("SUBPRODUCTO", "COD"),
        ("", "NOMBRE"),
    ]
    cells: list[Any] = [1, "PLAZAS", 2, lambda row: row.mef_activity, lambda row: row.target, lambda row: row.activity]
    names = [column(*each, cell=cell) for each, cell in zip(titles, cells, strict=True)]
    document = read([UNIT, *names, MEASURE, *META, *pairs(MONTHS, "P", "E")])
    assert is_right(document)
    details = document.rows[0].details
    assert (details["product"], details["product_code"], details["activity_code"]) == ("PLAZAS", "1", "42")


def test_nine_months_leave_the_rest_unprogrammed_and_unreported():
    nine = [each._replace(programmed=(*each.programmed[:9], 0, 0, 0)) for each in TRUE]
    columns = [*NAMES, *META, *months("PROGRAMADO", order=range(9)), *months("EJECUTADO", "executed", order=range(9))]
    document = read_document(as_csv(lines(columns, nine)))
    assert is_right(document, [each._replace(executed=(*each.executed[:9], None, None, None)) for each in nine])


def test_months_that_are_called_cumulative_are_told_apart():
    def since_january(block: str, at: int):
        return lambda row: sum(getattr(row, block)[: at + 1])

    blocks = [
        column(title if not at else "", MONTHS[at], cell=since_january(block, at))
        for title, block in (("PROGRAMADO ACUMULADO", "programmed"), ("EJECUTADO ACUMULADO", "executed"))
        for at in range(12)
    ]
    assert is_right(read([*NAMES, *META, *blocks]))


def test_a_unit_in_merged_cells_holds_for_the_rows_below_it_and_that_is_said():
    second = FICHAS._replace(unit="", mef_activity="")
    document = read_document(as_csv(lines([*NAMES, *META, *BLOCKS], [RIEGO, second])))
    below = FICHAS._replace(unit=RIEGO.unit, mef_activity=RIEGO.mef_activity)
    assert is_right(document, [RIEGO, below])
    assert codes(document) == ["merged_cells", "merged_cells"]


def test_units_in_lines_of_their_own_and_their_totals_are_no_activities():
    header = [list(each.titles) for each in [*NAMES[1:], *META, *BLOCKS]]
    first, second = ([each.cell(row) for each in [*NAMES[1:], *META, *BLOCKS]] for row in TRUE)
    sums = [f"SUBTOTAL {RIEGO.unit}", "", "", *first[3:]]
    table = [*map(list, zip(*header, strict=True)), [RIEGO.unit], first, sums, [FICHAS.unit], second]
    table.append(["TOTAL GENERAL", "", "", *(a + b for a, b in zip(first[3:], second[3:], strict=True))])
    document = read_document(as_csv(table))
    assert is_right(document)
    assert document.stated
    assert document.stated.annual_target == RIEGO.target + FICHAS.target
    assert codes(document) == ["no_column"]
