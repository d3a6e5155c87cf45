"""What the pages of a plan share: the plan itself, and who may plan it."""

from functools import cached_property
from typing import Any

from django.urls import reverse

from units.choices import Role
from units.pages.api import Answer
from units.pages.page import OneActPage, Page


class OfPlan(Page):
    """A page of the plan that its address names by `plan`; one that the person does not see is a 404."""

    @cached_property
    def plan_answer(self) -> Answer:
        """The plan as the API shows it, with the ETag that a change of it holds on to."""
        return self.api.ask(f"/plans/{self.kwargs['plan']}/", as_of=self.request.GET.get("as_of"))

    @property
    def plan(self) -> dict[str, Any]:
        return self.plan_answer.data

    @property
    def path(self) -> list[int]:
        """The path of the plan's institution, which is a root."""
        return [self.plan["institution"]["id"]]

    @property
    def versions_path(self) -> str:
        """Where the API lists the versions of the plan."""
        return f"/plans/{self.kwargs['plan']}/versions/"

    @property
    def may_plan(self) -> bool:
        """Whether the person plans for the institution, and so may do all that is done to a plan."""
        return self.access.allows(Role.PLANNER, self.path)

    @property
    def plans_units(self) -> bool:
        """Whether the person plans for anything; what of this plan that is, each write is asked."""
        return self.access.holds(Role.PLANNER)

    @property
    def of_plan(self) -> dict[str, Any]:
        """The institution and the year of the plan, as lists are asked for what is in it."""
        return {"institution": self.plan["institution"]["code"], "year": self.plan["year"]}


class DraftPage(OfPlan):
    """A page of the plan for who plans for anything: for what of this plan, each write is asked."""

    least_role = Role.PLANNER

    def admits(self) -> bool:
        """Tell whether the person plans for anything. Raises Problem (404) for who does not see the plan."""
        return bool(self.plan) and super().admits()


class PlannersPage(OfPlan):
    """A page of the plan for who plans for its institution."""

    def admits(self) -> bool:
        return self.may_plan


class PlanFormPage(PlannersPage, OneActPage):
    """An act upon the plan."""

    template_name = "activities/plan_act.html"

    @property
    def etag(self) -> str:
        return self.plan_answer.etag

    @property
    def back(self) -> str:
        return reverse("plan", args=[self.plan["id"]])
