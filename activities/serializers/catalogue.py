"""How the catalogues are shown."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from activities.models import MeasurementUnit, MefActivity
from units.bodies import KnownFieldsMixin

_MEF = {"id": 1, "code": "M01", "name": "GESTIÓN ADMINISTRATIVA"}
_MEASURE = {"id": 1, "code": "UM01", "name": "INFORMES"}


@extend_schema_serializer(examples=[OpenApiExample("Una actividad MEF", value=_MEF)])
class MefActivitySerializer(KnownFieldsMixin, serializers.ModelSerializer):
    class Meta:
        model = MefActivity
        fields = ["id", "code", "name"]
        read_only_fields = fields


@extend_schema_serializer(examples=[OpenApiExample("Una unidad de medida", value=_MEASURE)])
class MeasurementUnitSerializer(KnownFieldsMixin, serializers.ModelSerializer):
    class Meta:
        model = MeasurementUnit
        fields = ["id", "code", "name"]
        read_only_fields = fields
