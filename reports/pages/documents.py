"""The official document of a year, quarter by quarter, as it prints."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from activities.choices import PlanStatus
from reports.pages.printed import printed
from reports.pages.publication_words import QUARTERS
from reports.pages.years import last_month_over
from units.choices import Role
from units.pages.page import Page

_FILES = ("institution", "year", "through", "version", "draft")

Plan = dict[str, Any]


class DocumentPage(Page):
    """The document of the plan that is asked for, else of the last year that has begun; drafts for who plans them."""

    template_name = "reports/document.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        every = self.api.get("/plans/", limit=1000)["results"]
        plans = [plan for plan in every if plan["status"] != PlanStatus.DRAFT or self._plans(plan)]
        years = sorted({each["year"] for each in plans}, reverse=True)
        plan = self._chosen(plans)
        if plan is None:
            return self.show(document=None, years=years, year=self.asked("year").get("year"))
        asked = self._asked(plan)
        answer = self.api.get("/reports/poi/", **asked)
        return self.show(
            document=printed(answer, request.GET.get("page", "")),
            asked=asked,
            files={name: asked.get(name, "") for name in _FILES},
            plan=plan,
            institutions=sorted({(each["institution"]["code"], each["institution"]["name"]) for each in plans}),
            years=years,
            versions=self._versions(plan),
            quarters=QUARTERS.items(),
            publishes=self._plans(plan),
        )

    def _plans(self, plan: Plan) -> bool:
        return self.access.allows(Role.PLANNER, [plan["institution"]["id"]])

    def _chosen(self, plans: list[Plan]) -> Plan | None:
        """Return the plan that the address names, as far as it does; of several the last that has begun."""
        asked = self.asked("institution", "year")
        found = [
            plan
            for plan in plans
            if asked.get("institution") in (None, plan["institution"]["code"])
            and asked.get("year") in (None, str(plan["year"]))
        ]
        begun = [plan for plan in found if plan["year"] <= self.state.day.year and plan["status"] != PlanStatus.DRAFT]
        return max(begun or found, key=lambda plan: int(plan["year"]), default=None)

    def _asked(self, plan: Plan) -> dict[str, Any]:
        """Return what the report is asked: what the address says, and for the rest what the plan says."""
        own = {"institution": plan["institution"]["code"], "year": plan["year"]}
        quarter = max(last_month_over(plan["year"], self.state.day) // 3, 1)
        asked = {"through": quarter, **self.asked("through", "version", "as_of"), **own}
        return asked | {"draft": True} if plan["status"] == PlanStatus.DRAFT else asked

    def _versions(self, plan: Plan) -> list[Plan]:
        if plan["status"] == PlanStatus.DRAFT:
            return []
        found = self.api.get(f"/plans/{plan['id']}/versions/", limit=1000)["results"]
        return [version for version in found if not version["withdrawal"]]
