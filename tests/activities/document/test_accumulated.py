"""Repairs under ÚLTIMO and PROMEDIO: minimal, against a search that tries every value, on layouts of a few cells."""

from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

import pytest

from activities.document import read_document
from activities.document.accumulated import repair_accumulated
from activities.document.layout import Layout
from tests.activities.document import brute
from tests.activities.document.tables import MONTHS, as_csv
from tests.activities.document.tables import QUARTERS as QUARTERS_OF_YEAR
from tests.searching import examples

WAYS = ("last", "average")
HALF, WIDTH, QUARTERS = 3, 3, 1
SMALL = Layout(QUARTERS, WIDTH)
HIGHEST = 2


def come_to(due, done, way):
    """Return what months come to, `done` ones beside those that were due, by rule 3; without `done`, those due."""
    if done is None:
        known = [month for month in due if month]
    else:
        zero = way == "average"
        known = [month for month, planned in zip(done, due, strict=True) if month or (month == 0 and (planned or zero))]
    if not known:
        return 0
    return known[-1] if way == "last" else Decimal(sum(known)) / len(known)


def rounded(value):
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def sums(months, way):
    """Return PROG and EJEC of each quarter."""
    due, done = months[:HALF], months[HALF:]
    runs = [slice(start, start + WIDTH) for start in range(0, HALF, WIDTH)]
    return tuple(cell for run in runs for cell in (come_to(due[run], None, way), come_to(due[run], done[run], way)))


def is_printed(cell, value):
    """Tell whether a cell prints a value: rounded, and a blank only nothing at all."""
    return value == 0 if cell is None else rounded(Decimal(value)) == cell


def quarterly(left, values, mode):
    """Return the least cost of changing cells and of adding or dropping them; blanks at the end are free."""
    if not left:
        return 2 * sum(value != 0 for value in values)
    best = 99
    if values:
        best = 2 * (not is_printed(left[0], values[0])) + quarterly(left[1:], values[1:], mode)
    if mode == brute.SURPLUS:
        return min(best, 2 + quarterly(left[1:], values, mode))
    return min(best, 2 + quarterly(left, values[1:], mode)) if values else best


def every_reading(tail, target, way, bound, highest):
    """Return {months: cost} of every reading that costs at most `bound`."""
    cells = list(tail)
    while cells and cells[-1] is None:
        cells.pop()
    printed = len(cells)
    cells += [None] * (SMALL.cells - printed)
    ways = {(0, ()): 0}
    for slot in range(2 * HALF):
        ways = brute._slot(brute._dropped(ways, cells, bound), cells, bound, highest, blank=0 if slot < HALF else None)
    costs: dict[Any, int] = {}
    for (used, taken), cost in brute._dropped(ways, cells, bound).items():
        meta = 0 if is_printed(target, come_to(taken[:HALF], None, way)) else 2
        for mode in (brute.LOST, brute.SURPLUS):
            left = tuple(cells[used : max(used, printed)])
            spent = cost + meta + quarterly(left, sums(taken, way), mode)
            if spent <= bound:
                costs[taken] = min(spent, costs.get(taken, spent))
    return costs


def damaged(random, way):
    """Return the tail and META of a random row with a damage or two."""
    months = [random.choice([0, 1, 2, 2, 3]) for _ in range(HALF)]
    done = [random.choice([month, month, 0, 1, None]) for month in months]
    tail = [*(month or None for month in months), *done, *map(rounded, map(Decimal, sums((*months, *done), way)))]
    for _ in range(random.choice([1, 1, 2])):
        at = random.randrange(len(tail))
        change = random.choice(["drop", "add", "value"])
        if change == "drop":
            del tail[at]
        elif change == "add":
            tail.insert(at, tail[at])
        else:
            tail[at] = random.choice([1, 2, 3, 4])
    return tail, rounded(Decimal(come_to(tuple(months), None, way)))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", range(examples(40, least=1)))
def test_a_repair_is_as_cheap_as_any_and_certain_only_where_no_other_is_near(way, seed):
    tail, target = damaged(Random(seed), way)
    highest = 1 + max(target, *(cell or 0 for cell in tail))
    near = every_reading(tail, target, way, HIGHEST + 1, highest)
    cheapest = min(near.values(), default=HIGHEST + 1)
    verdict = repair_accumulated(
        [None if cell is None else Decimal(cell) for cell in tail], Decimal(target), way, SMALL
    )
    if verdict.status == "rejected":
        assert verdict.reason == "too_many_readings" or cheapest > HIGHEST
        return
    assert verdict.cost == cheapest
    best = [months for months, cost in near.items() if cost == cheapest]
    close = [months for months, cost in near.items() if cost <= cheapest + 1]
    taken = tuple(None if month is None else int(month) for month in verdict.months)
    assert taken in best
    if verdict.status == "repaired":
        assert close == [taken]


TITLES = [
    ["ÓRGANO/UNIDAD ORGÁNICA", "ACTIVIDAD MEF", "ACTIVIDAD POI", "UNIDAD DE MEDIDA", "ACUMULACIÓN", "META"],
    [""] * 6,
]
BLOCKS = (["PROGRAMADO", *[""] * 11, "EJECUTADO", *[""] * 11], list(MONTHS) * 2)
OF_QUARTERS = ([title for quarter in QUARTERS_OF_YEAR for title in (quarter, "")], ["PROG", "EJEC"] * 4)


def read_as(said, target, months, quarters, edit):
    tail = [*months, *months, *quarters]
    edit(tail)
    header = [[*first, *blocks, *sums] for first, blocks, sums in zip(TITLES, BLOCKS, OF_QUARTERS, strict=True)]
    (row,) = read_document(as_csv([*header, ["U", "M", "A", "K", said, target, *tail]])).rows
    return row


def test_a_cell_that_is_one_too_many_is_dropped_from_averages():
    months, quarters = range(4, 16), [5, 5, 8, 8, 11, 11, 14, 14]
    row = read_as("PROMEDIO", "9.5", months, quarters, lambda tail: tail.insert(3, 7))
    assert (row.status, row.programmed) == ("repaired", tuple(map(Decimal, months)))
    assert [repair.description for repair in row.repairs] == ["PROGRAMADO ABR: se quitó 7"]


def test_under_the_last_month_nothing_is_certain_that_counts_for_nothing():
    months, quarters = range(4, 16), [6, 6, 9, 9, 12, 12, 15, 15]
    row = read_as("ÚLTIMO", 15, months, quarters, lambda tail: tail.__setitem__(2, 99))
    assert (row.status, row.programmed) == ("inferred", tuple(map(Decimal, months)))
    assert "PROGRAMADO ENE" in row.doubts
    assert row.repairs[0].description == "PROGRAMADO MAR: se cambió 99 por 6"
    assert read_as("ÚLTIMO", 15, months, quarters, lambda tail: tail.__setitem__(slice(0, 9), [])).status == "rejected"


@pytest.mark.parametrize(
    ("target", "first", "status"),
    [
        ("9.583", ("5.333", "5.333"), "exact"),
        ("9.583", ("5.333", "5"), "inferred"),  # others print decimals, so this one is not rounded
        ("9.583", ("5.33", "5.3"), "exact"),  # columns may be rounded otherwise
        ("9.583", ("5", "5"), "exact"),
        ("10", ("5", "5"), "exact"),
    ],
)
def test_averages_are_rounded_as_far_as_the_table_prints_them(target, first, status):
    months = [4, 5, 7, *range(7, 16)]
    row = read_as("PROMEDIO", target, months, [*first, 8, 8, 11, 11, 14, 14], lambda tail: None)
    assert (row.status, row.repairs == ()) == (status, status != "inferred")


@pytest.mark.parametrize(("said", "come_to"), [("ÚLTIMO", "terminan en 7"), ("PROMEDIO", "promedian 5")])
def test_a_row_that_adds_up_though_it_says_otherwise_is_rejected_for_what_it_says(said, come_to):
    months = [4, 5, 7, *range(7, 16)]
    quarters = [sum(months[start : start + 3]) for start in range(0, 12, 3) for _ in range(2)]
    row = read_as(said, sum(months), months, quarters, lambda tail: None)
    (problem,) = row.problems
    assert (row.status, problem.code) == ("rejected", "no_reading")
    assert f"los meses programados del I TRIMESTRE {come_to} y el trimestre dice 16" in problem.detail
