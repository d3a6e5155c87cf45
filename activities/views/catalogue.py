"""The catalogues over HTTP: readable by everyone who holds a role, written by planners of the installation."""

from typing import Any

from django.db.models import QuerySet

from activities.filters import CatalogueQuery
from activities.models import MeasurementUnit, MefActivity
from activities.models.catalogue import CatalogueEntry
from activities.serializers.catalogue import CatalogueEntryInput, MeasurementUnitSerializer, MefActivitySerializer
from activities.services.catalogue import create_entry, delete_entry, require_may_add, update_entry
from units.choices import Role
from units.requests.resources import ListMixin, RetrieveMixin
from units.requests.writes import WritingMixin, writes
from units.serializers.moment import MomentQuery


class CatalogueViewSet(ListMixin, RetrieveMixin, WritingMixin):
    """What both catalogues share."""

    list_query = CatalogueQuery
    detail_query = MomentQuery

    def get_queryset(self) -> QuerySet:
        entries: QuerySet = super().get_queryset()
        return entries if self.access.holds(Role.READER) else entries.none()

    def path_of(self, target: CatalogueEntry) -> None:
        """Return None: the catalogues are the installation's."""

    def aim(self) -> Any:
        if self.action == "create":
            require_may_add(self.access)
        return super().aim()

    @writes(body=CatalogueEntryInput)
    def create(self, _: None, data: dict[str, Any]) -> CatalogueEntry:
        catalogue: Any = self.get_queryset().model
        made: CatalogueEntry = create_entry(catalogue=catalogue, **data)
        return made

    @writes(body=CatalogueEntryInput)
    def partial_update(self, entry: CatalogueEntry, data: dict[str, Any]) -> CatalogueEntry:
        return update_entry(entry=entry, **data)

    @writes()
    def destroy(self, entry: CatalogueEntry, _: dict[str, Any]) -> None:
        delete_entry(entry=entry)


def _summaries(title: str, one: str) -> dict[str, str]:
    """Return how the schema calls what is done with a catalogue and with one entry of it."""
    return {
        "list": f"Catálogo de {title}",
        "retrieve": f"Una {one}",
        "create": f"Crear una {one}",
        "partial_update": f"Cambiar una {one}",
        "destroy": f"Borrar una {one} que nada usa",
    }


class MefActivityViewSet(CatalogueViewSet):
    """Actividades presupuestales del catálogo del ministerio."""

    summaries = _summaries("actividades MEF", "actividad MEF")
    queryset = MefActivity.objects.all()
    serializer_class = MefActivitySerializer
    entity_of_the_past = "mef_activity"


class MeasurementUnitViewSet(CatalogueViewSet):
    """En qué se cuentan las cantidades."""

    summaries = _summaries("unidades de medida", "unidad de medida")
    queryset = MeasurementUnit.objects.all()
    serializer_class = MeasurementUnitSerializer
    entity_of_the_past = "measurement_unit"
