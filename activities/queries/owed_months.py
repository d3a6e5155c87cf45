"""What a person has to see to of months: those that are open and owed, and what came back, also where it closed."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from activities.models import Activity
from activities.queries.due import DueMonths
from units.access.grants import Access
from units.choices import Role

_ALL = {"month": None, "ordering": ()}
# How long a month that is open anyhow was opened again makes no difference
_ENDS = """CASE WHEN o.closes_on >= %(day)s THEN o.closes_on
            ELSE greatest(o.closes_on, reopened_until(o.id, u.path)) END"""
_COUNTED = f"""
SELECT year, month, min(ends) FILTER (WHERE ends >= %(day)s),
       count(*) FILTER (WHERE NOT returned AND ends >= %(day)s),
       count(*) FILTER (WHERE NOT returned AND ends < %(day)s),
       count(*) FILTER (WHERE returned AND ends >= %(day)s), count(*) FILTER (WHERE returned AND ends < %(day)s)
  FROM (SELECT p.year, {{month}} AS month, {_ENDS} AS ends, f.status[o.month] = 'returned' AS returned {{found}}) owed
 GROUP BY year, month ORDER BY year DESC, month DESC"""


class OwedMonth(NamedTuple):
    """A month with something that is owed: `ends` is the last day on which some of it can be reported, None if over.

    Each figure counts once, by what is to be done: `open` what is missing and can be reported today, `closed` what is
    missing and cannot; `returned` what came back and can be mended today, `returned_closed` what came back and cannot.
    """

    year: int
    month: int
    ends: date | None
    open: int
    closed: int
    returned: int
    returned_closed: int

    @property
    def key(self) -> str:
        """How it is named in an address: 2022-03."""
        return f"{self.year}-{self.month:02}"


class _Owed(DueMonths):
    def counted(self) -> list[tuple[Any, ...]]:
        return self._asked(_COUNTED.format(month=self.month, found=self._found))


def owed_months(access: Access, day: date) -> list[OwedMonth]:
    """Return the months in which `access` still owes what it reports on, the newest first: one query."""
    reported = Activity.objects.visible_to(access, Role.REPORTER)
    return [OwedMonth(*row) for row in _Owed(reported, _ALL, day).counted()]


def next_to_end(months: Sequence[OwedMonth]) -> OwedMonth | None:
    """Return the open month whose end comes first, of several the oldest; None where nothing can be reported."""
    open_ones = [month for month in months if month.ends is not None]
    return min(open_ones, key=lambda month: (month.ends, month.year, month.month), default=None)
