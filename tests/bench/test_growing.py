"""The verdict on what an answer costs more in a large database."""

import pytest

from tests.bench.growing import line


@pytest.mark.parametrize(("large", "verdict"), [(3.0, "yes"), (3.01, "NO")])
def test_an_answer_may_cost_half_as_much_again(large, verdict):
    assert line("R1", [[2.0, large]])[-1].endswith(f", at most 1.5: {verdict}")


def test_ratio_is_that_within_a_turn():
    # A slow moment of the machine is in both
    assert line("W1", [[1, 2], [10, 20], [1, 3]]) == ["W1", "1.0", "3.0", "2.0 (2.0–3.0), at most 1.5: NO"]
