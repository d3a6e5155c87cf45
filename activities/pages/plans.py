"""The list of plans, one of them, and how drafts are made and taken away."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy

from activities.pages.of_plan import OfPlan, PlanFormPage
from activities.pages.plan_forms import CopyForm, NewPlanForm, OptionalReasonForm, RulesForm
from activities.queries.latest_version import standing_versions
from units.choices import Role, UnitKind
from units.models import Unit
from units.pages.options import options_of
from units.pages.page import OneActPage, Page
from units.pages.page_form import PageForm

_NAMED = 10  # activities that a message names


class PlansPage(Page):
    """The plans of the person's institutions, the latest year first."""

    template_name, title = "activities/plans.html", "Planes y periodos"

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = self.asked("institution", "year", "status", "page", "as_of")
        plans = self.api.get("/plans/", **asked)
        versions = standing_versions([plan["id"] for plan in plans["results"]])
        for plan in plans["results"]:
            plan["version"] = versions.get(plan["id"])
        return self.show(listed=plans, asked=asked)

    @property
    def makes_plans(self) -> bool:
        """Whether the person plans for an institution, and so may make plans of it."""
        own = self.access.unit_ids(Role.PLANNER)
        return self.access.everywhere(Role.PLANNER) or Unit.objects.filter(pk__in=own, parent=None).exists()


class PlanPage(OfPlan):
    """A plan: its rules, its versions, and what may be done to it."""

    template_name = "activities/plan.html"

    def get(self, request: HttpRequest, plan: int) -> HttpResponse:
        asked = self.asked("as_of")
        versions = self.api.get(self.versions_path, limit=1000, **asked)
        activities = self.api.get("/activities/", fields="id", limit=1, **self.of_plan, **asked)
        return self.show(plan=self.plan, versions=versions["results"][::-1], activities=activities["count"])


class NewPlanPage(OneActPage):
    """A draft without activities."""

    template_name, form_class = "activities/new_plan.html", NewPlanForm
    title, button, back = "Abrir un borrador", "Abrir el borrador", reverse_lazy("plans")
    least_role = Role.PLANNER

    def form(self, *typed: Any, **more: Any) -> PageForm:
        institutions = options_of(self.api, "/units/", kind=UnitKind.INSTITUTION, is_active=True)
        if institutions == [] and not self.access.everywhere(Role.PLANNER):  # a unit within one makes no plans
            raise PermissionDenied
        if institutions and len(institutions) == 1 and not typed:
            more["initial"] = {**more.get("initial", {}), "institution": institutions[0][0]}
        return NewPlanForm(*typed, institutions=institutions, **more)

    def initial(self) -> dict[str, Any]:
        return {"year": self.state.day.year + 1}

    def save(self, form: Any) -> str:
        plan = self.api.post("/plans/", form.body())
        return self.told(f"Se abrió el borrador del plan {plan['year']}.", reverse("plan", args=[plan["id"]]))


class PlanRulesPage(PlanFormPage):
    """The rules by which a plan is reported from now on."""

    form_class, title, button = RulesForm, "Reglas del plan", "Guardar"
    said = "Valen para lo que se registre desde ahora; lo ya registrado queda como está."

    def initial(self) -> dict[str, Any]:
        return {**self.plan, **self.plan["bands"]}

    def save(self, form: Any) -> str:
        self.api.patch(f"/plans/{self.plan['id']}/", form.body(), if_match=self.held)
        return self.told("Las reglas quedaron guardadas: valen para lo que se registre desde ahora.", self.back)


class CopyPlanPage(PlanFormPage):
    """The draft of another year out of this plan."""

    form_class, title, button = CopyForm, "Copiar a otro año", "Copiar"
    said = "Hace un borrador con las mismas actividades y sus metas vigentes. Las anuladas quedan fuera."

    def initial(self) -> dict[str, Any]:
        return {"year": self.plan["year"] + 1}

    def save(self, form: PageForm) -> str:
        copy = self.api.post(f"/plans/{self.plan['id']}/copy/", form.cleaned_data, if_match=self.held)
        copied = copy["copied"]
        done = f"Se abrió el borrador {copy['year']} con {copied['activities']} actividades."
        messages.success(self.request, done)
        for said, notices in (("Quedaron fuera", copied["left_out"]), ("Hay que corregir", copied["to_review"])):
            if notices:
                messages.warning(self.request, f"{said}: {_named(notices)}.")
        return reverse("plan", args=[copy["id"]])


_REASONS = {"cancelled": "anulada", "target_missing": "sin meta", "unit_inactive": "unidad inactiva"}


def _named(notices: list[dict[str, Any]]) -> str:
    names = [f"{each['activity']['code']} ({_REASONS[each['reason']]})" for each in notices[:_NAMED]]
    more = len(notices) - _NAMED
    return ", ".join(names) + (f" y {more} más" if more > 0 else "")


class RemovePlanPage(PlanFormPage):
    """Taking a draft away: it is struck out, or deleted where nothing is in it."""

    form_class, title, button, danger = OptionalReasonForm, "Descartar el borrador", "Descartar", True
    said = (
        "El borrador y sus actividades dejan de verse, y otro puede tener su año. Un plan que estuvo aprobado se "
        "conserva y no se descarta."
    )

    def save(self, form: PageForm) -> str:
        self.api.delete(f"/plans/{self.plan['id']}/", form.cleaned_data, if_match=self.held)
        return self.told(f"Se descartó el borrador del plan {self.plan['year']}.", reverse("plans"))
