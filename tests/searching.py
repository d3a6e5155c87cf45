"""How far tests search: a third here, in full where SEARCH=full (.ci/run)."""

import os


def examples(full: int) -> int:
    """Return how many examples a search tries that tries `full` of them where it is to be thorough."""
    return full if os.environ.get("SEARCH") == "full" else max(min(full, 10), full // 3)
