"""The shape of `/reports/poi/`, for the schema alone."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from activities.serializers.fields import TotalQuantityField
from activities.serializers.figures import YEAR_EXAMPLE
from reports.poi.printing import PROJECT
from reports.poi.statement import ROW
from reports.shared.columns import RowSerializer
from reports.shared.serializers import LABELS_EXAMPLE, ReportHeadSerializer, document_example
from reports.shared.sums.serializers import TOTAL_EXAMPLE, TotalSerializer
from units.serializers.references import INSTITUTION_EXAMPLE, ReferenceSerializer


class PrintedQuarterSerializer(serializers.Serializer):
    programmed = TotalQuantityField()
    executed = TotalQuantityField(allow_null=True)
    progress = TotalQuantityField(allow_null=True)


def _months() -> serializers.ListField:
    return serializers.ListField(child=TotalQuantityField(allow_null=True), min_length=12, max_length=12)


class PoiFiguresSerializer(serializers.Serializer):
    executed = _months()
    quarters = PrintedQuarterSerializer(many=True)


class PoiRowSerializer(RowSerializer, PoiFiguresSerializer):
    members = ROW


class PoiTotalSerializer(PoiFiguresSerializer):
    annual_target = TotalQuantityField(help_text="META.")
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
_NAMED = {name: LABELS_EXAMPLE[name] for name in ("activity", "unit", "mef_activity", "measurement_unit")}
_EXAMPLE = document_example(
    institution=INSTITUTION_EXAMPLE,
    through=4,
    title="PLAN OPERATIVO INSTITUCIONAL 2022 – EJECUCIÓN AL IV TRIMESTRE",
    notice=None,
    cut_off="2023-01-05",
    source_line="Fuente: Módulo de Control de la Gestión al 05/01/2023.",
    results=[{**_NAMED, "printed_unit": "PLANIFICACIÓN", "accumulation": "sum", **_FIGURES}],
    total={**_FIGURES, "to_date": {**TOTAL_EXAMPLE, "by_measurement_unit": []}},
)


@extend_schema_serializer(examples=[OpenApiExample("El documento de un trimestre", value=_EXAMPLE)], many=False)
class PoiSerializer(ReportHeadSerializer):
    institution = ReferenceSerializer()
    through = serializers.IntegerField()
    title = serializers.CharField()
    notice = serializers.ChoiceField(
        [PROJECT], allow_null=True, help_text="`PROYECTO`: de un borrador, que se pide con `draft`."
    )
    cut_off = serializers.DateField(allow_null=True, help_text="El día, en Lima, de lo último que se sabe.")
    source_line = serializers.CharField()
    results = PoiRowSerializer(many=True)
    total = PoiTotalSerializer(help_text="La fila TOTAL.")
