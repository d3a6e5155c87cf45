"""The shape of `/reports/execution/`, for the schema alone: PostgreSQL writes it."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema_serializer
from rest_framework import serializers

from activities.serializers.fields import ExactField
from poi_api.http.pagination import PageLinkField
from reports.shared.serializers import HEAD_EXAMPLE, ReportHeadSerializer
from reports.shared.sums.question import DIMENSIONS, MEASURES
from units.serializers.references import ReferenceSerializer

_ORDERINGS = [sign + name for name in (*DIMENSIONS, *MEASURES) for sign in ("", "-")]
EXECUTION_DOCUMENTATION = [
    OpenApiParameter(
        "group_by",
        {"type": "array", "items": {"type": "string", "enum": list(DIMENSIONS)}},
        explode=False,
        description="Por qué se agrupa, separado por comas. Sin él hay una sola fila. `branch` es el superior de la "
        "unidad al nivel `depth`, con todo lo que depende de él.",
    ),
    OpenApiParameter(
        "depth",
        {"type": "integer", "minimum": 0, "maximum": 50, "default": 1},
        description="Con `branch`: niveles por debajo de la institución (0 es ella misma).",
    ),
    OpenApiParameter(
        "through",
        {"type": "integer", "minimum": 1, "maximum": 12, "default": 12},
        description="El último mes que cuenta.",
    ),
    OpenApiParameter("cumulative", bool, description="`true`: cada periodo se cuenta desde enero."),
    OpenApiParameter(
        "explain", bool, description="`true`: cada porcentaje con su fórmula, sus datos y su regla (JSON)."
    ),
    OpenApiParameter(
        "ordering",
        str,
        enum=_ORDERINGS,
        description="Una de las dimensiones pedidas o una medida; por defecto, las dimensiones en su orden. Lo que no "
        "tiene valor va al final.",
    ),
]


class TotalQuantityField(ExactField):
    """A sum of quantities."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=30, decimal_places=3, **options)


class InputsOfProgressSerializer(serializers.Serializer):
    executed = TotalQuantityField(allow_null=True)
    programmed = TotalQuantityField()
    executed_exact = serializers.CharField(allow_null=True, help_text="La fracción, si sus decimales no terminan.")
    programmed_exact = serializers.CharField(allow_null=True)
    from_month = serializers.IntegerField()
    to_month = serializers.IntegerField()


class ProgressExplanationSerializer(serializers.Serializer):
    formula = serializers.CharField()
    inputs = InputsOfProgressSerializer()
    rule = serializers.CharField()
    null_because = serializers.ChoiceField(["unprogrammed", "unreported"], allow_null=True)


class InputsOfMeanSerializer(serializers.Serializer):
    activities = serializers.IntegerField()
    with_progress = serializers.IntegerField()
    sum_of_progress = ExactField(max_digits=30, decimal_places=6, allow_null=True)


class MeanExplanationSerializer(serializers.Serializer):
    formula = serializers.CharField()
    inputs = InputsOfMeanSerializer()
    rule = serializers.CharField()


class InputsOfBandSerializer(serializers.Serializer):
    progress = TotalQuantityField(allow_null=True)
    green_from = TotalQuantityField(allow_null=True)
    amber_from = TotalQuantityField(allow_null=True)


class BandExplanationSerializer(serializers.Serializer):
    formula = serializers.CharField()
    inputs = InputsOfBandSerializer()
    rule = serializers.CharField()


class ExplanationSerializer(serializers.Serializer):
    progress = ProgressExplanationSerializer()
    mean_progress = MeanExplanationSerializer()
    band = BandExplanationSerializer()


class MeasuresSerializer(serializers.Serializer):
    activities = serializers.IntegerField(help_text="Cuántas actividades; la de dos años cuenta en cada uno.")
    programmed = TotalQuantityField()
    executed = TotalQuantityField(allow_null=True, help_text="Nulo: de lo programado no se reportó nada.")
    progress = TotalQuantityField(allow_null=True, help_text="Ejecutado ÷ programado × 100, con dos decimales.")
    band = serializers.ChoiceField(["green", "amber", "red"], allow_null=True)
    over = serializers.BooleanField(help_text="Si el avance pasa de 100.")
    mean_progress = TotalQuantityField(allow_null=True, help_text="La media de los avances de sus actividades.")
    mixed_accumulation = serializers.BooleanField(help_text="Si suma actividades de distinta regla.")
    mixed_bands = serializers.BooleanField(help_text="Si los planes tienen cortes distintos: no hay semáforo.")
    explanation = ExplanationSerializer(required=False, help_text="Con `explain=true`.")


class SubtotalSerializer(MeasuresSerializer):
    measurement_unit = ReferenceSerializer()


class TotalSerializer(MeasuresSerializer):
    mixed_units = serializers.BooleanField(help_text="Si suma distintas unidades de medida.")
    by_measurement_unit = SubtotalSerializer(many=True, help_text="Los subtotales, si suma distintas unidades.")


class ExecutionRowSerializer(TotalSerializer):
    institution = ReferenceSerializer(required=False)
    unit = ReferenceSerializer(required=False)
    branch = ReferenceSerializer(required=False)
    mef_activity = ReferenceSerializer(required=False)
    measurement_unit = ReferenceSerializer(required=False)
    activity = ReferenceSerializer(required=False)
    year = serializers.IntegerField(required=False)
    month = serializers.IntegerField(required=False)
    quarter = serializers.IntegerField(required=False)
    semester = serializers.IntegerField(required=False)
    from_month = serializers.IntegerField()
    to_month = serializers.IntegerField()


_MEASURES = {
    "activities": 2,
    "programmed": 23,
    "executed": 24,
    "progress": 104.35,
    "band": "green",
    "over": True,
    "mean_progress": 102.5,
    "mixed_accumulation": False,
    "mixed_bands": False,
}
WHOLE_EXAMPLE = _MEASURES | {"mixed_units": False, "by_measurement_unit": []}
_EXAMPLE = {
    **HEAD_EXAMPLE,
    "group_by": ["unit", "quarter"],
    "depth": None,
    "through": 3,
    "cumulative": False,
    "total": WHOLE_EXAMPLE,
    "count": 1,
    "next": None,
    "previous": None,
    "results": [
        {
            "unit": {"id": 2, "code": "SAT-U01", "name": "PLANIFICACIÓN"},
            "quarter": 1,
            "from_month": 1,
            "to_month": 3,
            **WHOLE_EXAMPLE,
        }
    ],
}


@extend_schema_serializer(examples=[OpenApiExample("Por unidad y trimestre", value=_EXAMPLE)], many=False)
class ExecutionSerializer(ReportHeadSerializer):
    group_by = serializers.ListField(child=serializers.ChoiceField(DIMENSIONS))
    depth = serializers.IntegerField(allow_null=True)
    through = serializers.IntegerField()
    cumulative = serializers.BooleanField()
    total = TotalSerializer(help_text="Todo lo pedido, de enero a `through`; no la suma de las filas de tiempo.")
    count = serializers.IntegerField()
    next = PageLinkField(allow_null=True)
    previous = PageLinkField(allow_null=True)
    results = ExecutionRowSerializer(many=True)
