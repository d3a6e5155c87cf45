"""Columns decide between readings: one choice that makes all of them add to TOTAL, none, several, too many."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from activities.document import choosing, read_document
from activities.document.checking import Equations
from activities.document.contradicting import CONTRADICTED
from activities.document.contributing import TITLES, Contribution
from activities.document.deciding import decided
from activities.document.model import Alternative, Problem, Row, Stated
from activities.document.rows import MORE
from tests.activities.document.generator import EVERY_KIND, Style, damage, document, true_row
from tests.activities.document.test_generated import is_true
from tests.searching import examples

WIDTH, MONTHS = 3, 12


def figures(*months):
    """Return twelve months, these first."""
    return tuple(map(Decimal, (*months, *[0] * (MONTHS - len(months)))))


def row(line, executed, *others, status="inferred", problems=()):
    """Return a row that programmed one a month in the first quarter, with its readings as executed months."""
    due = figures(1, 1, 1)
    made = Row(line, "U", "M", "A", "K", status, (), Decimal(3), due, figures(*executed), problems=problems)
    tail = (*due, *figures(*executed), *([Decimal(0)] * 8))
    alternatives = tuple(Alternative(due, figures(*other), 12) for other in others)
    return replace(made, alternatives=alternatives, tail=tail, printed_target=Decimal(3))


def stated(*executed):
    """Return a TOTAL row of rows that executed so."""
    blocks = [
        [sum(column) for column in zip(*blocks, strict=True)]
        for blocks in ([figures(1, 1, 1)] * len(executed), [figures(*each) for each in executed])
    ]
    sums = [[sum(block[at : at + WIDTH]) for at in range(0, MONTHS, WIDTH)] for block in blocks]
    return Stated(99, sum(blocks[0]), tuple(blocks[0]), tuple(blocks[1]), tuple(zip(*sums, strict=True)))


def test_the_only_choice_that_adds_up_is_taken_and_confirmed():
    rows = [row(1, (1, 1, 1), (2, 1, 0)), row(2, (1, 0, 2), (0, 1, 2)), row(3, (1,), status="exact")]
    read, remarks = decided(rows, stated((2, 1, 0), (1, 0, 2), (1,)))
    assert remarks == []
    assert [(each.executed, each.confirmed) for each in read] == [
        (figures(2, 1, 0), True),
        (figures(1, 0, 2), True),
        (figures(1), False),
    ]
    assert [other.executed for other in read[0].alternatives] == [figures(1, 1, 1)]


def test_a_repaired_row_is_confirmed_where_all_columns_add_up():
    rows = [row(1, (1, 1, 1), status="repaired"), row(2, (1,), status="exact")]
    assert [each.confirmed for each in decided(rows, stated((1, 1, 1), (1,)))[0]] == [True, False]


def test_two_choices_that_add_up_confirm_neither_and_change_nothing():
    rows = [row(1, (1, 0, 1), (0, 1, 1)), row(2, (0, 1, 1), (1, 0, 1)), row(3, (3, 0, 0, 1), (3, 0, 0, 0, 1))]
    read, _ = decided(rows, stated((1, 0, 1), (0, 1, 1), (3, 0, 0, 0, 1)))
    assert [each.confirmed for each in read] == [False, False, True]
    assert read[:2] == rows[:2]


def test_where_no_choice_adds_up_the_columns_are_said_and_no_row_is_certain():
    rows = [row(1, (1, 0, 1), (0, 1, 1)), row(2, (1, 1, 1), status="repaired")]
    read, (remark,) = decided(rows, stated((5, 0, 1), (1, 1, 1)))
    assert [(each.status, each.confirmed, each.executed) for each in read] == [
        ("inferred", False, each.executed) for each in rows
    ]
    assert (remark.code, remark.line) == ("columns_differ", 99)
    titles = "EJECUTADO ENE, I TRIMESTRE EJEC"
    assert remark.detail.startswith(f"2 columnas no suman lo que dice la fila TOTAL, con ninguna lectura: {titles}.")
    assert remark.detail.endswith("2 filas quedan inferidas (líneas 1, 2).")


OFFICIAL = Equations(has_target=True, totals=(False, False), quarters=(True,) * 8)
ONLY_META = Equations(has_target=True, totals=(False, False), quarters=(False,) * 8)


@pytest.mark.parametrize(
    ("executed", "equations", "doubts"),
    [
        ((5, 0, 1), OFFICIAL, []),  # one month that its quarter does not follow: TOTAL is misprinted
        ((2, 0, 1), OFFICIAL, ["EJECUTADO ENE", "EJECUTADO FEB"]),  # shifted within a quarter
        ((1, 1, 1, 2), OFFICIAL, ["EJECUTADO ABR"]),  # a month and its quarter are both another
        ((5, 1, 1), ONLY_META, ["EJECUTADO ENE"]),  # nothing in the row holds it
    ],
)
def test_a_figure_that_total_contradicts_and_its_row_does_not_hold_is_in_doubt(executed, equations, doubts):
    said = stated(executed)
    if executed == (5, 0, 1):
        said = replace(stated((1, 1, 1)), executed=figures(5, 1, 1))
    whole = replace(row(1, (1, 1, 1), status="exact"), executed=figures(1, 1, 1, *[1] * (len(executed) - 3)))
    whole = whole if len(executed) > 3 else row(1, (1, 1, 1), status="exact")
    (read,), (remark,) = decided([whole], said, {1: equations})
    assert (list(read.doubts), read.status) == (doubts, "inferred" if doubts else "exact")
    assert [problem.code for problem in read.problems] == [CONTRADICTED] * bool(doubts)
    assert remark.code == "columns_differ"


def test_rows_that_are_missing_explain_what_total_says_more_but_not_what_it_says_less():
    missing = figures(3, 2, 1)
    said = stated((0, 2, 1), (1,))
    said = replace(
        said,
        programmed=tuple(map(sum, zip(said.programmed, missing, strict=True))),
        annual_target=said.annual_target + 6,
    )
    read, remarks = decided([row(1, (0, 1, 1), status="exact"), row(2, (1,), status="exact")], said, {})
    assert ([each.status for each in read], remarks) == (["exact", "exact"], [])
    read, (remark,) = decided([row(1, (1, 1, 1), status="exact"), row(2, (1,), status="exact")], said, {})
    assert [each.doubts for each in read] == [("EJECUTADO ENE",)] * 2
    assert "EJECUTADO ENE." in remark.detail


def test_a_row_whose_list_was_cut_is_not_confirmed_and_its_columns_decide_nothing():
    cut = row(2, (0, 0, 1), problems=(Problem(MORE, "", 2),))
    cut = replace(cut, doubts=("EJECUTADO MAR", "EJECUTADO FEB"))
    rows = [row(1, (1, 0, 1), (1, 1, 0)), row(3, (2,), (3,)), row(4, (1,), status="repaired"), cut]
    read, remarks = decided(rows, stated((1, 1, 0), (3,), (1,), (0, 1, 0)))
    assert remarks == []
    assert [each.confirmed for each in read] == [False, True, False, False]


def test_readings_that_are_not_shown_are_held_against_the_columns_too():
    long = replace(
        row(1, (1, 0, 1), (1, 1, 0), problems=(Problem(MORE, "", 1),)),
        beyond=(Alternative(figures(1, 1, 1), figures(0, 1, 1), 12),),
        doubts=("EJECUTADO ENE", "EJECUTADO FEB", "EJECUTADO MAR"),
    )
    (read,), remarks = decided([long], stated((0, 1, 1)))
    assert (read.executed, read.confirmed, read.beyond, remarks) == (figures(0, 1, 1), True, (), [])
    exact = row(2, (0, 1), status="exact")
    rows, _ = decided([long, exact], stated((0, 1, 1), (0, 0, 1)))
    assert [(each.status, each.confirmed) for each in rows] == [("inferred", False)] * 2


def test_where_there_are_too_many_choices_rows_with_few_readings_are_decided(monkeypatch):
    monkeypatch.setattr(choosing, "MOST_STATES", 3)
    ways = [(0, 0, 0, at) for at in range(1, 13)]
    rows = [row(1, *ways), row(2, (1,), (2,)), row(3, *ways)]
    read, remarks = decided(rows, stated(ways[4], (2,), ways[5]))
    assert [each.confirmed for each in read] == [False, True, False]
    assert remarks == []


@pytest.mark.parametrize(("accumulation", "sure"), [("sum", False), ("last", True), ("average", False)])
def test_a_column_adds_what_rows_come_to_by_rule_3(accumulation, sure):
    """Of the average, which is rounded in print, quarters and META decide nothing."""
    last = replace(row(1, (1, 1, 4), status="exact"), accumulation=accumulation)
    said = stated((1, 1, 4), (1, 1, 1))
    quarters = ((Decimal(1 + 3), Decimal(4 + 3)), *said.quarters[1:])
    said = replace(said, quarters=quarters, annual_target=Decimal(1 + 3))
    read, remarks = decided([last, row(2, (1, 1, 1), status="repaired")], said)
    assert [each.confirmed for each in read] == [False, sure]
    assert [remark.code for remark in remarks] == (["columns_differ"] if accumulation == "sum" else [])


def test_a_document_without_all_totals_decides_nothing():
    rows = [row(1, (1, 1, 1), (2, 1, 0))]
    said = stated((1, 1, 1))
    assert decided(rows, replace(said, quarters=())) == (rows, [])
    assert decided(rows, None) == (rows, [])


def columns(executed):
    """Return what a row adds that programmed one a month in the first quarter."""
    said = stated(executed)
    quarters = [figure for pair in said.quarters for figure in pair]
    return (*said.programmed, *said.executed, *quarters, said.annual_target)


def test_beside_a_rejected_row_columns_contradict_and_confirm_nothing():
    rows = [row(1, (1, 1, 1), status="repaired"), row(2, (), status="rejected")]
    printed, mended = columns((1, 1, 1)), columns((1, 1, 3))
    change = tuple(a - b for a, b in zip(mended, printed, strict=True))
    known = Contribution(printed, (((Decimal(0),) * 33, change),))
    for executed, status in (((1, 1, 3), "repaired"), ((1, 1, 4), "inferred")):
        read, remarks = decided(rows, stated((1, 1, 1), executed), {1: ONLY_META}, [known])
        assert [each.status for each in read] == [status, "rejected"]
        assert [each.confirmed for each in read] == [False, False]
        assert [remark.code for remark in remarks] == ["columns_differ"] * (status == "inferred")


def test_what_a_rejected_row_adds_may_be_unknown_but_is_not_less_than_nothing():
    rows = [row(1, (1, 1, 1), status="exact"), row(2, (), status="rejected")]
    for january, status in ((1, "exact"), (9, "exact"), (0, "inferred")):
        said = replace(stated((1, 1, 1)), executed=figures(january, 1, 1))
        assert decided(rows, said, {1: ONLY_META}, [None])[0][0].status == status
        unreadable = Contribution((Decimal(0),) * 33, unreadable=frozenset((12, 24, 25)))
        assert decided(rows, said, {1: ONLY_META}, [unreadable])[0][0].status == status


@pytest.mark.parametrize(("most", "codes"), [(4, []), (3, ["columns_undecided"])])
def test_the_work_is_bounded_and_what_is_undecided_is_said(monkeypatch, most, codes):
    """Four readings of the first row leave four sums, until the second is chosen."""
    monkeypatch.setattr(choosing, "MOST_STATES", most)
    ways = [(1,), (2,), (3,), (4,)]
    rows = [row(1, *ways), row(2, (1,), (2,))]
    _, remarks = decided(rows, stated((4,), (2,)))
    assert [remark.code for remark in remarks] == codes


@pytest.mark.parametrize("wrong", [False, True], ids=["right", "misprinted"])
@pytest.mark.parametrize("seed", range(examples(10, least=1)))
def test_no_confirmed_row_of_a_random_document_is_wrong(seed, wrong):
    random = Random(seed)
    rows = [true_row(random, number) for number in range(1, random.randint(4, 20))]
    for each in rows:
        damage(random, each, random.choice([0, 0, 1, 1, 1]), EVERY_KIND)
    read = read_document(document(random, rows, Style(), columns=True, wrong=wrong)).rows
    pairs = list(zip(rows, read, strict=True))
    assert [each.line for true, each in pairs if each.confirmed and not is_true(true, each)] == []


def test_titles_are_those_of_all_columns():
    assert (len(TITLES), TITLES[0], TITLES[-1]) == (33, "PROGRAMADO ENE", "META")
