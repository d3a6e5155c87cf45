"""The units over HTTP."""

from typing import Any

from django.db.models import QuerySet

from units.choices import UnitKind
from units.filters import UnitQuery
from units.models import Unit
from units.requests.resources import ListMixin, RetrieveMixin, content_etag
from units.requests.writes import WritingMixin, Written, writes
from units.serializers.moment import MomentQuery
from units.serializers.sight import SightChangeSerializer
from units.serializers.unit import ChangedUnitSerializer, UnitChangeInput, UnitInput, UnitSerializer
from units.services.sight import sight_change
from units.services.units import create_unit, delete_unit, lock_tree, update_unit


class UnitViewSet(ListMixin, RetrieveMixin, WritingMixin):
    """Instituciones, órganos y unidades orgánicas. Las escriben los planificadores."""

    summaries = {"list": "Unidades que puede ver", "retrieve": "Una unidad"}
    serializer_class = UnitSerializer
    list_query = UnitQuery
    entity_of_the_past = "unit"
    detail_query = MomentQuery

    def get_queryset(self) -> QuerySet[Unit]:
        units = Unit.objects.visible_to(self.access)
        return units.select_related("parent", "institution").prefetch_related("aliases")

    def path_of(self, target: Unit) -> list[int] | None:
        """Institutions are the installation's (domain.md, "Roles")."""
        return None if target.kind == UnitKind.INSTITUTION else target.path

    def lock(self, target: Unit) -> Unit:
        lock_tree(target.institution_id)
        locked: Unit = super().lock(target)
        return locked

    @writes("Crear una unidad", UnitInput)
    def create(self, _: None, data: dict[str, Any]) -> Unit:
        return create_unit(access=self.access, **data)

    @writes("Cambiar, mover o desactivar una unidad", UnitChangeInput, responses=ChangedUnitSerializer)
    def partial_update(self, unit: Unit, data: dict[str, Any]) -> Written:
        # It is said whose sight a move changes; a trial undoes it
        dry_run, before = data.pop("dry_run", False), list(unit.path)
        changed = update_unit(access=self.access, unit=unit, **data)
        shown = self.represent(changed)
        sight = sight_change(before, changed.path, self.access) if changed.path != before else None
        told = shown | {"sight": sight and SightChangeSerializer(sight).data}
        return Written(told, dry_run=dry_run, etag=content_etag(shown))

    @writes("Borrar una unidad que nada usa")
    def destroy(self, unit: Unit, _: dict[str, Any]) -> None:
        delete_unit(unit=unit)
