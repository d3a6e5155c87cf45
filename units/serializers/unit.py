"""How units are shown and sent."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.fields import CodeField, NameField, ProseField, ShortListField, TruthField, WordField
from units.choices import UnitKind
from units.models import Unit
from units.serializers.references import ReferenceSerializer, is_seen, unit_field
from units.serializers.shown import ShownSerializer
from units.serializers.sight import SightChangeSerializer

_LONGEST_REASON = 1000  # characters
_UNIT = {
    "id": 2,
    "code": "SAT-U01",
    "name": "PLANIFICACIÓN",
    "kind": "organic_unit",
    "parent": {"id": 1, "code": "SAT", "name": "SAT LIMA"},
    "institution": {"id": 1, "code": "SAT", "name": "SAT LIMA"},
    "aliases": ["PLANIFICACION"],
    "is_active": True,
}
_NOBODY = {"clients": [], "people": [], "not_shown": 0}
_MOVED = _UNIT | {
    "sight": {
        "gained": _NOBODY,
        "lost": _NOBODY | {"clients": [{"id": 3, "name": "Tablero", "role": "reader", "unit": _UNIT["parent"]}]},
    }
}
_NEW = {
    "code": "SAT-U16",
    "name": "GERENCIA DE INNOVACIÓN",
    "kind": "organic_unit",
    "parent": "SAT",
    "aliases": ["INNOVACION Y PROYECTOS"],
}


@extend_schema_serializer(examples=[OpenApiExample("Una unidad orgánica", value=_UNIT)])
class UnitSerializer(ShownSerializer):
    """A unit; its parent only if the caller may see it. Needs the caller's `access` in the context."""

    parent: Any = serializers.SerializerMethodField()
    institution = ReferenceSerializer()
    aliases: Any = serializers.SlugRelatedField(
        slug_field="name", many=True, read_only=True, help_text="Otras formas en que se escribe su nombre."
    )

    class Meta:
        model = Unit
        fields = ["id", "code", "name", "kind", "parent", "institution", "aliases", "is_active"]

    @extend_schema_field(ReferenceSerializer(allow_null=True))
    def get_parent(self, unit: Unit) -> dict[str, Any] | None:
        if unit.parent is None or not is_seen(unit.parent, self.context):
            return None
        return ReferenceSerializer(unit.parent).data


@extend_schema_serializer(examples=[OpenApiExample("Una unidad nueva", value=_NEW, request_only=True)])
class UnitInput(KnownFieldsMixin):
    """A unit as it is sent: whole when it is new, else what changes."""

    code = CodeField(help_text="Único en la instalación.")
    name = NameField(help_text="Único en la institución, sin distinguir mayúsculas, acentos ni espacios.")
    kind = WordField(UnitKind.choices)
    parent: Any = unit_field(
        required=False, allow_null=True, help_text="De qué unidad depende; nulo en una institución."
    )
    aliases = ShortListField(
        child=NameField(),
        max_length=100,
        required=False,
        help_text="Todos sus otros nombres: reemplazan a los que haya.",
    )
    is_active = TruthField(required=False)


_FAREWELL = {"is_active": False, "force": True, "reason": "Se fusionó con la Oficina de Planificación (R.J. 12-2022)"}


@extend_schema_serializer(examples=[OpenApiExample("Una unidad que se desactiva", value=_FAREWELL, request_only=True)])
class UnitChangeInput(UnitInput):
    """What changes of a unit, why, and whether it is only tried."""

    force = TruthField(required=False, help_text="Desactivarla aunque tenga actividades vigentes; con un motivo.")
    reason = ProseField(required=False, max_length=_LONGEST_REASON, help_text="Por qué; queda en el historial.")
    dry_run = TruthField(required=False, help_text="`true`: se dice qué resultaría, y no se cambia nada.")


@extend_schema_serializer(examples=[OpenApiExample("Una unidad que se movió", value=_MOVED)])
class ChangedUnitSerializer(UnitSerializer):
    """A unit as it is after a change, and whose sight that changed."""

    sight = SightChangeSerializer(allow_null=True, help_text="Nulo si no cambió de lugar.")

    class Meta(UnitSerializer.Meta):
        fields = [*UnitSerializer.Meta.fields, "sight"]
