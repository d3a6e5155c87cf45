"""What is done to a plan with an act: approving it and taking that back, closing it and opening it again."""

from typing import Any

from activities.models import Plan
from activities.pages.of_plan import PlanFormPage
from activities.pages.plan_forms import ApprovalForm, ClosingForm, ReasonForm
from activities.services.plans.closing import owed_months
from activities.services.plans.plans import missing_for_approval
from units.pages.page_form import PageForm


class PlanActPage(PlanFormPage):
    """An act upon a plan: `act` is its address in the API, `done` what is said afterwards."""

    act: str
    done: str

    def save(self, form: PageForm) -> str:
        said = {name: value for name, value in form.cleaned_data.items() if value is not None}
        self.api.post(f"/plans/{self.plan['id']}/{self.act}/", said, if_match=self.held)
        return self.told(self.done.format(year=self.plan["year"]), self.back)


class ApprovePlanPage(PlanActPage):
    """Approving a draft, with what keeps it from that said first."""

    template_name, form_class = "activities/approve_plan.html", ApprovalForm
    title, button = "Aprobar el plan", "Aprobar"
    act = "approve"
    done = "El plan {year} quedó aprobado: sus metas son la versión 1, y sus doce periodos ya tienen fechas."

    def context(self) -> dict[str, Any]:
        return {"missing": missing_for_approval(_plan_of(self))}


class WithdrawApprovalPage(PlanActPage):
    """Making a draft again of a plan on which nothing was built yet."""

    form_class, title, button, danger = ReasonForm, "Retirar la aprobación", "Retirar la aprobación", True
    said = (
        "El plan vuelve a ser un borrador y su versión 1 queda marcada. Solo se puede mientras no tenga registros de "
        "avance, modificaciones ni publicaciones."
    )
    act, done = "withdraw-approval", "Se retiró la aprobación: el plan {year} es un borrador otra vez."


class ClosePlanPage(PlanActPage):
    """Closing a plan, with what it still owes said first."""

    template_name, form_class = "activities/close_plan.html", ClosingForm
    title, button, danger = "Cerrar el plan", "Cerrar el plan", True
    act, done = "close", "El plan {year} quedó cerrado."

    def context(self) -> dict[str, Any]:
        return {"owed": owed_months(_plan_of(self))}


class ReopenPlanPage(PlanActPage):
    """Opening a closed plan again."""

    form_class, title, button = ReasonForm, "Reabrir el plan", "Reabrir"
    said = "El plan vuelve a estar aprobado; sus periodos siguen como estaban."
    act, done = "reopen", "El plan {year} está abierto otra vez."


def _plan_of(page: PlanActPage) -> Plan:
    """Return the plan of the page, which the API showed this person, for the services that say what it lacks."""
    return Plan.objects.get(pk=page.plan["id"])
