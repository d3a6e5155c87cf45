"""What a rejected row may add to the columns of its table, which TOTAL is held against all the same."""

from decimal import Decimal

import pytest

from activities.document import read_document
from activities.document.contributing import TITLES, columns_of
from activities.document.model import Accumulation
from tests.activities.document.tables import BLOCKS, META, NAMES, RIEGO, as_csv, lines, quarters

NO_QUARTERS = [*NAMES, *META, *BLOCKS]
DUE_FEB, DONE_FEB = 6, 18
"""Where these months stand, after four names and META."""


def damaged(**cells):
    """Return the lines of a table with a TOTAL row, in whose first row some cells are others."""
    table = lines(NO_QUARTERS)
    total = ["TOTAL", "", "", "", *(sum(column) for column in zip(*(row[4:] for row in table[2:]), strict=True))]
    for place, cell in cells.items():
        table[2][int(place[1:])] = cell
    return [*table, total]


def statuses(table):
    return [row.status for row in read_document(as_csv(table)).rows]


@pytest.mark.parametrize("cell", [33, "?"])
def test_what_a_rejected_row_prints_wrong_puts_no_other_row_in_doubt(cell):
    assert statuses(damaged(**{f"c{DUE_FEB}": cell})) == ["rejected", "exact"]


def test_beside_a_rejected_row_another_misprint_is_seen():
    table = damaged(**{f"c{DUE_FEB}": 33})
    table[3][DONE_FEB] = 7
    assert statuses(table) == ["rejected", "inferred"]
    unreadable = damaged(**{f"c{DUE_FEB}": "?"})
    unreadable[3][DONE_FEB] = 7
    assert statuses(unreadable) == ["rejected", "inferred"]


def test_a_row_that_repeats_another_may_be_counted_or_not():
    table = damaged()
    again = [*table[:3], table[2], *table[3:]]
    assert statuses(again) == ["exact", "rejected", "exact"]
    twice = [*again[:-1], [*again[-1][:4], *(a + b for a, b in zip(again[-1][4:], table[2][4:], strict=True))]]
    assert statuses(twice) == ["exact", "rejected", "exact"]
    twice[-1][DONE_FEB] += 1
    assert statuses(twice) == ["inferred", "rejected", "inferred"]


def test_an_official_row_that_lost_cells_bounds_nothing_and_total_may_say_more_alone():
    table = lines([*NO_QUARTERS, *quarters()])
    total = ["TOTAL", "", "", "", *(sum(column) for column in zip(*(row[4:] for row in table[2:]), strict=True))]
    table[2] = [*table[2][:4], RIEGO.target, *[9] * 40]
    assert statuses([*table, total]) == ["rejected", "exact"]
    total[DONE_FEB] = 0
    total[DONE_FEB + 1] += 3
    assert statuses([*table, total]) == ["rejected", "exact"]
    total[DONE_FEB + 1] = 0
    assert statuses([*table, total]) == ["rejected", "inferred"]


def test_a_row_adds_to_quarters_what_its_accumulation_makes_of_what_was_reported():
    """In the first a 0 was reported where something was due, in the second nothing of what was due."""
    due = [Decimal(month) for month in (0, 0, 6, 3, 0, 6, *[0] * 6)]
    done = [*map(Decimal, (1, 4, 0)), None, Decimal(7), *[None] * 7]
    ways: list[tuple[Accumulation, Decimal | int, int]] = [
        ("last", 0, 0),
        ("average", Decimal("1.667"), 0),
        ("sum", 5, 7),
    ]
    for way, first, second in ways:
        adds = dict(zip(TITLES, columns_of(tuple(due), tuple(done), way), strict=True))
        assert adds["I TRIMESTRE EJEC"] == first
        assert adds["II TRIMESTRE EJEC"] == second
