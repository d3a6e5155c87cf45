"""What rows tell that titles leave open: quarters, a misprinted META, dashes, rows that are no activities."""

from decimal import Decimal

import pytest

from activities.document import read_document
from tests.activities.document.tables import (
    BLOCKS,
    META,
    MONTHS,
    NAMES,
    QUARTERS,
    RIEGO,
    TRUE,
    Column,
    as_csv,
    codes,
    column,
    is_right,
    lines,
    months,
    quarters,
    quarters_read,
    read,
)
from tests.activities.document.test_layouts import one_line


def test_quarters_that_count_from_another_month_are_read_as_the_table_counts_them():
    order = [*range(6, 12), *range(6)]
    swapped = quarters()[4:] + quarters()[:4]
    own = [Column(title.titles, cell.cell) for title, cell in zip(quarters(), swapped, strict=True)]
    columns = [*NAMES, *META, *months("PROGRAMADO", order=order), *months("EJECUTADO", "executed", order=order), *own]
    document = read(columns)
    assert is_right(document)
    assert codes(document) == ["own_quarters"]
    assert [int(quarter or 0) for quarter in quarters_read(document.rows[0])[0]] == [6, 5]


def test_a_misprinted_meta_is_what_the_months_add_to_where_quarters_hold_them():
    document = read([*NAMES, column("META", "", cell=lambda row: row.target + 1), *BLOCKS, *quarters()])
    assert is_right(document)
    assert {row.status for row in document.rows} == {"repaired"}
    repair = document.rows[0].repairs[0]
    assert (str(repair.block), repair.cost, repair.taken) == ("meta", 2, Decimal(RIEGO.target))
    assert "META: se cambió 43 por 42" in repair.description


def test_a_dash_is_a_zero_where_the_sums_say_so_and_is_said():
    def dashed(block: str, at: int):
        return lambda row: getattr(row, block)[at] or "-"

    blocks = [
        column(title if not at else "", MONTHS[at], cell=dashed(block, at))
        for title, block in (("PROGRAMADO", "programmed"), ("EJECUTADO", "executed"))
        for at in range(12)
    ]
    document = read([*NAMES, *META, *blocks, *quarters()])
    assert is_right(document)
    assert codes(document) == ["dash_for_zero"]


def test_a_dash_that_nothing_adds_up_is_in_doubt():
    done = [column("EJECUTADO" if not at else "", MONTHS[at], cell="-" if at == 1 else at) for at in range(12)]
    document = read([*NAMES, *META, *months("PROGRAMADO"), *done])
    assert {(row.status, row.doubts, row.executed[1]) for row in document.rows} == {
        ("inferred", ("EJECUTADO FEB",), Decimal(0))
    }
    assert {problem.code for row in document.rows for problem in row.problems} == {"dash_unchecked"}


def test_rows_about_money_and_inactive_ones_are_left_out_and_named():
    kind = column("TIPO", "", cell=lambda row: "FÍSICA" if row is RIEGO else "FINANCIERA")
    active = column("Activo AO", "", cell=lambda row: "SI" if row is RIEGO else "NO")
    for told, code in ((kind, "financial_left_out"), (active, "inactive_left_out")):
        document = read([*NAMES, told, *META, *BLOCKS])
        assert is_right(document, [RIEGO])
        assert codes(document) == [code]


def test_what_no_rule_finds_can_be_said():
    columns = [column("PERFIL", cell=lambda row: row.activity), *one_line("X{1}", "Y{1}")]
    said = {"PERFIL": "activity"}
    said |= {f"X{number}": f"programmed_{number:02}" for number in range(1, 13)}
    said |= {f"Y{number}": f"executed_{number:02}" for number in range(1, 13)}
    document = read(columns, columns=said)
    assert [row.programmed for row in document.rows] == [tuple(map(Decimal, row.programmed)) for row in TRUE]
    assert [row.executed for row in document.rows] == [
        tuple(Decimal(month or 0) for month in row.executed) for row in TRUE
    ]
    assert codes(document) == ["unchecked", "no_column", "no_column", "no_column"]
    assert document.rows[0].unit == "INSTITUCIONAL"


@pytest.mark.parametrize(
    ("said", "target", "done", "read_as"),
    [("ÚLTIMO", 2, 0, "last"), ("PROMEDIO", "3.333", "2.667", "average"), ("SUMA", 10, 8, "sum")],
)
def test_a_reported_zero_counts_as_the_accumulation_says(said, target, done, read_as):
    blocks = [
        column(title if not at else "", MONTHS[at], cell=figures[at] if at < 3 else "")
        for title, figures in (("PROGRAMADO", (6, 2, 2)), ("EJECUTADO", (8, 0, 0)))
        for at in range(12)
    ]
    of_quarters = [
        column(QUARTERS[at] if not executed else "", "EJEC" if executed else "PROG", cell=cell if not at else 0)
        for at in range(4)
        for executed, cell in enumerate((target, done))
    ]
    how, meta = column("ACUMULACIÓN", "", cell=said), column("META", "", cell=target)
    row, _ = read([*NAMES, how, meta, *blocks, *of_quarters]).rows
    assert (row.status, row.accumulation, str(row.annual_target)) == ("exact", read_as, str(target))


def test_what_is_measured_may_be_a_percentage():
    of_shares = [row._replace(measurement_unit="%") for row in TRUE]
    document = read_document(as_csv(lines([*NAMES, *META, *BLOCKS, *quarters()], of_shares)))
    assert is_right(document, of_shares)
