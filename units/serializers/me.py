"""How callers are told who they are."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from units.choices import Role
from units.serializers.references import UNIT_EXAMPLE, ReferenceSerializer

# What each role adds to those before it (domain.md, "Roles")
ACTS = {Role.READER: "read", Role.REPORTER: "report", Role.REVIEWER: "review", Role.PLANNER: "plan"}
_EXAMPLE = {
    "kind": "client",
    "id": 5,
    "name": "Avance mensual",
    "actor": "client:Avance mensual",
    "expires_at": "2022-12-31T23:59:59-05:00",
    "roles": [{"role": "reporter", "unit": UNIT_EXAMPLE, "may": ["read", "report"]}],
}


class HeldRoleSerializer(serializers.Serializer):
    """A role where it is held."""

    role = serializers.ChoiceField(Role.choices)
    unit = ReferenceSerializer(allow_null=True, help_text="Ella y las que dependen de ella; nulo: toda la instalación.")
    may = serializers.ListField(
        child=serializers.ChoiceField(list(ACTS.values())),
        help_text="Qué puede allí: leer, reportar, revisar, planificar.",
    )


@extend_schema_serializer(examples=[OpenApiExample("La clave de una unidad", value=_EXAMPLE)])
class MeSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(["client", "person"])
    id = serializers.IntegerField(help_text="Del cliente o de la persona.")
    name = serializers.CharField()
    actor = serializers.CharField(help_text="Cómo lo llama el historial.")
    expires_at = serializers.DateTimeField(allow_null=True, help_text="Hasta cuándo vale la clave o la sesión.")
    roles = HeldRoleSerializer(many=True)
