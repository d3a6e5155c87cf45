"""Plans over HTTP: readable by all members of the institution, written by its planners."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer

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
from units.history.change_sets import set_cause
from units.requests.resources import ListMixin, RetrieveMixin, content_etag
from units.requests.writes import WritingMixin, Written, require
from units.serializers.moment import MomentQuery


@extend_schema_view(
    list=extend_schema(summary="Planes operativos"),
    retrieve=extend_schema(summary="Un plan operativo"),
)
class PlanViewSet(ListMixin, RetrieveMixin, WritingMixin):
    """Planes operativos: uno por institución y año."""

    serializer_class = PlanSerializer
    list_query = PlanQuery
    delete_has_body = True  # the reason
    entity_of_the_past = "plan"
    detail_query = MomentQuery

    def get_queryset(self) -> QuerySet[Plan]:
        return Plan.objects.visible_to(self.access).select_related("institution")

    def path_of(self, target: Plan) -> Iterable[int]:
        return target.institution.path

    def lock(self, target: Plan) -> Plan:
        return lock_plan(target.pk)

    def _act_upon(self, service: Callable[..., None], body: type[BaseSerializer]) -> HttpResponseBase:
        """Do what a service does to the plan of the path, for the reason that the body says, and show the plan."""

        def act(plan: Plan, data: dict[str, Any]) -> Plan:
            set_cause(data.get("reason", ""))
            service(plan=plan, **data)
            return plan

        return self.write(act, target=self.find(Role.PLANNER), body=body)

    @extend_schema(summary="Abrir un borrador", request=PlanInput)
    def create(self, request: Request) -> HttpResponseBase:
        self.require_somewhere(Role.PLANNER)
        return self.write(self._create, body=PlanInput, status=201)

    def _create(self, _: None, data: dict[str, Any]) -> Plan:
        require(self.access, Role.PLANNER, data["institution"].path)
        return create_plan(**data)

    @extend_schema(summary="Cambiar las reglas de un plan", request=PlanChangesInput)
    def partial_update(self, request: Request, pk: str) -> HttpResponseBase:
        return self.write(
            lambda plan, data: change_plan(plan=plan, **data), target=self.find(Role.PLANNER), body=PlanChangesInput
        )

    @extend_schema(summary="Descartar un borrador", request=RemovalInput, responses={204: None})
    def destroy(self, request: Request, pk: str) -> HttpResponseBase:
        """Un borrador que nunca se aprobó deja de verse, y otro puede tener su año; sin contenido, se borra."""
        return self.write(self._remove, target=self.find(Role.PLANNER), body=RemovalInput)

    def _remove(self, plan: Plan, data: dict[str, Any]) -> None:
        set_cause(data.get("reason", ""))
        remove_plan(plan=plan)

    @extend_schema(summary="Aprobar un borrador", request=ApprovalInput)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> HttpResponseBase:
        """Sus metas pasan a ser la versión 1, y se abren los periodos de registro que falten."""
        return self._act_upon(approve_plan, ApprovalInput)

    @extend_schema(summary="Retirar la aprobación de un plan", request=ReasonInput)
    @action(detail=True, methods=["post"], url_path="withdraw-approval")
    def withdraw_approval(self, request: Request, pk: str) -> HttpResponseBase:
        """Vuelve a ser un borrador, si no tiene avances, modificaciones ni publicaciones; la versión 1 se conserva."""
        return self._act_upon(withdraw_approval, ReasonInput)

    @extend_schema(summary="Cerrar un plan", request=ClosingInput)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> HttpResponseBase:
        """Si faltan meses por reportar o por revisar, lo dice; con `force` y un motivo cierra igual."""
        return self._act_upon(close_plan, ClosingInput)

    @extend_schema(summary="Reabrir un plan cerrado", request=ReasonInput)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> HttpResponseBase:
        """Vuelve a estar aprobado; sus periodos siguen como estaban."""
        return self._act_upon(reopen_plan, ReasonInput)

    @extend_schema(summary="Copiar un plan a otro año", request=PlanCopyInput, responses={201: PlanCopySerializer})
    @action(detail=True, methods=["post"])
    def copy(self, request: Request, pk: str) -> HttpResponseBase:
        """Hace un borrador con las mismas actividades y sus metas vigentes; las anuladas quedan fuera."""
        return self.write(self._copy, target=self.find(Role.PLANNER), body=PlanCopyInput)

    def _copy(self, plan: Plan, data: dict[str, Any]) -> Written:
        copy = copy_plan(plan=plan, year=data["year"])
        etag = content_etag(self.represent(copy.plan))
        return Written(PlanCopySerializer(copy).data, status=201, location=self.location_of(copy.plan), etag=etag)
