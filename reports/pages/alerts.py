"""What deserves a look in a year, each case with its rule, said in words."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from reports.pages.years import OfYear, last_month_over
from units.pages.options import FilterForm

_ROWS = 50


class AlertsPage(OfYear):
    """The alerts of the units that the person sees, by rule."""

    template_name = "reports/alerts.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        years = self.years()
        year = self.chosen(years)
        if year is None:
            return self.show(alerts=None)
        through = last_month_over(year, self.day_read)
        asked: dict[str, Any] = {"year": year, "through": through, **self.asked("institution", "rule", "as_of")}
        alerts = self.api.get("/reports/alerts/", limit=_ROWS, **asked, **self.asked("page"))
        every = alerts if "rule" not in asked else self.api.get("/reports/alerts/", limit=1, **{**asked, "rule": ""})
        rules = [(rule["rule"], f"{rule['title']} ({rule['count']:,})") for rule in every["rules"]]
        filters = FilterForm(
            {
                "year": forms.ChoiceField(label="Año", choices=[(str(each), each) for each in years]),
                "rule": forms.ChoiceField(label="Qué se busca", choices=[("", "Todo"), *rules]),
            },
            {"year": str(year), **self.asked("rule")},
        )
        return self.show(alerts=alerts, asked=asked, filters=filters, through=through, year=year)
