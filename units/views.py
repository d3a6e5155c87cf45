"""The units over HTTP."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view

from units.filters import UnitFilterSet
from units.models import Unit
from units.resources import ListMixin, RetrieveMixin
from units.serializers import UnitSerializer


@extend_schema_view(list=extend_schema(summary="Unidades que puede ver"), retrieve=extend_schema(summary="Una unidad"))
class UnitViewSet(ListMixin, RetrieveMixin):
    """Instituciones, órganos y unidades orgánicas."""

    queryset = Unit.objects.all()
    serializer_class = UnitSerializer
    filterset_class = UnitFilterSet

    def get_queryset(self) -> QuerySet[Unit]:
        units = Unit.objects.visible_to(self.access)
        return units.select_related("parent", "institution").prefetch_related("aliases")
