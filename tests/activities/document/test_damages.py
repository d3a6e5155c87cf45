"""A row that shows several damages may have more, which its sums do not show."""

import pytest

from tests.activities.document.test_reading import HEADER, SOURCE, TAIL, data_row, read

REPEATED, LONGER = ["2", *TAIL], ["2", "2", "2", *TAIL]
"""Runs that are too long, each by one damage."""
MISPRINTED = ["5", *TAIL[1:]]
ALL = "\t".join(["TOTAL", "", "", "", "48", *["4"] * 24, *["12"] * 8])


def first_of(tail, target="24", total=""):
    return read(*HEADER, data_row("A", target, tail), data_row("B"), *filter(None, [total]), source=SOURCE).rows[0]


@pytest.mark.parametrize(
    ("tail", "target", "repairs", "status"),
    [
        (MISPRINTED, "24", 1, "repaired"),
        (TAIL, "25", 1, "repaired"),
        (LONGER, "24", 3, "repaired"),
        (REPEATED, "24", 1, "repaired"),
        (REPEATED, "25", 2, "inferred"),
    ],
)
def test_a_row_is_repaired_where_its_repairs_are_of_one_damage(tail, target, repairs, status):
    row = first_of(tail, target)
    assert (len(row.repairs), row.status) == (repairs, status)
    assert row.executed == row.programmed == (2,) * 12
    if status == "inferred":
        assert [problem.code for problem in row.problems] == ["several_damages"]
        assert len(row.doubts) == 33


def test_columns_that_add_up_confirm_it_all_the_same():
    row = first_of(REPEATED, "25", ALL)
    assert (row.status, row.confirmed, row.problems) == ("repaired", True, ())
