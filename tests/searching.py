"""How far tests search: a third here, in full where SEARCH=full (.ci/run)."""

import os
from collections.abc import Sequence
from typing import TypeVar

Case = TypeVar("Case")
IN_FULL = os.environ.get("SEARCH") == "full"


def examples(full: int, least: int = 10) -> int:
    """Return how many examples a search tries that tries `full` of them where it is to be thorough."""
    return full if IN_FULL else max(min(full, least), full // 3)


def a_third(cases: Sequence[Case], turn: int = 0) -> Sequence[Case]:
    """Return every third case, from another one on each turn, of what is tried upon each of many; in full, all."""
    return cases if IN_FULL else cases[turn % 3 :: 3]
