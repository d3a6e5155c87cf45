"""Codes for what comes in without one: a prefix and a number, in document order (domain.md, rule 14)."""

import re
from collections.abc import Iterable, Iterator
from itertools import count

from poi_api.http.folding import fold


def free_codes(prefix: str, width: int, taken: Iterable[str]) -> Iterator[str]:
    """Yield `prefix` with the numbers after the highest one `taken`, in whatever case, at least `width` digits wide.

    One of more than nine digits does not count: after it there may be no room for others.
    """
    numbered, folded = re.compile(re.escape(fold(prefix)) + r"([0-9]{1,9})"), set(map(fold, taken))
    used = [int(match[1]) for code in folded if (match := numbered.fullmatch(code))]
    codes = (f"{prefix}{number:0{width}}" for number in count(max(used, default=0) + 1))
    return (code for code in codes if fold(code) not in folded)


def free_activity_codes(taken: Iterable[str]) -> Iterator[str]:
    """Yield codes for activities of a plan (A001, A002…), after those `taken`."""
    return free_codes("A", 3, taken)
