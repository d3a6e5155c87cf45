"""The start page: how the year stands for what the person may see, and what there is to do."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from activities.queries.owed_months import next_to_end, owed_months
from reports.pages.years import OfYear, last_month_over
from units.choices import Role
from units.history.latest import latest_acts
from units.pages.planners import whom_to_ask

_MOST_ROWS, _MOST_MONTHS = 8, 6  # of each list
_MOST_UNITS = 100  # among which those in red, or with months missing, are sought


class StartPage(OfYear):
    """The first page after coming in. Its figures are the reports' own, up to the last month that is over.

    As of a past day it leaves out what there is to do, and what happened since.
    """

    template_name = "reports/start.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        years = self.years()
        year = self.chosen(years)
        shown: dict[str, Any] = {"years": years, "year": year}
        if self.moment is None:
            shown["acts"] = latest_acts(self.access, _MOST_ROWS)
            if self.access.holds(Role.REPORTER):
                shown |= self._own()
        if year is not None:
            shown |= self._of_year(year)
        return self.show(**shown)

    def _own(self) -> dict[str, Any]:
        """Return what the person is to report: the open month that ends first, what closed, what came back."""
        owed = owed_months(self.access, self.state.day)
        first = next_to_end([month for month in owed if month.open])
        others = [month for month in owed if month.open and month != first]
        returned = [month for month in owed if month.returned]
        too_late = [month for month in owed if month.returned_closed]
        overdue = sum(month.closed for month in owed if month.year == owed[0].year)
        return {
            "reports": True,
            "next_month": first,
            "nothing_open": next_to_end(owed) is None,
            "other_months": others[:_MOST_MONTHS],
            "more_months": len(others) - _MOST_MONTHS,
            "overdue": overdue,
            "planners": whom_to_ask(self.access) if overdue else "",
            "returned": next(iter(returned), None),
            "returned_count": sum(month.returned for month in returned),
            "too_late": next(iter(too_late), None),
            "too_late_count": sum(month.returned_closed for month in too_late),
        }

    def _of_year(self, year: int) -> dict[str, Any]:
        through = last_month_over(year, self.day_read)
        asked = {"year": year, "through": through, **self.asked("institution", "as_of")}
        months = self.api.get("/reports/execution/", group_by="month", **asked)
        scope = months["scope"]
        return {
            "through": through,
            "asked": asked,
            "months": months["results"],
            "total": months["total"],
            "whose": "" if scope["installation"] else ", ".join(unit["name"] for unit in scope["units"]),
            "quarters": self.api.get("/reports/execution/", group_by="quarter", **asked)["results"],
            "red": self._in_red(asked),
            **self._missing(asked),
            **self._waiting(year),
        }

    def _in_red(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the units whose progress is red, the lowest first."""
        found = self.api.get("/reports/execution/", group_by="unit", ordering="progress", limit=_MOST_UNITS, **asked)
        return [row for row in found["results"] if row["band"] == "red"][:_MOST_ROWS]

    def _missing(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Return who has not reported all months, those that miss most first, and until when the last month can be."""
        # Who reported is not missing while that waits for its review
        report = self.api.get("/reports/completeness/", limit=_MOST_UNITS, include="submitted", **asked)
        units = [row for row in report["results"] if row["missing"] and row["kind"] != "institution"]
        units.sort(key=lambda row: -row["missing"])
        narrowed = {name: value for name, value in asked.items() if name != "through"}
        periods = self.api.get("/periods/", month=asked["through"], **narrowed)["results"]
        closes = min((date.fromisoformat(period["closes_on"]) for period in periods), default=None)
        left = (closes - self.day_read).days if closes else None
        return {"completeness": report["total"], "missing": units[:_MOST_ROWS], "closes_on": closes, "days_left": left}

    def _waiting(self, year: int) -> dict[str, Any]:
        """Return what waits for this person's review, the longest waiting first; nothing for who reviews nothing."""
        if not self.access.holds(Role.REVIEWER):
            return {}
        return {"waiting": self.api.get("/progress/reviews/", year=year, limit=_MOST_ROWS, **self.asked("as_of"))}
