"""What the tests of this report share."""

import pytest
from pytest_django import Settings

from reports.shared.sums import kept


@pytest.fixture(autouse=True)
def answers_are_made(settings: Settings) -> None:
    """Have every answer made anew: the totals that it is made of are no changes, and no reason to make it again."""
    settings.ANSWER_MEMORY_BYTES = 0


@pytest.fixture
def few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have totals of a single plan kept, as those of many are."""
    monkeypatch.setattr(kept, "_FEW", 0)
