"""Tables as other offices have them: read as they mean, or refused where their figures would be taken for others."""

import pytest

from activities.document import DocumentError, read_document
from tests.activities.document.tables import (
    BLOCKS,
    FICHAS,
    META,
    MONTHS,
    NAMES,
    PROGRAMMED,
    QUARTERS,
    TRUE,
    Column,
    as_csv,
    codes,
    column,
    is_right,
    lines,
    month,
    quarter,
    quarters,
    read,
)

UNIT, MEF, ACTIVITY, MEASURE = NAMES
MONEY = 100


def tripled(third: str, cell) -> list[Column]:
    """Return programmed, executed and a third column below each month."""
    return [
        column(MONTHS[at] if place == 0 else "", title, cell=of_month(at))
        for at in range(12)
        for place, (title, of_month) in enumerate(
            (("P", lambda at: month("programmed", at)), ("E", lambda at: month("executed", at)), (third, cell))
        )
    ]


def since_january(block: str):
    return lambda at: lambda row: sum(getattr(row, block)[: at + 1])


def share(at: int, whole: int):
    """Return which part of what was programmed was executed in a month, from 0."""
    return lambda row: round(whole * row.executed[at] / row.programmed[at], 2) if row.programmed[at] else 0


def without_names(block: str, title: str) -> list[Column]:
    """Return a block that says SUB TOTAL after each three months."""
    found = []
    for at in range(4):
        found += [column("", MONTHS[place], cell=month(block, place)) for place in range(3 * at, 3 * at + 3)]
        found.append(column("", "SUB TOTAL", cell=quarter(block, at)))
    return [Column((title, MONTHS[0]), found[0].cell), *found[1:]]


def by_money() -> list[Column]:
    """Return months above FÍSICO and FINANCIERO, each programmed and executed."""
    return [
        column(MONTHS[at] if place == 0 else "", what, title, cell=month(block, at, factor))
        for at in range(12)
        for place, (what, title, block, factor) in enumerate(
            (
                ("FÍSICO", "P", "programmed", 1),
                ("", "E", "executed", 1),
                ("FINANCIERO", "P", "programmed", MONEY),
                ("", "E", "executed", MONEY),
            )
        )
    ]


@pytest.mark.parametrize(
    "figures",
    [
        tripled("ACUM.", since_january("executed")),
        [*without_names("programmed", "PROGRAMADO"), *without_names("executed", "EJECUTADO")],
        by_money(),
        tripled("DIF.", lambda at: lambda row: row.programmed[at] - row.executed[at]),
        [*BLOCKS, column("EJECUTADO A DICIEMBRE", "", cell=lambda row: sum(row.executed))],
        [column("META AL III TRIMESTRE", "", cell=lambda row: sum(row.programmed[:9])), *BLOCKS],
    ],
    ids=["added up", "sub totals", "money", "differences", "until December", "META until a quarter"],
)
def test_figures_beside_the_months_are_not_taken_for_them(figures):
    document = read([*NAMES, *META, *figures])
    assert is_right(document)
    assert {row.status for row in document.rows} == {"exact"}


@pytest.mark.parametrize("pattern", ["{0:02}", "{0:02}/2024", "2024-{0:02}", "31/{0:02}/2024"])
def test_months_may_be_numbers_or_dates_below_their_groups(pattern):
    table = lines([*NAMES, *META, *BLOCKS])
    table[1] = [pattern.format(MONTHS.index(title) + 1) if title else "" for title in table[1]]
    document = read_document(as_csv(table, title="PLAN OPERATIVO"))
    assert is_right(document)
    assert document.year == (2024 if "2024" in pattern else None)


@pytest.mark.parametrize(
    ("programmed", "executed"),
    [(9, 21), (4, 16), (5, 11), (5, 16), (10, 22)],
    ids=["centred", "above META", "second too early", "second early by one", "both late"],
)
def test_groups_that_do_not_begin_with_their_months_hold_for_them_in_turn(programmed, executed):
    table = lines([*NAMES, *META, *BLOCKS])
    names = [title or below for title, below in zip(table[0][:5], table[1][:5], strict=True)]
    groups = [""] * len(table[0])
    groups[programmed], groups[executed] = "PROGRAMADO", "EJECUTADO"
    table[:2] = [groups, [*names, *table[1][5:]]] if programmed < 5 else [[*names, *groups[5:]], ["", *table[1][1:]]]
    document = read_document(as_csv(table))
    assert is_right(document)
    assert {row.status for row in document.rows} == {"exact"}


@pytest.mark.parametrize("reported", [3, 11])
def test_a_group_that_begins_above_the_last_month_of_another_is_put_over_its_own(reported):
    table = lines([*NAMES, *BLOCKS[: 12 + reported]], [FICHAS._replace(executed=FICHAS.executed[:reported])])
    start = table[0].index("EJECUTADO")
    table[0][start - 1 : start + 1] = ["EJECUTADO", ""]
    (row,) = read_document(as_csv(table)).rows
    assert row.programmed == FICHAS.programmed
    assert row.executed == FICHAS.executed[:reported] + (None,) * (12 - reported)


@pytest.mark.parametrize("title", ["DENOMINACIÓN", "DESCRIPCIÓN"])
def test_a_column_of_names_is_that_of_the_activities_where_there_is_no_other(title):
    named = Column((title, ""), ACTIVITY.cell)
    assert is_right(read([UNIT, MEF, named, MEASURE, *META, *BLOCKS]))
    notes = column(title, "", cell="ninguna")
    assert is_right(read([UNIT, MEF, ACTIVITY, notes, MEASURE, *META, *BLOCKS]))


@pytest.mark.parametrize("label", ["TOTAL", "Sub total", "TOTAL GENERAL"])
def test_a_row_whose_activity_is_a_total_is_none(label):
    table = lines([*NAMES, *META, *BLOCKS])
    table.append(
        [
            "HOSPITAL",
            "GESTIÓN",
            label,
            "ACCIÓN",
            *(sum(cells) for cells in zip(*(row[4:] for row in table[2:]), strict=True)),
        ]
    )
    *rows, total = read_document(as_csv(table)).rows
    assert {row.status for row in rows} == {"exact"}
    assert total.status == "rejected"
    assert label in total.problems[0].detail


def test_a_task_is_what_figures_are_of_where_an_activity_stands_above_it():
    task = column("TAREA", "", cell=ACTIVITY.cell)
    document = read([UNIT, column("ACTIVIDAD", "", cell=MEF.cell), task, MEASURE, *META, *BLOCKS])
    assert is_right(document)


def test_an_activity_that_several_rows_share_is_not_read_by_one_of_them():
    shared = column("ACTIVIDAD OPERATIVA", "", cell="LIMPIEZA")
    unit = column("UNIDAD ORGÁNICA", "", cell="ÁREA DE PARQUES")
    document = read([unit, shared, column("TAREA", "", cell=ACTIVITY.cell), MEASURE, *META, *BLOCKS])
    assert [row.status for row in document.rows] == ["rejected", "rejected"]


def test_a_short_title_of_the_category_names_no_activity():
    document = read([UNIT, column("CAT. PRESUPUESTAL", "", cell="9001"), ACTIVITY, MEASURE, *META, *BLOCKS])
    assert {row.mef_activity for row in document.rows} == {"SIN ACTIVIDAD MEF"}
    assert {row.details["category"] for row in document.rows} == {"9001"}


def test_a_kind_of_goal_is_no_goal():
    table = lines([*NAMES, column("TIPO DE META", "", cell="Física"), *META, *PROGRAMMED])
    money = [[*row[:4], "Financiera", *(cell * MONEY for cell in row[5:])] for row in table[2:]]
    document = read_document(as_csv([*table, *money]))
    assert codes(document) == ["financial_left_out"]
    assert [row.programmed for row in document.rows] == [row.programmed for row in TRUE]


@pytest.mark.parametrize("whole", [1, 100])
def test_shares_of_what_was_programmed_are_not_what_was_executed(whole):
    shares = [column("AVANCE" if at == 0 else "", MONTHS[at], cell=share(at, whole)) for at in range(12)]
    with pytest.raises(DocumentError) as raised:
        read([*NAMES, *META, *PROGRAMMED, *shares])
    assert raised.value.code == "shares"
    quarters = [column("EJECUTADO", QUARTERS[at], cell=quarter("executed", at)) for at in range(4)]
    assert is_right(read([*NAMES, *META, *BLOCKS, *quarters]))


@pytest.mark.parametrize("title", ["{} TRIM", "{} SEM"])
def test_longer_periods_alone_of_what_was_executed_are_not_passed_over(title):
    quarters = [column("EJECUTADO", title.format("I" * at), cell=quarter("executed", at)) for at in (1, 2)]
    with pytest.raises(DocumentError, match="de lo ejecutado faltan los meses"):
        read([*NAMES, *META, *PROGRAMMED, *quarters])


def test_figures_without_a_title_among_the_months_are_not_passed_over():
    pairs = [
        column(MONTHS[at] if block == "programmed" else "", cell=month(block, at))
        for at in range(12)
        for block in ("programmed", "executed")
    ]
    with pytest.raises(DocumentError) as raised:
        read([*NAMES, *META, *pairs])
    assert (raised.value.code, raised.value.column) == ("unclear_header", "G")


def test_signatures_and_letters_of_columns_are_no_rows():
    table = lines([*NAMES, *META, *BLOCKS])
    letters = ["(a)", "(b)", "(c)", "(d)", "(e)"]
    signatures = ["", "______", "", "______"], ["", "JEFE DE PLANEAMIENTO", "", "GERENTE"]
    document = read_document(as_csv([*table[:2], letters, *table[2:], *signatures]))
    assert is_right(document)
    assert codes(document) == ["ignored_line", "ignored_line"]


def test_a_row_with_all_names_and_no_figures_is_rejected_all_the_same():
    table = lines([*NAMES, *META, *BLOCKS])
    document = read_document(as_csv([*table, [*table[2][:2], "OTRA ACTIVIDAD", "RIEGO"]]))
    assert [row.status for row in document.rows] == ["exact", "exact", "rejected"]


def test_groups_of_objectives_are_no_units():
    table = lines([*NAMES[1:], *META, *BLOCKS])
    document = read_document(as_csv([*table[:2], ["OFICINA DE RIEGO"], ["OEI.01 Mejorar los parques"], *table[2:]]))
    assert {row.unit for row in document.rows} == {"OFICINA DE RIEGO"}
    plain = read_document(as_csv([*table[:2], ["Objetivo 1: mejorar los parques"], *table[2:]]))
    assert {row.unit for row in plain.rows} == {"INSTITUCIONAL"}


def test_the_person_in_charge_is_not_the_unit_of_a_group():
    table = lines([*NAMES[1:], *META, *BLOCKS, column("RESPONSABLE", "", cell="ROSA QUISPE")])
    groups = [line for row, true in zip(table[2:], TRUE, strict=True) for line in ([true.unit], row)]
    assert is_right(read_document(as_csv([*table[:2], *groups])))
    alone = read_document(as_csv(table))
    assert {row.unit for row in alone.rows} == {"ROSA QUISPE"}
    assert "unit_in_charge" in codes(alone)


def test_figures_under_a_group_without_months_are_not_passed_over():
    executed = [column("EJECUTADO" if at == 0 else "", "", cell=month("executed", at)) for at in range(12)]
    with pytest.raises(DocumentError) as raised:
        read([*NAMES, *META, *PROGRAMMED, *executed])
    assert (raised.value.code, raised.value.column) == ("unclear_header", "S")
    beside = [column("", "", cell=at) for at in (7, 8)]
    assert is_right(read([*NAMES, *META, *BLOCKS, *beside]))


@pytest.mark.parametrize("reported", [3, 6, 12])
def test_what_was_executed_since_january_is_told_from_the_first_months_on(reported):
    cells = [since_january("executed")(at) if at < reported else "" for at in range(12)]
    added = [column("EJECUTADO" if at == 0 else "", MONTHS[at], cell=cells[at]) for at in range(12)]
    with pytest.raises(DocumentError) as raised:
        read([*NAMES, *META, *PROGRAMMED, *added])
    assert raised.value.code == "cumulative_months"
    monthly = [
        column("EJECUTADO" if at == 0 else "", MONTHS[at], cell=month("executed", at) if at < reported else "")
        for at in range(12)
    ]
    executed = [(*row.executed[:reported], *[None] * (12 - reported)) for row in TRUE]
    true = [row._replace(executed=done) for row, done in zip(TRUE, executed, strict=True)]
    assert is_right(read([*NAMES, *META, *PROGRAMMED, *monthly]), true)


@pytest.mark.parametrize("wrong", [0, 3])
def test_columns_that_do_not_add_to_the_total_are_said_in_any_layout(wrong):
    table = lines([*NAMES, *META, *BLOCKS])
    total_row = ["TOTAL", "", "", "", *(sum(column) for column in zip(*(row[4:] for row in table[2:]), strict=True))]
    table[2][-1] += wrong
    document = read_document(as_csv([*table, total_row]))
    said = [warning.detail for warning in document.warnings if warning.code == "columns_differ"]
    assert ["EJECUTADO DIC" in detail for detail in said] == [True] * bool(wrong)


def test_that_nothing_adds_up_what_was_executed_is_said():
    plain = lines([*NAMES, *META, *BLOCKS])
    total_row = ["TOTAL", "", "", "", *(sum(column) for column in zip(*(row[4:] for row in plain[2:]), strict=True))]
    tables = {"plain": plain, "TOTAL": [*plain, total_row], "programme": lines([*NAMES, *META, *PROGRAMMED])}
    tables["quarters"] = lines([*NAMES, *META, *BLOCKS, *quarters()])
    said = {
        name: [warning.code for warning in read_document(as_csv(table)).warnings if "executed" in warning.code]
        for name, table in tables.items()
    }
    assert said == {"plain": ["executed_unchecked"], "TOTAL": [], "programme": [], "quarters": []}
