"""When the months of a plan are reported: the year's windows, and reopening a month for a unit."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_date

from activities.pages.of_plan import OfPlan
from activities.pages.plan_forms import ReasonForm, reason_field
from activities.pages.row_form import RowForm, RowsPage
from units.choices import Role
from units.pages.filters import day
from units.pages.options import code_field, units_of
from units.pages.page import OneActPage
from units.pages.page_form import DayField, PageForm

_DAYS = ("opens_on", "due_on", "closes_on")


class PeriodForm(RowForm):
    """The window of a month."""

    opens_on, due_on, closes_on = DayField(label="Abre"), DayField(label="Vence"), DayField(label="Cierra")
    reason = forms.CharField(label="Motivo", required=False, max_length=5000)

    @property
    def days(self) -> list[forms.BoundField]:
        """The three days, in their order."""
        return [self[name] for name in _DAYS]

    def values_of(self, row: dict[str, Any]) -> dict[str, Any]:
        return {name: parse_date(row[name]) for name in _DAYS}

    def text_of(self, values: dict[str, Any]) -> str:
        return " · ".join(day(values.get(name)) for name in _DAYS)

    def body(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in (*_DAYS, "reason")}


class PeriodsPage(OfPlan, RowsPage):
    """The windows of a plan's twelve months, which who plans for the institution edits in place."""

    template_name = "activities/periods.html"
    saved_in, told = "/periods/", ("Se guardó el periodo.", "Se guardaron {} periodos.")

    def get(self, request: HttpRequest, plan: int) -> HttpResponse:
        return self.shown(self._forms())

    def post(self, request: HttpRequest, plan: int) -> HttpResponse:
        self.require_today()
        if not self.may_plan:
            raise PermissionDenied
        return self.save(self._forms(request.POST), reverse("periods", args=[plan]))

    def _forms(self, typed: Any = None) -> list[PeriodForm]:
        periods = self.api.get("/periods/", **self.of_plan, **self.asked("as_of"))["results"]
        return [PeriodForm(row, typed) for row in periods]

    def shown(self, rows: Sequence[PeriodForm], status: int = 200) -> HttpResponse:
        today = self.day_read
        for row in rows:
            opens, _, closes = (parse_date(row.row[name]) for name in _DAYS)
            row.row["state"] = "later" if opens and today < opens else "closed" if closes and closes < today else "open"
            for each in row.row["reopenings"]:
                each["holds"] = not each["withdrawal"] and each["until"] >= today.isoformat()
        edits = self.may_plan and self.plan["status"] != "closed" and not self.moment
        return self.show(status, rows=rows, edits=edits)


class ReopeningForm(PageForm):
    """For which unit a month is open again, and until when."""

    def __init__(self, *typed: Any, page: Any, **more: Any) -> None:
        super().__init__(*typed, **more)
        units = units_of(page, page.period["plan"]["institution"], is_active=True)
        self.fields["unit"] = code_field("Unidad, con las que dependen de ella", units)
        self.fields["until"] = DayField(label="Hasta el día, inclusive")
        self.fields["reason"] = reason_field()


class _OfPeriod(OneActPage):
    """A form about the period that the address names."""

    period: dict[str, Any]

    def admits(self) -> bool:
        self.period = self.api.get(f"/periods/{self.kwargs['period']}/")
        return self.access.allows(Role.PLANNER, [self.period["plan"]["institution"]["id"]])

    @property
    def back(self) -> str:
        return reverse("periods", args=[self.period["plan"]["id"]])


class ReopenPeriodPage(_OfPeriod):
    """Opening a month again for a unit."""

    template_name, form_class = "activities/reopen_period.html", ReopeningForm
    title, button = "Reabrir un mes", "Reabrir"

    def initial(self) -> dict[str, Any]:
        return self.asked("unit")

    def save(self, form: PageForm) -> str:
        self.api.post(f"/periods/{self.period['id']}/reopenings/", form.cleaned_data)
        return self.told(f"El mes está abierto otra vez hasta el {day(form.cleaned_data['until'])}.", self.back)


class EndReopeningPage(_OfPeriod):
    """Ending a reopening before its day."""

    template_name, form_class = "activities/end_reopening.html", ReasonForm
    title, button, danger = "Terminar una reapertura", "Terminar la reapertura", True

    @property
    def _path(self) -> str:
        return f"/periods/{self.period['id']}/reopenings/{self.kwargs['reopening']}/"

    def context(self) -> dict[str, Any]:
        return {"reopening": self.api.get(self._path)}

    def save(self, form: PageForm) -> str:
        self.api.delete(self._path, form.cleaned_data)
        return self.told("La reapertura terminó: el mes está cerrado otra vez.", self.back)
