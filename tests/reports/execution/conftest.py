"""What the tests of this report share."""

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def answers_are_made(settings: Settings) -> None:
    """Have every answer made anew: the totals that it is made of are no changes, and no reason to make it again."""
    settings.ANSWER_MEMORY_BYTES = 0
