"""What pages about a year share: which years there are, and which one is meant."""

from collections.abc import Sequence
from datetime import date

from activities.choices import PlanStatus
from units.pages.page import Page


class OfYear(Page):
    """A page about the year that its address names, among those with a plan that was approved.

    Where none of them is the one that was asked for, `unknown_year` is what was asked.
    """

    unknown_year = ""

    def years(self) -> list[int]:
        """Return the years with a plan that can be reported on, the latest first."""
        plans = self.api.get("/plans/", limit=1000, **self.asked("institution", "as_of"))["results"]
        return sorted({plan["year"] for plan in plans if plan["status"] != PlanStatus.DRAFT}, reverse=True)

    def chosen(self, years: Sequence[int]) -> int | None:
        """Return the year that is asked for, else the last one that has begun, else any."""
        asked = self.request.GET.get("year", "")
        for year in years:
            if asked == str(year):
                return year
        self.unknown_year = asked
        begun = [year for year in years if year <= self.day_read.year]
        return next(iter(begun or years), None)


def last_month_over(year: int, day: date) -> int:
    """Return the last month of a year that is over on a day; January where none is."""
    if year < day.year:
        return 12
    return max(day.month - 1, 1) if year == day.year else 1
