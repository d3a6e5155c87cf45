"""Plans over HTTP: readable by all members of the institution, written by its planners."""

from typing import Any

from django.db.models import QuerySet

from activities.filters import PlanQuery
from activities.models import Plan
from activities.serializers.plan import (
    ApprovalInput,
    ClosingInput,
    PlanChangesInput,
    PlanCopyInput,
    PlanCopySerializer,
    PlanInput,
    PlanSerializer,
    ReasonInput,
    RemovalInput,
)
from activities.services.plans.closing import close_plan, reopen_plan
from activities.services.plans.copying import copy_plan
from activities.services.plans.plans import approve_plan, change_plan, create_plan, lock_plan
from activities.services.plans.striking import remove_plan
from activities.services.plans.withdrawing import withdraw_approval
from units.choices import Role
from units.requests.resources import ListMixin, RetrieveMixin, content_etag
from units.requests.writes import WritingMixin, Written, require, writes
from units.serializers.moment import MomentQuery


class PlanViewSet(ListMixin, RetrieveMixin, WritingMixin):
    """Planes operativos: uno por institución y año."""

    summaries = {"list": "Planes operativos", "retrieve": "Un plan operativo"}
    serializer_class = PlanSerializer
    list_query = PlanQuery
    entity_of_the_past = "plan"
    detail_query = MomentQuery
    path_from = "institution.path"

    def get_queryset(self) -> QuerySet[Plan]:
        return Plan.objects.visible_to(self.access).select_related("institution")

    def lock(self, target: Plan) -> Plan:
        return lock_plan(target.pk)

    @writes("Abrir un borrador", PlanInput)
    def create(self, _: None, data: dict[str, Any]) -> Plan:
        require(self.access, Role.PLANNER, data["institution"].path)
        return create_plan(**data)

    @writes("Cambiar las reglas de un plan", PlanChangesInput)
    def partial_update(self, plan: Plan, data: dict[str, Any]) -> Plan:
        return change_plan(plan=plan, **data)

    @writes("Descartar un borrador", RemovalInput)
    def destroy(self, plan: Plan, _: dict[str, Any]) -> None:
        """Un borrador que nunca se aprobó deja de verse, y otro puede tener su año; sin contenido, se borra."""
        remove_plan(plan=plan)

    @writes("Aprobar un borrador", ApprovalInput, at="approve")
    def approve(self, plan: Plan, data: dict[str, Any]) -> Plan:
        """Sus metas pasan a ser la versión 1, y se abren los periodos de registro que falten."""
        approve_plan(plan=plan, **data)
        return plan

    @writes("Retirar la aprobación de un plan", ReasonInput, at="withdraw-approval")
    def withdraw_approval(self, plan: Plan, data: dict[str, Any]) -> Plan:
        """Vuelve a ser un borrador, si no tiene avances, modificaciones ni publicaciones; la versión 1 se conserva."""
        withdraw_approval(plan=plan, **data)
        return plan

    @writes("Cerrar un plan", ClosingInput, at="close")
    def close(self, plan: Plan, data: dict[str, Any]) -> Plan:
        """Si faltan meses por reportar o por revisar, lo dice; con `force` y un motivo cierra igual."""
        close_plan(plan=plan, **data)
        return plan

    @writes("Reabrir un plan cerrado", ReasonInput, at="reopen")
    def reopen(self, plan: Plan, data: dict[str, Any]) -> Plan:
        """Vuelve a estar aprobado; sus periodos siguen como estaban."""
        reopen_plan(plan=plan, **data)
        return plan

    @writes("Copiar un plan a otro año", PlanCopyInput, at="copy", responses={201: PlanCopySerializer})
    def copy(self, plan: Plan, data: dict[str, Any]) -> Written:
        """Hace un borrador con las mismas actividades y sus metas vigentes; las anuladas quedan fuera."""
        copy = copy_plan(plan=plan, year=data["year"])
        etag = content_etag(self.represent(copy.plan))
        return Written(PlanCopySerializer(copy).data, status=201, location=self.location_of(copy.plan), etag=etag)
