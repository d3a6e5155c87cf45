"""Plans, their versions and their reporting periods over HTTP: readable by all members of the institution."""

from django.db.models import Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view

from activities.filters import PeriodFilterSet, PlanFilterSet
from activities.models import Plan, PlanVersion, Reopening, ReportingPeriod
from activities.serializers import PeriodSerializer, PlanSerializer, PlanVersionSerializer
from units.access import Access
from units.models import Unit
from units.resources import ListMixin, RetrieveMixin

_OF_REOPENING = ("unit", "change_set", "withdrawal__change_set")


@extend_schema_view(
    list=extend_schema(summary="Planes operativos"), retrieve=extend_schema(summary="Un plan operativo")
)
class PlanViewSet(ListMixin, RetrieveMixin):
    """Planes operativos: uno por institución y año."""

    queryset = Plan.objects.all()
    serializer_class = PlanSerializer
    filterset_class = PlanFilterSet

    def get_queryset(self) -> QuerySet[Plan]:
        return Plan.objects.visible_to(self.access).select_related("institution")


@extend_schema_view(
    list=extend_schema(summary="Versiones de un plan"),
    retrieve=extend_schema(summary="Una versión de un plan"),
)
class PlanVersionViewSet(ListMixin, RetrieveMixin):
    """La versión 1 es la inicial; cada una posterior, una modificación."""

    queryset = PlanVersion.objects.all()
    serializer_class = PlanVersionSerializer

    def get_queryset(self) -> QuerySet[PlanVersion]:
        plan = get_object_or_404(Plan.objects.visible_to(self.access), pk=self.kwargs["plan"])
        return plan.versions.select_related("change_set").order_by("number")


@extend_schema_view(
    list=extend_schema(summary="Periodos de registro"),
    retrieve=extend_schema(summary="Un periodo de registro"),
)
class PeriodViewSet(ListMixin, RetrieveMixin):
    """Cuándo se registra cada mes de un plan, y para quién se reabrió."""

    queryset = ReportingPeriod.objects.all()
    serializer_class = PeriodSerializer
    filterset_class = PeriodFilterSet

    def get_queryset(self) -> QuerySet[ReportingPeriod]:
        reopenings = Prefetch("reopenings", _reopenings_for(self.access))
        periods = ReportingPeriod.objects.visible_to(self.access).select_related("plan__institution")
        return periods.prefetch_related(reopenings)


def _reopenings_for(access: Access) -> QuerySet[Reopening]:
    """Return the reopenings that hold for a unit the caller sees: of it, or of one above it."""
    reopenings = Reopening.objects.order_by("id").select_related(*_OF_REOPENING)
    if access.everywhere():
        return reopenings
    granted = access.unit_ids()
    paths = Unit.objects.filter(pk__in=granted).values_list("path", flat=True)
    above = {unit_id for path in paths for unit_id in path}
    return reopenings.filter(Q(unit__path__overlap=granted) | Q(unit_id__in=above))
