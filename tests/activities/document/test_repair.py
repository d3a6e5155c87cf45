"""Costs and verdicts of repair (domain.md, "Reading the source document"), as a search that tries everything says."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from activities.document.edits import edits_of
from activities.document.layout import OFFICIAL, Layout
from activities.document.repair import HIGHEST_COST, repair
from tests.activities.document import brute

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


@settings(max_examples=120, deadline=None)
@given(small())
@example((Layout(1, 3), 2, (2, 1, 2, 2, 2, 5, 5), 5))  # a month of 5 with its quarter of 9 lost, or a month of 1 lost
def test_verdict_cost_and_reading_are_those_of_trying_everything(case):
    layout, highest_cost, tail, target = case
    verdict = repair(tail, target, layout, highest_cost)
    status, cost, months = brute.verdict(tail, target, layout.quarters, layout.width, highest_cost)
    assert (verdict.status, verdict.months) == (status, months)
    if status != "rejected":
        assert verdict.cost == cost


@settings(max_examples=150, deadline=None)
@given(damaged(OFFICIAL))
def test_an_accepted_row_always_adds_up(case):
    tail, target = case
    verdict = repair(tail, target)
    if verdict.status == "rejected":
        assert verdict.months == ()
        return
    for cost, months in ((verdict.cost, verdict.months), *verdict.alternatives):
        assert len(months) == 24
        assert sum(month or 0 for month in months[:12]) == target
        edits = edits_of(tail, months, cost)
        quarters = [edit for edit in edits if edit.slot >= OFFICIAL.month_cells]
        assert all(edit.action != "change" for edit in quarters)


@settings(max_examples=150, deadline=None)
@given(damaged(OFFICIAL))
def test_the_explanation_costs_what_the_verdict_says(case):
    tail, target = case
    verdict = repair(tail, target)
    if verdict.status != "rejected":
        assert sum(edit.cost for edit in edits_of(tail, verdict.months, verdict.cost)) == verdict.cost <= HIGHEST_COST
        for cost, months in verdict.alternatives:
            assert sum(edit.cost for edit in edits_of(tail, months, cost + 4)) == cost


def status_and_cost(tail, target=12):
    verdict = repair(tuple(tail), target)
    return verdict.status, verdict.cost


def test_a_row_that_adds_up_is_exact():
    assert status_and_cost(ONES + THREES) == ("exact", 0)


def test_padding_after_the_last_figure_is_free():
    assert status_and_cost((*ONES, *THREES, None, None, None, None, None, None, None, None, None)) == ("exact", 0)


@pytest.mark.parametrize("count", [1, 2])
def test_a_shorter_run_costs_one_a_cell(count):
    assert status_and_cost(ONES[count:] + THREES) == ("repaired", count)


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


def test_a_wrong_digit_costs_two():
    months = (10, 21, 33, 14, 25, 36, 17, 28, 39, 41, 52, 63) * 2
    quarters = (64, 64, 75, 75, 84, 84, 156, 156)
    verdict = repair((80, *months[1:], *quarters), 379)
    assert (verdict.status, verdict.cost, verdict.months) == ("repaired", 2, months)


def test_a_lost_quarter_is_recovered_from_its_months():
    tail = (5, 5, 6) * 8 + (16,) * 7
    verdict = repair(tail, 64)
    assert (verdict.status, verdict.cost, verdict.months) == ("repaired", 2, (5, 5, 6) * 8)


def test_a_printed_quarter_is_never_changed():
    verdict = repair((*ONES, 3, 3, 3, 3, 3, 3, 3, 2), 12)
    assert (verdict.status, verdict.cost) == ("inferred", 2)
    assert all(sum(month or 0 for month in months[21:]) == 2 for _, months in verdict.alternatives)


def test_a_printed_quarter_does_not_pass_for_a_surplus_month():
    months = (1_000_000, 1_000_004, 1_000_002) * 8
    wrong = (*months[:12], 9_000_000, 8_000_000, *months[14:], *[3_000_006] * 8)
    assert repair(wrong, 12_000_024).months == months


def test_quarters_that_do_not_add_to_meta_are_rejected():
    assert repair(ONES + THREES, 13).status == "rejected"


def test_a_blank_executed_month_stays_blank_and_a_zero_stays_zero():
    tail = (1, 0, None) * 8 + (1,) * 8
    verdict = repair(tail, 4)
    assert verdict.status == "exact"
    assert verdict.months == (1, 0, 0) * 4 + (1, 0, None) * 4


def test_large_unknown_months_are_shared_by_rule_and_not_enumerated():
    months = [1_000_000, 1_000_004, 1_000_002] * 8
    quarters = [3_000_006] * 8
    months[12], months[13] = 9_000_000, 8_000_000
    verdict = repair((*months, *quarters), 12_000_024)
    assert (verdict.status, verdict.cost, verdict.more) == ("inferred", 4, True)
    assert verdict.months == tuple([1_000_000, 1_000_004, 1_000_002] * 8)
    assert len(verdict.alternatives) == 10
    assert all(sum(month or 0 for month in other[12:15]) == 3_000_006 for _, other in verdict.alternatives)


def test_several_readings_with_the_same_quarters_are_inferred_with_the_others_listed():
    tail = (13, 13, 18, 13, 13, 19) * 4
    verdict = repair((*tail[:-1], 44, 44, 45, 45, 44, 44, 45, 45), 178)
    assert (verdict.status, verdict.cost, verdict.months) == ("inferred", 2, tail)
    assert [months[21:] for _, months in verdict.alternatives] == [(13, 19, 13), (19, 13, 13)]


def test_cheapest_readings_with_different_quarters_are_rejected():
    tail = (1, 0, 1, 2, 4, 1, 1, 1, 0, 0, 2, 0) * 2 + (2, 2, 7, 7, 2, 2, 2)
    verdict = repair(tail, 13)
    assert (verdict.status, verdict.reason) == ("rejected", "ambiguous")


def test_a_surplus_cell_after_the_last_quarter_is_explained():
    tail = (*ONES, *THREES, 1)
    assert status_and_cost(tail) == ("repaired", 2)
    (edit,) = edits_of(tail, ONES, 2)
    assert (edit.action, edit.printed, edit.cost) == ("drop", 1, 2)


def test_of_two_scripts_with_one_reading_the_cheaper_counts():
    tail = (1, *(0,) * 4, 1, *(0,) * 6, 1, None, *(0,) * 3, 1, 0, 1, 0, 0, 0, 1, 0, 0, 2, 0, 0)
    verdict = repair(tail, 3)
    assert (verdict.status, verdict.cost, [cost for cost, _ in verdict.alternatives]) == ("inferred", 5, [6])
