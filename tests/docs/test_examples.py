"""The small examples of docs/domain.md come out as the page says, by the reference that the database is held to."""

import re
from decimal import Decimal
from fractions import Fraction

from tests.activities.reference import percent, period
from tests.docs.pages import DOCS, text_of

PAGE = text_of(DOCS / "domain.md")
_QUARTER = re.compile(r"^\| (\d), (\d), (\d) \| (.), (.), (.) \| (\S+) \|", re.MULTILINE)
_PROGRESS = re.compile(r"(\d+) done\s+of (\d+) is ([\d.]+\d)")


def test_blank_is_not_zero():
    rows = _QUARTER.findall(PAGE)
    assert len(rows) == 4
    for row in rows:
        programmed = [Decimal(cell) for cell in row[:3]]
        executed = [None if cell == "–" else Decimal(cell) for cell in row[3:6]]
        assert period("sum", programmed, executed).executed == (None if row[6] == "`null`" else Fraction(row[6]))


def test_progress_has_two_decimals_and_no_ceiling():
    ((done, due, shown),) = _PROGRESS.findall(PAGE)
    assert percent(Fraction(done), Fraction(due)) == Decimal(shown)
