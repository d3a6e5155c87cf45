"""The versions of a plan over HTTP: their headers for all members of the institution, contents as far as one sees."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.serializers import BaseSerializer

from activities.filters import PlanVersionQuery, VersionPartQuery
from activities.models import Plan, PlanVersion
from activities.serializers.plan import PlanSerializer, PlanVersionSerializer
from activities.serializers.version import ModificationInput, VersionDetailSerializer, modification_of
from activities.services.plans.plans import lock_plan
from activities.services.plans.versions import modify_plan
from units.choices import Role
from units.history.change_sets import take_position
from units.requests.resources import ListMixin, RetrieveMixin
from units.requests.writes import WritingMixin, require, writes


class PlanVersionViewSet(ListMixin, RetrieveMixin, WritingMixin):
    """La versión 1 es la inicial; cada una posterior, una modificación."""

    summaries = {"list": "Versiones de un plan", "retrieve": "Una versión de un plan, con lo que subió y bajó"}
    serializer_class = PlanVersionSerializer
    list_query = PlanVersionQuery
    detail_query = VersionPartQuery
    entity_of_the_past = "plan_version"

    def get_serializer_class(self) -> type[BaseSerializer]:
        return PlanVersionSerializer if self.action == "list" else VersionDetailSerializer

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        if self.action != "retrieve":
            return context
        asked = self.read_query(self.detail_query)
        start, most = asked["changes_offset"], asked["changes_limit"]
        return {**context, "part": slice(start, None if most is None else start + most)}

    def get_plan(self) -> Plan:
        """Return the plan of the path. Raises Http404."""
        plans = Plan.objects.visible_to(self.access).select_related("institution")
        return get_object_or_404(plans, pk=self.kwargs["plan"])

    def get_queryset(self) -> QuerySet[PlanVersion]:
        versions = self.get_plan().versions.select_related("change_set__client", "withdrawal__change_set__client")
        return versions.order_by("number", "id")

    def aim(self) -> Plan:
        plan = self.get_plan()
        require(self.access, Role.PLANNER, plan.institution.path)
        return plan

    @writes("Modificar un plan aprobado", ModificationInput)
    def create(self, plan: Plan, data: dict[str, Any]) -> PlanVersion:
        """Metas, altas, traslados, anulaciones y correcciones en una versión nueva: todo o nada.

        `If-Match`: el del plan.
        """
        modification = modification_of(data)
        return modify_plan(plan=plan, modification=modification, **data)

    def lock(self, target: Plan) -> Plan:
        return lock_plan(target.pk)

    def represent(self, target: Any) -> Any:
        """Return what is shown of a version, or of its plan for `If-Match`."""
        if isinstance(target, Plan):
            return PlanSerializer(target).data
        take_position()
        return super().represent(target)
