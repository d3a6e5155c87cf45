"""Days and moments as clients and operators write them (api.md, "Conventions"): in one form each, in plain digits.

Python reads more than is meant: 2026-W10-1, 20260301, the digits of any script.
"""

import re
from datetime import date, datetime

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(_DAY.pattern + r"T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)


def day_of(text: str) -> date:
    """Return the day that `2026-12-31` is. Raises ValueError for one that there is not, and for another form."""
    return date.fromisoformat(_spelled(_DAY, text))


def moment_of(text: str) -> datetime:
    """Return the moment that `2026-12-31T23:59:59-05:00` is, to the microsecond. Raises ValueError as `day_of` does."""
    return datetime.fromisoformat(_spelled(_MOMENT, text))


def _spelled(form: re.Pattern[str], text: str) -> str:
    if not form.fullmatch(text):
        raise ValueError(text)
    return text
