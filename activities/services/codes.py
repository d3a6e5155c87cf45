"""Codes for what comes in without one: a prefix and a number, in document order (domain.md, rule 14)."""

import re
from collections.abc import Iterable, Iterator
from itertools import count


def free_codes(prefix: str, width: int, taken: Iterable[str]) -> Iterator[str]:
    """Yield `prefix` with the numbers after the highest one `taken`, at least `width` digits wide."""
    numbered = re.compile(re.escape(prefix) + r"([0-9]+)")
    used = [int(match[1]) for code in taken if (match := numbered.fullmatch(code))]
    return (f"{prefix}{number:0{width}}" for number in count(max(used, default=0) + 1))
