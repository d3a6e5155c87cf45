"""How answers and bodies name other things (api.md, "Identity")."""

from typing import Any

from rest_framework import serializers

from poi_api.http.fields import NamedField
from units.access.grants import Access
from units.choices import Role
from units.models import Unit
from units.models.reading import is_past
from units.models.successors import successors
from units.serializers.shown import Shown

_SEEN = "units_seen"
INSTITUTION_EXAMPLE = {"id": 1, "code": "SAT", "name": "SAT LIMA"}
UNIT_EXAMPLE = {"id": 2, "code": "SAT-U01", "name": "PLANIFICACIÓN"}


class ReferenceSerializer(Shown):
    """Anything with an id, a code and a name, as answers name it."""

    id = serializers.IntegerField()
    code = serializers.CharField(max_length=32)
    name = serializers.CharField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the three members. Field by field they would cost half of a list's time."""
        return reference(instance.pk, instance.code, instance.name)


def reference(identity: int, code: str, name: str) -> dict[str, Any]:
    """Return what `ReferenceSerializer` shows of a row that was read without its model."""
    return {"id": identity, "code": code, "name": name}


def is_seen(unit: Unit, context: Any) -> bool:
    """Tell whether the caller, `access` in a serializer's context, sees a unit: of the past, whether it sees it today.

    Of the past it takes one query for all that is shown.
    """
    access: Access = context["access"]
    if not is_past() or access.everywhere():
        return access.allows(Role.READER, unit.path)
    if _SEEN not in context:
        context[_SEEN] = set(Unit.objects.visible_to(access).values_list("pk", flat=True))
    return unit.pk in context[_SEEN]


class UnitField(NamedField):
    """A unit that the caller sees. The code of one that was merged into another leads there (docs/decisions/0046)."""

    def to_internal_value(self, data: Any) -> Any:
        unit: Unit = super().to_internal_value(data)
        instead = successors([unit]).get(unit.pk) if isinstance(data, str) else None
        return instead if instead and self.context["access"].allows(Role.READER, instead.path) else unit


def unit_field(**options: Any) -> NamedField:
    """Return the field of a body that names a unit the caller sees."""
    return UnitField(named=Unit.objects.visible_to, **options)


def institution_field(**options: Any) -> NamedField:
    """Return the field of a body that names an institution the caller belongs to."""
    return NamedField(named=Unit.objects.institutions_of, **options)
