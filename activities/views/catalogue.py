"""The catalogues over HTTP: readable by everyone who holds a role, written by planners of the installation."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.request import Request

from activities.filters import CatalogueQuery
from activities.models import MeasurementUnit, MefActivity
from activities.models.catalogue import CatalogueEntry
from activities.serializers.catalogue import CatalogueEntryInput, MeasurementUnitSerializer, MefActivitySerializer
from activities.services.catalogue import create_entry, delete_entry, require_may_add, update_entry
from units.choices import Role
from units.requests.resources import ListMixin, RetrieveMixin
from units.requests.writes import WritingMixin
from units.serializers.moment import MomentQuery


class CatalogueViewSet(ListMixin, RetrieveMixin, WritingMixin):
    """What both catalogues share."""

    list_query = CatalogueQuery

    def get_queryset(self) -> QuerySet:
        entries: QuerySet = super().get_queryset()
        return entries if self.access.holds(Role.READER) else entries.none()

    def path_of(self, target: CatalogueEntry) -> None:
        """Return None: the catalogues are the installation's."""

    def create(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require_may_add(self.access)
        catalogue: Any = self.get_queryset().model
        return self.write(
            lambda _, data: create_entry(catalogue=catalogue, **data), body=CatalogueEntryInput, status=201
        )

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.write(
            lambda entry, data: update_entry(entry=entry, **data),
            target=self.find(Role.PLANNER),
            body=CatalogueEntryInput,
        )

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.write(lambda entry, _: delete_entry(entry=entry), target=self.find(Role.PLANNER))


@extend_schema_view(
    list=extend_schema(summary="Catálogo de actividades MEF"),
    retrieve=extend_schema(summary="Una actividad MEF"),
    create=extend_schema(
        summary="Crear una actividad MEF",
        request=CatalogueEntryInput,
        responses={201: OpenApiResponse(MefActivitySerializer)},
    ),
    partial_update=extend_schema(
        summary="Cambiar una actividad MEF", request=CatalogueEntryInput, responses=MefActivitySerializer
    ),
    destroy=extend_schema(summary="Borrar una actividad MEF que nada usa"),
)
class MefActivityViewSet(CatalogueViewSet):
    """Actividades presupuestales del catálogo del ministerio."""

    queryset = MefActivity.objects.all()
    serializer_class = MefActivitySerializer
    entity_of_the_past = "mef_activity"
    detail_query = MomentQuery


@extend_schema_view(
    list=extend_schema(summary="Catálogo de unidades de medida"),
    retrieve=extend_schema(summary="Una unidad de medida"),
    create=extend_schema(
        summary="Crear una unidad de medida",
        request=CatalogueEntryInput,
        responses={201: OpenApiResponse(MeasurementUnitSerializer)},
    ),
    partial_update=extend_schema(
        summary="Cambiar una unidad de medida", request=CatalogueEntryInput, responses=MeasurementUnitSerializer
    ),
    destroy=extend_schema(summary="Borrar una unidad de medida que nada usa"),
)
class MeasurementUnitViewSet(CatalogueViewSet):
    """En qué se cuentan las cantidades."""

    queryset = MeasurementUnit.objects.all()
    serializer_class = MeasurementUnitSerializer
    entity_of_the_past = "measurement_unit"
    detail_query = MomentQuery
