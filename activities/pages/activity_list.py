"""The list of activities, where one is found by what is remembered of it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from activities.choices import PlanStatus
from activities.pages.catalogues import CATALOGUES
from units.choices import Role
from units.pages.options import FilterForm, Options, code_field, options_of
from units.pages.page import Page

_NARROWING = ("year", "institution", "within", "mef_activity", "measurement_unit")  # as the matrix can be narrowed too
_ROWS = 100
_ALL = "Todas"


class ActivitiesPage(Page):
    """Activities by plan, unit, MEF activity and measurement unit, or by a part of their code, name or unit."""

    template_name, title = "activities/activities.html", "Actividades"

    def get(self, request: HttpRequest) -> HttpResponse:
        plans = self.api.get("/plans/", limit=1000)["results"]
        asked = self.asked(*_NARROWING, "search", "ordering", "page", "as_of")
        if "year" not in request.GET and (year := self._present_year(plans)):
            asked["year"] = str(year)
        activities = self.api.get("/activities/", limit=_ROWS, **asked)
        return self.show(
            listed=activities,
            asked=asked,
            filters=self._filters(plans, asked),
            plans=[plan for plan in plans if str(plan["year"]) == asked.get("year")],
            files=None if "search" in asked else self._files(plans, asked),
        )

    def _present_year(self, plans: list[dict[str, Any]]) -> int | None:
        """Return this year where there is a plan of it, else the latest that has one."""
        years = [plan["year"] for plan in plans]
        return self.state.day.year if self.state.day.year in years else max(years, default=None)

    def _filters(self, plans: list[dict[str, Any]], asked: dict[str, str]) -> FilterForm:
        years = sorted({plan["year"] for plan in plans}, reverse=True)
        fields: dict[str, forms.Field] = {
            "search": forms.CharField(label="Buscar", max_length=200),
            "year": forms.ChoiceField(label="Año", choices=[("", "Todos"), *((str(year), year) for year in years)]),
        }
        institutions = {plan["institution"]["code"]: plan["institution"]["name"] for plan in plans}
        if len(institutions) > 1:
            named: Options = sorted(institutions.items(), key=lambda each: each[1])
            fields["institution"] = code_field("Institución", named, blank=_ALL)
        listed = [
            ("within", "Unidad", "/units/"),
            *((each.entity, capfirst(each.one), each.path) for each in CATALOGUES),
        ]
        for name, label, path in listed:
            fields[name] = code_field(label, options_of(self.api, path), blank=_ALL)
        return FilterForm(fields, asked)

    def _files(self, plans: list[dict[str, Any]], asked: dict[str, str]) -> dict[str, Any] | None:
        """Return what the matrix, which has the same rows with their figures, is asked for; it is of a year."""
        if "year" not in asked:
            return None
        drafts = any(plan["status"] == PlanStatus.DRAFT for plan in plans if str(plan["year"]) == asked["year"])
        question: dict[str, Any] = {name: asked[name] for name in _NARROWING if name in asked}
        return {**question, "draft": True} if drafts and self.access.holds(Role.PLANNER) else question
