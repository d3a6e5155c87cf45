"""Which reading is preferred: closest to the programme, then most even, then smallest first."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.document.layout import Layout
from activities.document.preference import preference, shares


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


@given(st.lists(st.lists(FIGURE, min_size=4, max_size=4).map(tuple), min_size=2, max_size=5, unique=True))
def test_the_preferred_reading_is_the_closest_then_the_most_even_then_the_first_in_order(readings):
    """In a layout of one quarter of two months; each rule decides only what the ones before it leave equal."""
    layout = Layout(quarters=1, width=2)

    def apart(months):
        programmed, executed = blanks_as_zeros(months)[:2], blanks_as_zeros(months)[2:]
        return sum(abs(one - other) for one, other in zip(programmed, executed, strict=True))

    def uneven(months):
        return sum(figure**2 for figure in blanks_as_zeros(months))

    left = [reading for reading in readings if apart(reading) == min(map(apart, readings))]
    left = [reading for reading in left if uneven(reading) == min(map(uneven, left))]
    first = min(left, key=lambda months: [(month is not None, month or 0) for month in months])
    assert min(readings, key=lambda months: preference(months, layout)) == first


@pytest.mark.parametrize(
    ("preferred", "other"),
    [
        ((2, 2, 2, 2), (1, 3, 3, 1)),  # closest before all
        ((2, 2, 2, 2), (1, 3, 1, 3)),  # then the most even
        ((1, 3, 1, 3), (3, 1, 3, 1)),  # then the first in order
        ((0, 2, None, 2), (0, 2, 0, 2)),  # a blank is as good as a 0, and comes before it
    ],
)
def test_of_two_readings_one_is_preferred(preferred, other):
    layout = Layout(quarters=1, width=2)
    assert preference(preferred, layout) < preference(other, layout)
