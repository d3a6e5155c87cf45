"""A month of an activity by itself: all that was ever reported and reviewed, and taking its figure back."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from activities.pages.activity import OfActivity
from poi_api.http.parameters import LARGEST_ID
from units.choices import Role
from units.pages.api import Problem
from units.pages.page import OneActPage
from units.pages.page_form import PageForm


class MonthStoryPage(OfActivity):
    """Every entry of a month with its reviews, the newest first."""

    template_name, width = "activities/month_story.html", "middle"

    def get(self, request: HttpRequest, activity: int, month: int) -> HttpResponse:
        history = f"{self.figures_path}{month}/history/"
        entries = self.api.get(history, limit=1000, **self.asked("as_of"))
        return self.show(month=month, entries=entries["results"][::-1])


class WithdrawalForm(PageForm):
    """Why a figure is taken back, and which entry was shown when that was decided."""

    reason = forms.CharField(label="Motivo", widget=forms.Textarea(attrs={"rows": 3}))
    shown = forms.IntegerField(max_value=LARGEST_ID, widget=forms.HiddenInput)


class MonthWithdrawalPage(OfActivity, OneActPage):
    """Taking a figure back, which is an act with a reason of its own, for who reports for its unit."""

    template_name, form_class = "activities/month_withdrawal.html", WithdrawalForm
    title, button, danger = "Retirar la cifra", "Retirar la cifra", True

    def admits(self) -> bool:
        return self.access.allows(Role.REPORTER, self.path)

    def initial(self) -> dict[str, Any]:
        return {"shown": self._told()["entry_version"]}

    def context(self) -> dict[str, Any]:
        return {"told": self._told()}

    def save(self, form: PageForm) -> str:
        said = form.cleaned_data
        try:
            body = {"executed": None, "reason": said["reason"], "entry_version": said["shown"]}
            self.api.send("PUT", self._month, body)
        except Problem as problem:
            if problem.status == 412:  # what is shown now is what the next attempt goes by
                form.data = {**form.data, "shown": problem.body["current"]["entry_version"], "reason": said["reason"]}
            raise
        return self.told("La cifra quedó retirada; lo registrado antes se conserva en la historia.", self.back)

    @property
    def _month(self) -> str:
        return f"{self.figures_path}{self.kwargs['month']}/"

    def _told(self) -> dict[str, Any]:
        return self.api.get(self._month)

    @property
    def back(self) -> str:
        return f"{reverse('my_month')}?month={self.activity['plan']['year']}-{self.kwargs['month']:02}"
