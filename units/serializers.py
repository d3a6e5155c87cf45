"""How units are shown."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from units.access import Access
from units.bodies import KnownFieldsMixin
from units.choices import Role
from units.models import Unit
from units.references import ReferenceSerializer

_EXAMPLE = {
    "id": 2,
    "code": "SAT-U01",
    "name": "PLANIFICACIÓN",
    "kind": "organic_unit",
    "parent": {"id": 1, "code": "SAT", "name": "SAT LIMA"},
    "institution": {"id": 1, "code": "SAT", "name": "SAT LIMA"},
    "aliases": ["PLANIFICACION"],
    "is_active": True,
}


@extend_schema_serializer(examples=[OpenApiExample("Una unidad orgánica", value=_EXAMPLE)])
class UnitSerializer(KnownFieldsMixin, serializers.ModelSerializer):
    """A unit; its parent only if the caller may see it. Needs the caller's `access` in the context."""

    parent: Any = serializers.SerializerMethodField()
    institution = ReferenceSerializer(read_only=True)
    aliases: Any = serializers.SlugRelatedField(
        slug_field="name", many=True, read_only=True, help_text="Otras formas en que se escribe su nombre."
    )

    class Meta:
        model = Unit
        fields = ["id", "code", "name", "kind", "parent", "institution", "aliases", "is_active"]
        read_only_fields = fields

    @extend_schema_field(ReferenceSerializer(allow_null=True))
    def get_parent(self, unit: Unit) -> dict[str, Any] | None:
        access: Access = self.context["access"]
        if unit.parent is None or not access.allows(Role.READER, unit.parent.path):
            return None
        return ReferenceSerializer(unit.parent).data
