"""The catalogues over HTTP: readable by everyone who holds a role."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view

from activities.filters import CatalogueFilterSet
from activities.models import MeasurementUnit, MefActivity
from activities.serializers import MeasurementUnitSerializer, MefActivitySerializer
from units.choices import Role
from units.resources import ListMixin, RetrieveMixin


class CatalogueViewSet(ListMixin, RetrieveMixin):
    """What both catalogues share."""

    filterset_class = CatalogueFilterSet

    def get_queryset(self) -> QuerySet:
        entries: QuerySet = super().get_queryset()
        return entries if self.access.holds(Role.READER) else entries.none()


@extend_schema_view(
    list=extend_schema(summary="Catálogo de actividades MEF"),
    retrieve=extend_schema(summary="Una actividad MEF"),
)
class MefActivityViewSet(CatalogueViewSet):
    """Actividades presupuestales del catálogo del ministerio."""

    queryset = MefActivity.objects.all()
    serializer_class = MefActivitySerializer


@extend_schema_view(
    list=extend_schema(summary="Catálogo de unidades de medida"),
    retrieve=extend_schema(summary="Una unidad de medida"),
)
class MeasurementUnitViewSet(CatalogueViewSet):
    """En qué se cuentan las cantidades."""

    queryset = MeasurementUnit.objects.all()
    serializer_class = MeasurementUnitSerializer
