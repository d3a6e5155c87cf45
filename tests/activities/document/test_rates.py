"""Documents damaged in every way, with TOTAL rows right, wrong, an excerpt's and missing: what is certain is right."""

from random import Random

import pytest

from tests.activities.document.rates import damaged, outcomes
from tests.searching import examples

CERTAIN = ("exact", "repaired", "confirmed")


def found(seed, most, documents=2):
    """Return the outcomes of some documents, with the damages of each row."""
    random = Random(seed)
    return [each for _ in range(documents) for each in outcomes(damaged(random, most))]


@pytest.mark.parametrize("seed", range(examples(8, least=1)))
def test_of_rows_with_one_damage_or_none_nothing_certain_is_wrong(seed):
    wrong = [(what, row.damages) for what, row in found(seed, most=1) if what.startswith(CERTAIN) and "wrong" in what]
    assert wrong == []


@pytest.mark.parametrize("seed", range(examples(6, least=1)))
@pytest.mark.parametrize("most", [2, 4])
def test_nothing_certain_is_wrong_that_total_shows_however_damaged(most, seed):
    wrong = [(what, row.damages) for what, row in found(seed, most) if what.startswith(CERTAIN) and "SEEN" in what]
    assert wrong == []
