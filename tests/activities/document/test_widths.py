"""Rows with another number of cells than most: what their repairs do not explain is certain no longer."""

import pytest

from tests.activities.document.test_reading import HEADER, TAIL, TOTAL, data_row, read

MONTHS = [*["0"] * 4, "11", "4", *["0"] * 6] * 2
"""Of a quarter that is read as the second. If two zeros were lost before 11, in both blocks, it is the third."""
BLANK_AFTER = ["", "", "15", "15"]
LOST = [*MONTHS, "0", "0", "15", "15", "0", "0"]

REPEATED = [*["0"] * 7, *"1941", *["0"] * 8, *"1941", *["0"] * 4, "", "", "10", "10", "5", "5", "", ""]
"""Three zeros too many; its sums hold if one is dropped, and two are quarters."""


def second_of(*tails):
    """Return the second row of a table with these tails, whose META is 15."""
    lines = [data_row(str(at), "15" if at == 1 else "24", tail) for at, tail in enumerate(tails)]
    return read(*HEADER, *lines, TOTAL).rows[1]


@pytest.mark.parametrize(
    ("tail", "beside", "status"),
    [
        ([*LOST, "0", "0"], TAIL, "exact"),
        (LOST, TAIL, "inferred"),
        ([*LOST, "", ""], TAIL, "exact"),  # blanks are there
        ([*MONTHS, *BLANK_AFTER], TAIL, "exact"),  # quarters of nothing are blank, and not printed at the end
        ([*MONTHS, *BLANK_AFTER], [*TAIL, ""], "inferred"),  # here they are
        (REPEATED, TAIL, "inferred"),
    ],
)
def test_a_row_is_certain_where_its_repairs_explain_how_many_cells_it_has(tail, beside, status):
    assert second_of(TAIL, tail, beside, beside, beside).status == status


def test_a_row_is_certain_where_no_two_others_have_as_many_cells():
    assert second_of(TAIL, LOST).status == "exact"


def test_a_repaired_row_is_certain_where_its_cells_are_as_many_as_that_says():
    lost = [*LOST, "0", "0"][1:]
    row = second_of(TAIL, lost, TAIL)
    assert [repair.action for repair in row.repairs] == ["add"]
    assert "cells_unexplained" not in [problem.code for problem in row.problems]


def test_what_is_said_of_it():
    row = second_of(TAIL, LOST, TAIL)
    assert row.problems[-1].code == "cells_unexplained"
    assert "35 celdas y la mayoría 37" in row.problems[-1].detail
    assert len(row.doubts) == 33
    assert row.programmed[4:6] == (11, 4)
