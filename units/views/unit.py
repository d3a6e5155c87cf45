"""The units over HTTP."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request

from units.choices import Role, UnitKind
from units.filters import UnitQuery
from units.models import Unit
from units.requests.resources import ListMixin, RetrieveMixin, content_etag
from units.requests.writes import WritingMixin, Written
from units.serializers.moment import MomentQuery
from units.serializers.sight import SightChangeSerializer
from units.serializers.unit import ChangedUnitSerializer, UnitChangeInput, UnitInput, UnitSerializer
from units.services.sight import sight_change
from units.services.units import create_unit, delete_unit, lock_tree, update_unit


@extend_schema_view(
    list=extend_schema(summary="Unidades que puede ver"),
    retrieve=extend_schema(summary="Una unidad"),
    create=extend_schema(summary="Crear una unidad", request=UnitInput),
    partial_update=extend_schema(
        summary="Cambiar, mover o desactivar una unidad", request=UnitChangeInput, responses=ChangedUnitSerializer
    ),
    destroy=extend_schema(summary="Borrar una unidad que nada usa"),
)
class UnitViewSet(ListMixin, RetrieveMixin, WritingMixin):
    """Instituciones, órganos y unidades orgánicas. Las escriben los planificadores."""

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

    def create(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require_somewhere(Role.PLANNER)
        return self.write(lambda _, data: create_unit(access=self.access, **data), body=UnitInput, status=201)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.write(self._change, target=self.find(Role.PLANNER), body=UnitChangeInput)

    def _change(self, unit: Unit, data: dict[str, Any]) -> Written:
        """Change a unit, and say whose sight a move changes; a trial undoes it."""
        dry_run, before = data.pop("dry_run", False), list(unit.path)
        changed = update_unit(access=self.access, unit=unit, **data)
        shown = self.represent(changed)
        sight = sight_change(before, changed.path, self.access) if changed.path != before else None
        told = shown | {"sight": sight and SightChangeSerializer(sight).data}
        return Written(told, dry_run=dry_run, etag=content_etag(shown))

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.write(lambda unit, _: delete_unit(unit=unit), target=self.find(Role.PLANNER))
