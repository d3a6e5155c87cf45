"""The shapes of reports, for the schema alone: PostgreSQL writes them."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema_serializer
from rest_framework import serializers

from activities.serializers.fields import QuantityField, TwelveQuantitiesField
from activities.serializers.figures import BASIS_DOCUMENTATION, YEAR_EXAMPLE, YearFiguresSerializer
from poi_api.http.pagination import PageLinkField
from units.serializers.references import ReferenceSerializer

_FILTERS = {
    "institution": "Código de la institución.",
    "within": "Código de una unidad: ella y todas las que dependen de ella.",
    "unit": "Código de la unidad, sin las que dependen de ella.",
    "mef_activity": "Código de la actividad MEF.",
    "measurement_unit": "Código de la unidad de medida.",
}
REPORT_DOCUMENTATION = [
    OpenApiParameter("year", int, description="El año; o bien `from_year` y `to_year`."),
    OpenApiParameter("from_year", int, description="Primer año, junto con `to_year`."),
    OpenApiParameter("to_year", int, description="Último año, junto con `from_year`."),
    *(
        OpenApiParameter(name, str, many=True, description=f"{text} Se puede repetir.")
        for name, text in _FILTERS.items()
    ),
    *BASIS_DOCUMENTATION,
]
PAGE_DOCUMENTATION = [
    OpenApiParameter("limit", int, description="Filas por página, de 1 a 1000 (100 por defecto)."),
    OpenApiParameter("offset", int, description="Cuántas filas saltar."),
]
HEAD_EXAMPLE = {
    "from_year": 2022,
    "to_year": 2022,
    "version": "current",
    "as_of": "2023-01-05T10:15:00.000000-05:00",
    "include": None,
    "labels": "current",
    "scope": {"installation": True, "units": []},
}
_MATRIX_EXAMPLE = {
    **HEAD_EXAMPLE,
    "count": 1,
    "next": None,
    "previous": None,
    "results": [
        {
            "activity": {"id": 7, "code": "A007", "name": "EVALUACIÓN DEL PLAN OPERATIVO INSTITUCIONAL"},
            "year": 2022,
            "institution": {"id": 1, "code": "SAT", "name": "SAT LIMA"},
            "unit": {"id": 2, "code": "SAT-U01", "name": "PLANIFICACIÓN"},
            "mef_activity": {"id": 1, "code": "M01", "name": "GESTIÓN ADMINISTRATIVA"},
            "measurement_unit": {"id": 1, "code": "UM01", "name": "INFORMES"},
            "programmed": [0, 0, 1] * 4,
            "executed": [None, None, 1] * 4,
            **YEAR_EXAMPLE,
        }
    ],
}


class ScopeSerializer(serializers.Serializer):
    """How far the caller sees: everything, or these units and all below them."""

    installation = serializers.BooleanField()
    units = ReferenceSerializer(many=True)


class MatrixRowSerializer(YearFiguresSerializer):
    activity = ReferenceSerializer()
    year = serializers.IntegerField()
    institution = ReferenceSerializer()
    unit = ReferenceSerializer()
    mef_activity = ReferenceSerializer()
    measurement_unit = ReferenceSerializer()
    programmed = TwelveQuantitiesField()
    executed = serializers.ListField(child=QuantityField(allow_null=True), min_length=12, max_length=12)


class ReportHeadSerializer(serializers.Serializer):
    """What every report starts with."""

    from_year = serializers.IntegerField()
    to_year = serializers.IntegerField()
    version = serializers.CharField(help_text="La versión medida: `current`, `initial` o su número.")
    as_of = serializers.DateTimeField(allow_null=True, help_text="El momento cuyo conocimiento se muestra.")
    include = serializers.ChoiceField(["submitted"], allow_null=True)
    labels = serializers.ChoiceField(["current"], help_text="Nombres, unidades y semáforos son los de hoy.")
    scope = ScopeSerializer()


@extend_schema_serializer(examples=[OpenApiExample("Una fila de la matriz", value=_MATRIX_EXAMPLE)], many=False)
class MatrixSerializer(ReportHeadSerializer):
    count = serializers.IntegerField()
    next = PageLinkField(allow_null=True)
    previous = PageLinkField(allow_null=True)
    results = MatrixRowSerializer(many=True)
