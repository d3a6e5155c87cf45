"""Merging a unit into another over HTTP; it is here because the activities go along."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from activities.serializers.merging import MergerInput, MergerSerializer
from activities.services.merging import lock_for_merger, merge_unit
from units.choices import Role
from units.models import Unit
from units.requests.resources import content_etag
from units.requests.writes import Written
from units.views.unit import UnitViewSet


class MergingViewSet(UnitViewSet):
    """La fusión de una unidad con otra, para los planificadores de la institución."""

    def path_of(self, target: Unit) -> Iterable[int] | None:
        """Return the institution's, for versions of its plans are made."""
        return target.path[:1]

    def lock(self, target: Unit) -> Unit:
        return lock_for_merger(target)

    @extend_schema(summary="Fusionar una unidad con otra", request=MergerInput, responses=MergerSerializer)
    def merge(self, request: Request, pk: str) -> HttpResponseBase:
        """Sus actividades, unidades, personas y claves pasan a la otra, y su código y sus nombres llevan a ella.

        Los planes cerrados y todo lo pasado quedan como estaban. Con `dry_run` se dice antes qué resultaría.
        """
        return self.write(self._merge, target=self.find(Role.PLANNER), body=MergerInput)

    def _merge(self, unit: Unit, data: dict[str, Any]) -> Written:
        dry_run = data.pop("dry_run", False)
        merger = merge_unit(access=self.access, unit=unit, **data)
        told = MergerSerializer(merger, context=self.get_serializer_context()).data
        return Written(told, dry_run=dry_run, etag=content_etag(self.represent(unit)))
