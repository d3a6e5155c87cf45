"""The shape of `/reports/completeness/`, for the schema alone: PostgreSQL writes it."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema_serializer
from rest_framework import serializers

from activities.serializers.fields import QuantityField
from poi_api.http.pagination import PageLinkField
from reports.shared.serializers import ReportHeadSerializer
from units.choices import UnitKind
from units.serializers.references import ReferenceSerializer

THROUGH = OpenApiParameter(
    "through",
    {"type": "integer", "minimum": 1, "maximum": 12, "default": 12},
    description="Hasta qué mes, desde enero.",
)
_TALLY = {
    "expected": 3,
    "reported": 2,
    "on_time": 1,
    "late": 1,
    "imported": 0,
    "missing": 1,
    "overdue": 1,
    "punctuality": 33.33,
}
_EXAMPLE = {
    "from_year": 2022,
    "to_year": 2022,
    "version": "current",
    "as_of": "2022-04-30T23:59:59.999999-05:00",
    "include": None,
    "labels": "current",
    "scope": {"installation": True, "units": []},
    "through": 3,
    "due_by": "2022-04-30",
    "total": _TALLY,
    "count": 1,
    "next": None,
    "previous": None,
    "results": [
        {
            "year": 2022,
            "unit": {"id": 2, "code": "SAT-U01", "name": "PLANIFICACIÓN"},
            "kind": "organic_unit",
            "parent": {"id": 1, "code": "SAT", "name": "SAT LIMA"},
            **_TALLY,
            "months": [{"month": 3, **_TALLY}],
        }
    ],
}


class TallySerializer(serializers.Serializer):
    expected = serializers.IntegerField(help_text="Meses de actividades con programación mayor que 0.")
    reported = serializers.IntegerField(help_text="De ellos, los que tienen una cifra oficial.")
    on_time = serializers.IntegerField(help_text="Reportados en plazo.")
    late = serializers.IntegerField(help_text="Reportados fuera de plazo.")
    imported = serializers.IntegerField(help_text="Importados: ni en plazo ni fuera de él.")
    missing = serializers.IntegerField(help_text="Esperados y sin reportar.")
    overdue = serializers.IntegerField(help_text="De los que faltan, los que ya vencieron a la fecha `due_by`.")
    punctuality = QuantityField(
        allow_null=True,
        help_text="En plazo ÷ (en plazo + fuera de plazo + vencidos) × 100; nulo si no hay ninguno.",
    )


class CompletenessMonthSerializer(TallySerializer):
    month = serializers.IntegerField(min_value=1, max_value=12)


class CompletenessRowSerializer(TallySerializer):
    """A unit with all below it; units without expected months are left out, and so are such months."""

    year = serializers.IntegerField()
    unit = ReferenceSerializer()
    kind = serializers.ChoiceField(UnitKind.choices)
    parent = ReferenceSerializer(allow_null=True, help_text="La unidad superior, si usted puede verla.")
    months = CompletenessMonthSerializer(many=True)


@extend_schema_serializer(examples=[OpenApiExample("Un trimestre", value=_EXAMPLE)], many=False)
class CompletenessSerializer(ReportHeadSerializer):
    through = serializers.IntegerField()
    due_by = serializers.DateField(help_text="El día de Lima en que está parada la respuesta.")
    total = TallySerializer()
    count = serializers.IntegerField()
    next = PageLinkField(allow_null=True)
    previous = PageLinkField(allow_null=True)
    results = CompletenessRowSerializer(many=True)
