"""Costs and verdicts of repair (domain.md, "Reading the source document"), as a search that tries everything says."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from activities.document import outlook, read_document
from activities.document.edits import edits_of
from activities.document.layout import OFFICIAL, Layout, slot_title
from activities.document.preference import quarters_of
from activities.document.programme import COST_META
from activities.document.repair import HIGHEST_COST, repair
from tests.activities.document import brute
from tests.activities.document.test_reading import HEADER
from tests.searching import examples

CELL = st.sampled_from([None, 0, 1, 1, 2, 2, 3])
ONES, THREES = (1,) * 24, (3,) * 8


@st.composite
def damaged(draw, layout):
    """Draw a tail that added up before up to four cells were lost, repeated or changed; and its META."""
    programmed = draw(st.lists(st.sampled_from([0, 1, 1, 2]), min_size=layout.months, max_size=layout.months))
    executed = [draw(st.sampled_from([month, month, month, None, 0, 1])) for month in programmed]
    starts = range(0, layout.months, layout.width)
    quarters = [
        sum(month or 0 for month in block[start : start + layout.width])
        for start in starts
        for block in (programmed, executed)
    ]
    tail = [*programmed, *executed, *quarters]
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(tail)))
        edit = draw(st.sampled_from(["lose", "repeat", "change"]))
        if edit == "repeat":
            tail.insert(at, tail[at - 1] if at else None)
        elif at < len(tail):
            tail[at : at + 1] = [] if edit == "lose" else [draw(CELL)]
    return tuple(tail), sum(programmed)


@st.composite
def small(draw):
    """Draw a small layout with how far to search it, and a damaged or arbitrary tail."""
    layout, highest_cost = draw(
        st.sampled_from([(Layout(1, 2), 4), (Layout(2, 1), 4), (Layout(2, 2), 1), (Layout(1, 3), 2)])
    )
    anything = st.tuples(st.lists(CELL, max_size=layout.cells + 2).map(tuple), st.integers(0, 4))
    tail, target = draw(st.one_of(damaged(layout), damaged(layout), anything))
    return layout, highest_cost, tail, target


@settings(max_examples=examples(200), deadline=None)
@given(small())
@example((Layout(1, 3), 2, (2, 1, 2, 2, 2, 5, 5), 5))  # a month of 5 with its quarter of 9 lost, or a month of 1 lost
def test_verdict_cost_and_reading_are_those_of_trying_everything(case):
    layout, highest_cost, tail, target = case
    verdict = repair(tail, target, layout, highest_cost)
    status, cost, months, doubts = brute.verdict(tail, target, layout.quarters, layout.width, highest_cost)
    if verdict.status == "inferred" and not verdict.alternatives:  # one reading, of which nothing checks a quarter
        assert (status, verdict.months, verdict.more) == ("repaired", months, True)
        assert all(slot >= layout.months for slot in verdict.doubts)
    else:
        assert (verdict.status, verdict.months, verdict.doubts) == (status, months, doubts)
    if status != "rejected":
        assert verdict.cost == cost


def test_a_search_ends_after_the_steps_that_a_row_is_worth(monkeypatch):
    """This one takes 1,045: the cheapest readings are found before, those that cost one more just then."""
    tail = (*ONES[1:], *THREES)
    verdicts = []
    for steps in (1045, 1044, 100):
        monkeypatch.setattr(outlook, "MOST_STEPS", steps)
        verdicts.append(repair(tail, 12))
    whole, short, shorter = verdicts
    assert (whole.status, whole.doubts, whole.more) == ("inferred", (23, 31), False)
    assert (short.status, short.months, len(short.doubts), short.more) == ("inferred", whole.months, 33, True)
    assert (shorter.status, shorter.reason) == ("rejected", "too_many_readings")


@pytest.mark.parametrize(("lost", "shown", "beyond"), [(1, 1, 0), (2, 10, 43), (3, 10, 0)])
def test_readings_that_are_not_shown_are_kept_if_there_are_not_too_many(lost, shown, beyond):
    verdict = repair((*ONES[lost:], *THREES), 12)
    assert (len(verdict.alternatives), len(verdict.beyond), verdict.more) == (shown, beyond, shown == 10)
    readings = {verdict.months, *(months for _, months in (*verdict.alternatives, *verdict.beyond))}
    assert len(readings) == 1 + shown + beyond


@settings(max_examples=examples(150), deadline=None)
@given(damaged(OFFICIAL))
def test_the_explanation_of_each_reading_costs_what_the_verdict_says(case):
    tail, target = case
    verdict = repair(tail, target)
    if verdict.status == "rejected":
        assert verdict.months == ()
        return
    for cost, months in ((verdict.cost, verdict.months), *verdict.alternatives):
        assert len(months) == 24
        meta = 0 if sum(month or 0 for month in months[:12]) == target else COST_META
        edits = edits_of(tail, months, quarters_of(months, OFFICIAL), cost - meta)
        assert sum(edit.cost for edit in edits) == cost - meta <= HIGHEST_COST + 1


def status_and_cost(tail, target=12):
    verdict = repair(tuple(tail), target)
    return verdict.status, verdict.cost


def test_a_row_that_adds_up_is_exact():
    assert status_and_cost(ONES + THREES) == ("exact", 0)


def test_padding_after_the_last_figure_is_free():
    assert status_and_cost((*ONES, *THREES, None, None, None, None, None, None, None, None, None)) == ("exact", 0)


@pytest.mark.parametrize("count", [1, 2])
def test_a_shorter_run_costs_one_a_cell(count):
    assert status_and_cost(ONES[count:] + THREES) == ("inferred", count)


def test_what_another_reading_that_costs_one_more_does_not_touch_is_in_no_doubt():
    verdict = repair(ONES[1:] + THREES, 12)
    assert verdict.months == ONES
    assert verdict.alternatives == ((2, (*ONES[1:], 3)),)  # a quarterly cell was lost, and December is 3
    assert [slot_title(slot) for slot in verdict.doubts] == ["EJECUTADO DIC", "IV TRIMESTRE EJEC"]


@pytest.mark.parametrize("count", [1, 4, 8])
def test_a_longer_run_costs_one_a_cell(count):
    assert status_and_cost(ONES + (1,) * count + THREES) == ("repaired", count)


def test_nothing_dearer_than_eight_is_read():
    verdict = repair(ONES + (1,) * 9 + THREES, 12)
    assert (verdict.status, verdict.reason) == ("rejected", "no_reading")


def test_a_lost_blank_costs_one():
    tail = (*[None] * 6, 4, 4, 3, 4, 5, 6) * 2 + (0, 0, 0, 0, 11, 11, 15, 15)
    assert status_and_cost(tail, 26) == ("exact", 0)
    assert status_and_cost(tail[1:], 26) == ("repaired", 1)


MONTHS = (10, 21, 33, 14, 25, 36, 17, 28, 39, 41, 52, 63) * 2
QUARTERS = (64, 64, 75, 75, 84, 84, 156, 156)


def test_a_wrong_digit_costs_two():
    verdict = repair((80, *MONTHS[1:], *QUARTERS), 379)
    assert (verdict.status, verdict.cost, verdict.months) == ("repaired", 2, MONTHS)


def test_a_wrong_digit_may_be_in_any_month_of_its_quarter():
    verdict = repair((11, *MONTHS[1:], *QUARTERS), 379)
    assert (verdict.status, verdict.cost, verdict.months) == ("inferred", 2, MONTHS)
    titles = ["PROGRAMADO ENE", "PROGRAMADO FEB", "PROGRAMADO MAR"]
    assert [slot_title(slot) for slot in verdict.doubts] == titles
    assert [cost for cost, _ in verdict.alternatives] == [2, 2]


def test_a_wrong_meta_costs_two():
    verdict = repair(MONTHS + QUARTERS, 380)
    assert (verdict.status, verdict.cost, verdict.months) == ("repaired", 2, MONTHS)


def test_a_wrong_programmed_quarter_costs_two():
    verdict = repair((*MONTHS, 65, *QUARTERS[1:]), 379)
    assert (verdict.status, verdict.cost, verdict.months) == ("repaired", 2, MONTHS)


def test_a_wrong_executed_quarter_may_be_a_wrong_month():
    verdict = repair((*MONTHS, 64, 65, *QUARTERS[2:]), 379)
    assert (verdict.status, verdict.cost) == ("inferred", 2)
    titles = ["EJECUTADO ENE", "EJECUTADO FEB", "EJECUTADO MAR", "I TRIMESTRE EJEC"]
    assert [slot_title(slot) for slot in verdict.doubts] == titles
    assert verdict.months == MONTHS


def test_a_meta_without_any_figure_is_no_misprint():
    assert repair((None,) * 32, 5).reason == "no_reading"
    assert repair((), 5).status == "rejected"
    assert repair((), 0).status == "exact"


def test_a_wrong_meta_and_a_wrong_quarter_cost_four():
    verdict = repair((*MONTHS, 65, *QUARTERS[1:]), 500)
    assert (verdict.cost, verdict.months) == (4, MONTHS)


def test_a_lost_executed_quarter_leaves_its_months_unchecked():
    months = (*MONTHS[:21], 40, *MONTHS[22:])
    verdict = repair((*months, *QUARTERS[:7]), 379)
    assert (verdict.status, verdict.cost, verdict.months) == ("inferred", 2, months)
    titles = ["EJECUTADO OCT", "EJECUTADO NOV", "EJECUTADO DIC", "IV TRIMESTRE EJEC"]
    assert ([slot_title(slot) for slot in verdict.doubts], verdict.more) == (titles, True)


def test_a_lost_programmed_quarter_is_recovered():
    verdict = repair((*MONTHS, *QUARTERS[:2], *QUARTERS[3:]), 379)
    assert (verdict.status, verdict.cost, verdict.months) == ("repaired", 2, MONTHS)


def test_a_blank_executed_month_stays_blank_and_a_zero_stays_zero():
    tail = (1, 0, None) * 8 + (1,) * 8
    verdict = repair(tail, 4)
    assert verdict.status == "exact"
    assert verdict.months == (1, 0, 0) * 4 + (1, 0, None) * 4


def test_large_unknown_months_are_shared_by_rule_and_not_enumerated():
    months = [1_000_000, 1_000_004, 1_000_002] * 8
    wrong = [9_000_000, 9_000_000, *months[2:], *[3_000_006] * 8]
    verdict = repair(tuple(wrong), 12_000_024)
    assert (verdict.status, verdict.cost, verdict.more) == ("inferred", 4, True)
    assert verdict.months == tuple(months)
    assert len(verdict.alternatives) == 10


def test_several_readings_with_the_same_quarters_are_inferred_with_the_others_listed():
    tail = (13, 13, 18, 13, 13, 19) * 4
    verdict = repair((*tail[:-1], 44, 44, 45, 45, 44, 44, 45, 45), 178)
    assert (verdict.status, verdict.cost, verdict.months) == ("inferred", 2, tail)
    assert [months[21:] for cost, months in verdict.alternatives if cost == 2][:2] == [(13, 19, 13), (19, 13, 13)]


def test_a_surplus_cell_after_the_last_quarter_is_explained():
    tail = (*MONTHS, *QUARTERS, 1)
    assert status_and_cost(tail, 379) == ("repaired", 2)
    (edit,) = edits_of(tail, MONTHS, quarters_of(MONTHS, OFFICIAL), 2)
    assert (edit.action, edit.printed, edit.cost) == ("drop", 1, 2)


@pytest.mark.parametrize("said", ["ÚLTIMO", "PROMEDIO"])
def test_a_row_of_another_accumulation_is_never_repaired_as_a_sum(said):
    """All its figures are 15, and one was lost; under a sum this would be a row with other quarters."""
    groups, months = (line.split("\t") for line in HEADER[-2:])
    at = groups.index("META")
    header = ["\t".join([*line[:at], title, *line[at:]]) for line, title in ((groups, "ACUMULACIÓN"), (months, ""))]
    names = ["U", "M", "A", "K", said]
    rows = ["\t".join([*names, "15", *["15"] * count]) for count in (32, 31)]
    whole, damaged = (read_document("\n".join([*HEADER[:-2], *header, row]).encode()).rows[0] for row in rows)
    assert whole.status == "exact"
    assert whole.annual_target == 15
    assert damaged.status == "inferred"
    assert damaged.annual_target == 15
    assert {*damaged.programmed, *damaged.executed} == {15}
