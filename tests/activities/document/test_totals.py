"""The rows do not add to TOTAL: what is said of it, and of which rows."""

from dataclasses import replace
from decimal import Decimal

import pytest

from activities.document.columns.finding import Finder
from activities.document.forms.sheets import Record
from activities.document.model import DUPLICATE, Problem, Row, Stated
from activities.document.totals import stated_total, total_differs
from tests.activities.document.test_reading import HEADER

FOUND = Finder().header_at([Record(at, tuple(line.split("\t"))) for at, line in enumerate(HEADER)], 1)
assert FOUND
OFFICIAL = FOUND[0]
OTHER = (Problem("no_reading", ""),)
REPEATS = (Problem(DUPLICATE, ""),)


def row(line, target, status="exact", problems=()):
    made = Row(line, "U", "M", "A", "K", status, ())
    printed = None if target is None else Decimal(target)
    return replace(made, problems=problems, printed_target=printed)


def said(total, *rows, left_out=()):
    problem = total_differs(Stated(9, Decimal(total)), rows, frozenset(left_out))
    return None if problem is None else problem.detail


def test_nothing_is_said_where_rows_add_to_total():
    assert said(30, row(1, 10), row(2, 20)) is None


def averaged(line, target):
    return replace(row(line, target), annual_target=Decimal(target), accumulation="average")


@pytest.mark.parametrize(
    ("total", "differs"), [("4", False), ("4.002", False), ("4.003", True), ("3.998", False), ("3.997", True)]
)
def test_averages_are_compared_as_rounded_in_print(total, differs):
    """Three rounded rows and the rounded TOTAL: half a thousandth each."""
    rows = [averaged(1, "1.333"), averaged(2, "1.333"), averaged(3, "1.334")]
    assert (said(total, *rows) is not None) is differs


def test_sums_are_compared_to_the_digit():
    assert said("4.001", row(1, "4"))


def test_rows_that_are_not_there_may_be_an_excerpt():
    assert said(1500, row(1, 100)) == (
        "Las METAS de las filas leídas suman 100 y la fila TOTAL dice 1,500: faltan 1,400. "
        "El documento puede ser un extracto."
    )


def test_a_total_below_the_rows_is_no_excerpt():
    text = said(30, row(1, 10), row(2, "20.5"))
    assert "sobran 0.5" in text
    assert "extracto" not in text


@pytest.mark.parametrize(
    ("rows", "left_out", "who"),
    [
        ([row(2, 5, "rejected", OTHER)], (), "la fila rechazada"),
        ([row(2, 2, "rejected", OTHER), row(3, 3, "rejected", OTHER)], (), "las 2 filas rechazadas"),
        ([row(2, 5, "inferred")], (2,), "la fila inferida que quedó fuera"),
        ([row(2, 2, "inferred"), row(3, 3, "inferred")], (2, 3), "las 2 filas inferidas que quedaron fuera"),
        (
            [row(2, 1, "inferred"), row(3, 4, "rejected", OTHER)],
            (2,),
            "la fila rechazada y la fila inferida que quedó fuera",
        ),
        ([row(2, 5, "rejected", REPEATS)], (), "la fila rechazada"),
    ],
)
def test_rows_that_were_not_taken_and_make_the_difference_are_named_and_no_excerpt_is_spoken_of(rows, left_out, who):
    text = said(15, row(1, 10), *rows, left_out=left_out)
    assert text.endswith(f"suman 10 y la fila TOTAL dice 15: faltan 5. Es lo que suman {who}.")


def test_what_they_do_not_explain_is_told_apart():
    text = said(100, row(1, 10), row(2, 5, "inferred"), left_out=(2,))
    assert "faltan 90. Con la fila inferida que quedó fuera todavía faltan 85. El documento puede ser un extr" in text
    assert "todavía sobran 1. Revise" in said(14, row(1, 10), row(2, 5, "rejected", OTHER))


def test_a_rejected_row_whose_target_cannot_be_read_may_be_the_cause():
    text = said(100, row(1, 10), row(2, None, "rejected", OTHER), row(3, 4, "rejected", OTHER))
    assert text.endswith("La diferencia puede estar en las 2 filas rechazadas: no se lee la META de 1.")


def test_a_row_that_repeats_another_explains_nothing_unless_it_explains_everything():
    assert said(10, row(1, 10), row(2, 10, "rejected", REPEATS)) is None
    assert "faltan 90. El documento puede ser un extracto." in said(100, row(1, 10), row(2, 10, "rejected", REPEATS))


def test_of_several_total_rows_the_last_that_can_be_read_counts():
    records = [
        Record(7, ("TOTAL", "", "", "", "10")),
        Record(9, ("TOTAL", "", "", "", "12")),
        Record(11, ("TOTAL", "x")),
    ]
    stated, remarks = stated_total(records, OFFICIAL)
    assert stated
    assert (stated.line, stated.annual_target) == (9, Decimal(12))
    assert [(remark.code, remark.line) for remark in remarks] == [("unreadable_total", 11), ("totals_differ", 9)]
