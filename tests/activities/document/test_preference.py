"""Unknown months of one quarter: closest to the programme, then most even, then smallest first."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from activities.document.preference import shares


@given(st.integers(0, 9), st.lists(st.integers(0, 6), min_size=1, max_size=3))
def test_shares_are_the_best_of_all_ways_to_share(rest, goals):
    ways = [way for way in product(range(rest + 1), repeat=len(goals)) if sum(way) == rest]

    def merit(way):
        apart = sum(abs(part - goal) for part, goal in zip(way, goals, strict=True))
        return apart, sum(part * part for part in way), way

    assert tuple(shares(rest, goals)) == min(ways, key=merit)
