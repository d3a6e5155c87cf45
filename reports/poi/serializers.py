"""The shape of `/reports/poi/`, for the schema alone."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema_serializer
from rest_framework import serializers

from activities.serializers.fields import TwelveQuantitiesField
from activities.serializers.figures import YEAR_EXAMPLE
from reports.execution.serializers import WHOLE_EXAMPLE, TotalQuantityField, TotalSerializer
from reports.shared.serializers import HEAD_EXAMPLE, REPORT_DOCUMENTATION, ReportHeadSerializer
from units.serializers.references import ReferenceSerializer

_OWN = [
    OpenApiParameter("year", int, required=True, description="El año."),
    OpenApiParameter("institution", str, required=True, description="Código de la institución."),
    OpenApiParameter(
        "through",
        {"type": "integer", "minimum": 1, "maximum": 4, "default": 4},
        description="El trimestre: lo ejecutado después no se muestra; lo programado, sí, todo el año.",
    ),
]
_REPLACED = {"year", "from_year", "to_year", "institution"}
POI_DOCUMENTATION = [*_OWN, *(each for each in REPORT_DOCUMENTATION if each.name not in _REPLACED)]


class PrintedQuarterSerializer(serializers.Serializer):
    programmed = TotalQuantityField()
    executed = TotalQuantityField(allow_null=True)
    progress = TotalQuantityField(allow_null=True)


def _months() -> serializers.ListField:
    return serializers.ListField(child=TotalQuantityField(allow_null=True), min_length=12, max_length=12)


class PoiFiguresSerializer(serializers.Serializer):
    annual_target = TotalQuantityField(help_text="META.")
    executed = _months()
    quarters = PrintedQuarterSerializer(many=True)


class PoiRowSerializer(PoiFiguresSerializer):
    activity = ReferenceSerializer()
    unit = ReferenceSerializer()
    printed_unit = serializers.CharField(help_text="Cómo la nombra el documento: la institución es INSTITUCIONAL.")
    mef_activity = ReferenceSerializer()
    measurement_unit = ReferenceSerializer()
    programmed = TwelveQuantitiesField()


class PoiTotalSerializer(PoiFiguresSerializer):
    programmed = _months()
    to_date = TotalSerializer(
        allow_null=True, help_text="De enero al fin del trimestre, con subtotales por unidad de medida."
    )


_FIGURES = {
    "annual_target": 4,
    "programmed": [0, 0, 1] * 4,
    "executed": [None, None, 1] * 4,
    "quarters": YEAR_EXAMPLE["quarters"],
}
_EXAMPLE = {
    **HEAD_EXAMPLE,
    "institution": {"id": 1, "code": "SAT", "name": "SAT LIMA"},
    "through": 4,
    "title": "PLAN OPERATIVO INSTITUCIONAL 2022 – EJECUCIÓN AL IV TRIMESTRE",
    "cut_off": "2023-01-05",
    "source_line": "Fuente: Módulo de Control de la Gestión al 05/01/2023.",
    "results": [
        {
            "activity": {"id": 7, "code": "A007", "name": "EVALUACIÓN DEL PLAN OPERATIVO INSTITUCIONAL"},
            "unit": {"id": 2, "code": "SAT-U01", "name": "PLANIFICACIÓN"},
            "printed_unit": "PLANIFICACIÓN",
            "mef_activity": {"id": 1, "code": "M01", "name": "GESTIÓN ADMINISTRATIVA"},
            "measurement_unit": {"id": 1, "code": "UM01", "name": "INFORMES"},
            **_FIGURES,
        }
    ],
    "total": {**_FIGURES, "to_date": WHOLE_EXAMPLE},
}


@extend_schema_serializer(examples=[OpenApiExample("El documento de un trimestre", value=_EXAMPLE)], many=False)
class PoiSerializer(ReportHeadSerializer):
    institution = ReferenceSerializer()
    through = serializers.IntegerField()
    title = serializers.CharField()
    cut_off = serializers.DateField(allow_null=True, help_text="El día, en Lima, de lo último que se sabe.")
    source_line = serializers.CharField()
    results = PoiRowSerializer(many=True)
    total = PoiTotalSerializer(help_text="La fila TOTAL.")
