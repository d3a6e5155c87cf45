"""How the catalogues are shown and sent."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from activities.models import MeasurementUnit, MefActivity
from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.fields import CodeField, NameField

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


_BODY = {"code": "M20", "name": "SEGURIDAD CIUDADANA"}


@extend_schema_serializer(examples=[OpenApiExample("Una entrada del catálogo", value=_BODY)])
class CatalogueBodySerializer(KnownFieldsMixin, serializers.Serializer):
    """What is sent of an entry: all of it for a new one, what changes for one there is."""

    code = CodeField(help_text="Único en su catálogo.")
    name = NameField(help_text="Único en su catálogo, sin distinguir mayúsculas, acentos ni espacios.")
