"""How the catalogues are shown and sent."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

from activities.models import MeasurementUnit, MefActivity
from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.fields import CodeField, NameField
from units.serializers.shown import ShownSerializer

_MEF = {"id": 1, "code": "M01", "name": "GESTIÓN ADMINISTRATIVA"}
_MEASURE = {"id": 1, "code": "UM01", "name": "INFORMES"}
_NEW = {"code": "M20", "name": "SEGURIDAD CIUDADANA"}


class _EntrySerializer(ShownSerializer):
    class Meta:
        fields = ["id", "code", "name"]


@extend_schema_serializer(examples=[OpenApiExample("Una actividad MEF", value=_MEF)])
class MefActivitySerializer(_EntrySerializer):
    class Meta(_EntrySerializer.Meta):
        model = MefActivity


@extend_schema_serializer(examples=[OpenApiExample("Una unidad de medida", value=_MEASURE)])
class MeasurementUnitSerializer(_EntrySerializer):
    class Meta(_EntrySerializer.Meta):
        model = MeasurementUnit


@extend_schema_serializer(examples=[OpenApiExample("Una entrada del catálogo", value=_NEW)])
class CatalogueEntryInput(KnownFieldsMixin):
    """An entry as it is sent: whole when it is new, else what changes."""

    code = CodeField(help_text="Único en su catálogo.")
    name = NameField(help_text="Único en su catálogo, sin distinguir mayúsculas, acentos ni espacios.")
