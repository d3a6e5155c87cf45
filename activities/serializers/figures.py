"""The shapes of figures, for the schema alone: PostgreSQL writes them (`activities/sql/shapes.sql`)."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from activities.serializers.fields import TotalQuantityField
from activities.serializers.progress import MonthSerializer
from units.serializers.references import ReferenceSerializer


class PeriodFiguresSerializer(serializers.Serializer):
    programmed = TotalQuantityField()
    executed = TotalQuantityField(allow_null=True)
    progress = TotalQuantityField(allow_null=True, help_text="Ejecutado ÷ programado × 100, con dos decimales.")


class YearFiguresSerializer(serializers.Serializer):
    """What a year adds up to."""

    quarters = PeriodFiguresSerializer(many=True)
    annual_target = TotalQuantityField()
    executed_total = TotalQuantityField(allow_null=True)
    progress = TotalQuantityField(allow_null=True)
    band = serializers.ChoiceField(["green", "amber", "red"], allow_null=True)
    over = serializers.BooleanField(help_text="Si el avance pasa de 100.")


_QUARTER = {"programmed": 1, "executed": 1, "progress": 100}
_UNREPORTED = {
    "executed": None,
    "pending": None,
    "status": "unreported",
    "late": None,
    "entry_version": 0,
    "reason": None,
    "evidence_url": None,
}
_REPORTED = _UNREPORTED | {
    "executed": 1,
    "status": "accepted",
    "late": False,
    "entry_version": 1,
    "reason": "",
    "evidence_url": "",
}
YEAR_EXAMPLE = {
    "quarters": [_QUARTER] * 4,
    "annual_target": 4,
    "executed_total": 4,
    "progress": 100,
    "band": "green",
    "over": False,
}
_EXAMPLE = {
    "activity": {"id": 7, "code": "A007", "name": "EVALUACIÓN DEL PLAN OPERATIVO INSTITUCIONAL"},
    "year": 2022,
    "version": "current",
    "as_of": "2023-01-05T10:15:00.000000-05:00",
    "months": [
        {"month": month, "programmed": int(month % 3 == 0), **(_UNREPORTED if month % 3 else _REPORTED)}
        for month in range(1, 13)
    ],
    **YEAR_EXAMPLE,
}


@extend_schema_serializer(examples=[OpenApiExample("Las cifras de una actividad", value=_EXAMPLE)])
class ActivityFiguresSerializer(YearFiguresSerializer):
    activity = ReferenceSerializer()
    year = serializers.IntegerField()
    version = serializers.CharField(help_text="La versión medida: `current`, `initial` o su número.")
    as_of = serializers.DateTimeField(allow_null=True, help_text="El momento cuyo conocimiento se muestra.")
    months = MonthSerializer(many=True)
