"""How the copy of a plan is told: the new draft, and what a person should know of it."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from activities.serializers.plan import PlanSerializer
from activities.services.plans.copying import Copy
from units.serializers.references import ReferenceSerializer

_ACTIVITY = {"id": 15, "code": "A015", "name": "CAMPAÑA DE DIFUSIÓN"}
_EXAMPLE = {
    "id": 2,
    "institution": {"id": 1, "code": "SAT", "name": "SAT LIMA"},
    "year": 2023,
    "status": "draft",
    "requires_review": False,
    "tolerance_percent": None,
    "bands": {"green": 95, "amber": 75},
    "copied": {
        "activities": 72,
        "left_out": [{"activity": _ACTIVITY, "reason": "cancelled"}],
        "to_review": [{"activity": {**_ACTIVITY, "id": 16, "code": "A016"}, "reason": "unit_inactive"}],
    },
}


class NotedSerializer(serializers.Serializer):
    activity = ReferenceSerializer(help_text="Del plan copiado.")
    reason = serializers.ChoiceField(
        [("cancelled", "Anulada"), ("target_missing", "Sin meta"), ("unit_inactive", "Unidad inactiva")]
    )


class CopiedSerializer(serializers.Serializer):
    activities = serializers.IntegerField(help_text="Cuántas se copiaron.")
    left_out = NotedSerializer(many=True, help_text="Las que no, y por qué.")
    to_review = NotedSerializer(many=True, help_text="Las que se copiaron y la aprobación pedirá corregir.")


@extend_schema_serializer(examples=[OpenApiExample("El borrador del año siguiente", value=_EXAMPLE)])
class PlanCopySerializer(PlanSerializer):
    copied = CopiedSerializer(read_only=True)

    class Meta(PlanSerializer.Meta):
        fields = [*PlanSerializer.Meta.fields, "copied"]
        read_only_fields = fields


def shown_copy(copy: Copy) -> dict[str, Any]:
    """Return the answer to `POST /plans/{id}/copy/`."""
    return {**PlanSerializer(copy.plan).data, "copied": CopiedSerializer(copy).data}
