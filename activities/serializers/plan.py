"""How plans and their versions are shown."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from activities.models import Plan, PlanVersion
from activities.serializers.recorded import RecordedMixin
from poi_api.http.bodies import KnownFieldsMixin
from units.serializers.references import ReferenceSerializer

_PLAN = {
    "id": 1,
    "institution": {"id": 1, "code": "SAT", "name": "SAT LIMA"},
    "year": 2022,
    "status": "approved",
    "requires_review": False,
    "tolerance_percent": None,
    "bands": {"green": 95, "amber": 75},
}
_VERSION = {
    "id": 2,
    "number": 2,
    "resolution": "RJ 001-004-00004712",
    "reason": "Reprogramación del segundo semestre",
    "effective_on": "2022-07-01",
    "at": "2022-07-04T09:15:00-05:00",
    "by": "user:planificacion",
}


class BandsSerializer(serializers.Serializer):
    """The cuts of the traffic light, in percent of the progress that is shown (domain.md, rule 6)."""

    green = serializers.DecimalField(
        source="green_from", max_digits=7, decimal_places=2, read_only=True, help_text="Verde desde (%)."
    )
    amber = serializers.DecimalField(
        source="amber_from", max_digits=7, decimal_places=2, read_only=True, help_text="Ámbar desde (%)."
    )


class PlanReferenceSerializer(serializers.Serializer):
    """How other answers name a plan."""

    id = serializers.IntegerField(read_only=True)
    institution = ReferenceSerializer(read_only=True)
    year = serializers.IntegerField(read_only=True)


@extend_schema_serializer(examples=[OpenApiExample("Un plan operativo", value=_PLAN)])
class PlanSerializer(KnownFieldsMixin, serializers.ModelSerializer):
    institution = ReferenceSerializer(read_only=True)
    bands = BandsSerializer(source="*", read_only=True)

    class Meta:
        model = Plan
        fields = ["id", "institution", "year", "status", "requires_review", "tolerance_percent", "bands"]
        read_only_fields = fields


@extend_schema_serializer(examples=[OpenApiExample("Una modificación", value=_VERSION)])
class PlanVersionSerializer(RecordedMixin, KnownFieldsMixin, serializers.ModelSerializer):
    class Meta:
        model = PlanVersion
        fields = ["id", "number", "resolution", "reason", "effective_on", "at", "by"]
        read_only_fields = fields
