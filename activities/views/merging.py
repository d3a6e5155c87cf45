"""Merging a unit into another over HTTP; it is here because the activities go along."""

from typing import Any

from activities.serializers.merging import MergerInput, MergerSerializer
from activities.services.merging import lock_for_merger, merge_unit
from units.models import Unit
from units.requests.resources import content_etag
from units.requests.writes import Written, writes
from units.views.unit import UnitViewSet


class MergingViewSet(UnitViewSet):
    """La fusión de una unidad con otra, para los planificadores de la institución."""

    def path_of(self, target: Unit) -> list[int] | None:
        """Return the institution's, for versions of its plans are made."""
        return target.path[:1]

    def lock(self, target: Unit) -> Unit:
        return lock_for_merger(target)

    @writes("Fusionar una unidad con otra", MergerInput, responses=MergerSerializer)
    def merge(self, unit: Unit, data: dict[str, Any]) -> Written:
        """Sus actividades, unidades, personas y claves pasan a la otra, y su código y sus nombres llevan a ella.

        Los planes cerrados y todo lo pasado quedan como estaban. Con `dry_run` se dice antes qué resultaría.
        """
        dry_run = data.pop("dry_run", False)
        merger = merge_unit(access=self.access, unit=unit, **data)
        told = MergerSerializer(merger, context=self.get_serializer_context()).data
        return Written(told, dry_run=dry_run, etag=content_etag(self.represent(unit)))
