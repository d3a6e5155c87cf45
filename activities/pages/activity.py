"""An activity: its target, how it goes month by month, and the targets that it had."""

from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from activities.choices import Accumulation, MonthStatus
from activities.pages.history_words import classification_in_words
from activities.pages.plan_forms import OptionalReasonForm
from units.choices import Role
from units.models import Unit
from units.pages.api import Answer
from units.pages.page import OneActPage, Page
from units.pages.page_form import PageForm


class OfActivity(Page):
    """A page of the activity that its address names by `activity`; one that the person does not see is a 404."""

    @cached_property
    def activity_answer(self) -> Answer:
        return self.api.ask(f"/activities/{self.kwargs['activity']}/", as_of=self.request.GET.get("as_of"))

    @property
    def activity(self) -> dict[str, Any]:
        return self.activity_answer.data

    @property
    def revisions_path(self) -> str:
        """Where the API lists the targets that the activity had."""
        return f"/activities/{self.kwargs['activity']}/revisions/"

    @property
    def figures_path(self) -> str:
        """Where the API has its figures, and its months as a table."""
        return f"/activities/{self.kwargs['activity']}/progress/"

    @cached_property
    def path(self) -> list[int]:
        """The path of the activity's unit."""
        return list(Unit.objects.values_list("path", flat=True).get(pk=self.activity["unit"]["id"]))

    @property
    def may_plan(self) -> bool:
        """Whether the person plans for its unit."""
        return self.access.allows(Role.PLANNER, self.path)

    @property
    def may_plan_all(self) -> bool:
        """Whether the person plans for its institution, and so may make versions of its plan."""
        return self.access.allows(Role.PLANNER, [self.activity["plan"]["institution"]["id"]])

    @property
    def accumulation(self) -> str:
        return str(Accumulation(self.activity["accumulation"]).label)


class ActivityPage(OfActivity):
    """All that is known of an activity."""

    template_name = "activities/activity.html"

    def get(self, request: HttpRequest, activity: int) -> HttpResponse:
        asked = self.asked("as_of")
        figures = self.api.get(self.figures_path, **asked)
        for month in figures["months"]:
            month["state"] = MonthStatus(month["status"]).label
        return self.show(
            activity=self.activity,
            figures=figures,
            classification=list(classification_in_words(self.activity)),
            quarters=list(zip(("I", "II", "III", "IV"), figures["quarters"], strict=True)),
            revisions=self.api.get(self.revisions_path, limit=1000, **asked)["results"][::-1],
            plan=self.api.get(f"/plans/{self.activity['plan']['id']}/", **asked),
        )


class ActivityFormPage(OfActivity, OneActPage):
    """A form about an activity, for who plans for its unit; `verb` says what it does to it."""

    verb: ClassVar[str]

    @property
    def title(self) -> str:
        return f"{self.verb} {self.activity['code']}"

    def admits(self) -> bool:
        return self.may_plan

    @property
    def etag(self) -> str:
        return self.activity_answer.etag

    @property
    def back(self) -> str:
        return reverse("activity", args=[self.activity["id"]])


class RemoveActivityPage(ActivityFormPage):
    """Striking an activity out of a draft."""

    template_name, form_class = "activities/remove_activity.html", OptionalReasonForm
    verb, button, danger = "Descartar", "Descartar", True

    def save(self, form: PageForm) -> str:
        self.api.delete(f"/activities/{self.activity['id']}/", form.cleaned_data, if_match=self.held)
        return self.told(
            f"Se descartó la actividad {self.activity['code']}.",
            reverse("draft_targets", args=[self.activity["plan"]["id"]]),
        )
