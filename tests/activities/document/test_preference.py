"""Which reading is preferred: closest to the programme, then what keeps the quarters, then most even."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.document.layout import Layout
from activities.document.preference import preference, shares
from tests.searching import examples


@settings(max_examples=examples(100))
@given(st.integers(0, 9), st.lists(st.integers(0, 6), min_size=1, max_size=3))
def test_shares_are_the_best_of_all_ways_to_share(rest, goals):
    ways = [way for way in product(range(rest + 1), repeat=len(goals)) if sum(way) == rest]

    def merit(way):
        apart = sum(abs(part - goal) for part, goal in zip(way, goals, strict=True))
        return apart, sum(part * part for part in way), way

    assert tuple(shares(rest, goals)) == min(ways, key=merit)


FIGURE = st.none() | st.integers(0, 4)


def blanks_as_zeros(months):
    return [month or 0 for month in months]


QUARTERS = st.tuples(st.integers(0, 4), st.integers(0, 4))


READING = st.tuples(FIGURE, FIGURE, FIGURE, st.integers(1, 4))
"""Something was executed: a last quarter of 0 need not be printed."""


@settings(max_examples=examples(100))
@given(st.lists(READING, min_size=2, max_size=5, unique=True), QUARTERS)
def test_the_preferred_reading_is_the_closest_then_one_that_keeps_quarters_then_the_most_even(readings, quarters):
    """In a layout of one quarter of two months; each rule decides only what the ones before it leave equal."""
    layout = Layout(quarters=1, width=2)
    tail = (*readings[0], *quarters)

    def apart(months):
        programmed, executed = blanks_as_zeros(months)[:2], blanks_as_zeros(months)[2:]
        return sum(abs(one - other) for one, other in zip(programmed, executed, strict=True))

    def changes(months):
        figures = blanks_as_zeros(months)
        return (sum(figures[:2]), sum(figures[2:])) != quarters or sum(figures[:2]) != quarters[0]

    def uneven(months):
        one, two, three, four = blanks_as_zeros(months)
        return (one - two) ** 2 + (three - four) ** 2

    left = list(readings)
    for merit in (apart, changes, uneven):
        left = [reading for reading in left if merit(reading) == min(map(merit, left))]
    first = min(left, key=lambda months: [(month is not None, month or 0) for month in months])
    assert min(readings, key=lambda months: preference(months, layout, tail, quarters[0])) == first


@pytest.mark.parametrize(
    ("preferred", "other", "quarters", "target"),
    [
        ((2, 2, 2, 2), (1, 3, 3, 1), (9, 9), 4),  # closest before all
        ((3, 3, 3, 3), (1, 3, 3, 1), (4, 4), 4),  # also before one that keeps quarters
        ((1, 3, 1, 3), (2, 2, 2, 1), (4, 4), 4),
        ((1, 3, 1, 3), (2, 3, 2, 3), (4, 4), 4),  # then one that keeps quarters
        ((1, 4, 1, 4), (2, 2, 2, 2), (5, 5), 5),  # before evenness
        ((2, 2, 2, 2), (1, 4, 1, 4), (5, 5), 4),  # and META
        ((2, 2, 2, 2), (1, 3, 1, 3), (4, 4), 4),  # then the most even
        ((1, 3, 1, 3), (3, 1, 3, 1), (4, 4), 4),  # then the first in order
        ((0, 2, None, 2), (0, 2, 0, 2), (2, 2), 2),  # a blank is as good as a 0, and comes before it
    ],
)
def test_of_two_readings_one_is_preferred(preferred, other, quarters, target):
    layout = Layout(quarters=1, width=2)
    tail = (*other, *quarters)
    assert preference(preferred, layout, tail, target) < preference(other, layout, tail, target)
