"""Tables of other layouts with misprints of every kind: what passes as certain is right, or no stated sum shows it."""

from random import Random

import pytest

from tests.activities.document.misprint_rates import outcomes
from tests.activities.document.misprints import LAYOUTS
from tests.searching import examples

SEEDS = range(examples(3, least=1))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", LAYOUTS)
def test_no_misprint_that_a_stated_sum_shows_passes_as_certain(name, seed, pytestconfig):
    found = outcomes(Random(seed), LAYOUTS[name], pytestconfig.getoption("misprinted_rows"))
    assert [what for what in found if what.endswith("SEEN") and not what.startswith("inferred")] == []


def test_misprints_are_seen_and_most_rows_stay_certain():
    found = outcomes(Random(1), LAYOUTS["blocks and META"], 400)
    assert found["inferred wrong, SEEN"]
    assert found["exact right"] * 2 > found.total()
