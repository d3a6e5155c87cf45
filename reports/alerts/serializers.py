"""The shape of `/reports/alerts/`, for the schema alone."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema_serializer
from rest_framework import serializers

from poi_api.http.pagination import PageLinkField
from reports.alerts.query import RULES
from reports.shared.serializers import ReportHeadSerializer
from units.serializers.references import ReferenceSerializer

RULE = OpenApiParameter("rule", str, enum=list(RULES), many=True, description="Solo estas reglas. Se puede repetir.")
_EXAMPLE = {
    "from_year": 2022,
    "to_year": 2022,
    "version": "current",
    "as_of": "2023-01-05T10:15:00.000000-05:00",
    "include": None,
    "labels": "current",
    "scope": {"installation": True, "units": []},
    "through": 12,
    "rules": [
        {
            "rule": "over",
            "title": RULES["over"].title,
            "description": RULES["over"].description,
            "count": 1,
        }
    ],
    "count": 1,
    "next": None,
    "previous": None,
    "results": [
        {
            "rule": "over",
            "year": 2022,
            "institution": {"id": 1, "code": "SAT", "name": "SAT LIMA"},
            "unit": {"id": 2, "code": "SAT-U01", "name": "PLANIFICACIÓN"},
            "activity": {"id": 7, "code": "A007", "name": "EVALUACIÓN DEL PLAN OPERATIVO INSTITUCIONAL"},
            "title": RULES["over"].title,
            "detail": "Lo ejecutado es 200 % de lo programado hasta DIC.",
            "figures": {"through": 12, "programmed": 4, "executed": 8, "progress": 200, "above": 150},
        }
    ],
}


class AlertRuleSerializer(serializers.Serializer):
    rule = serializers.ChoiceField(list(RULES))
    title = serializers.CharField()
    description = serializers.CharField(help_text="Qué busca la regla.")
    count = serializers.IntegerField()


class AlertSerializer(serializers.Serializer):
    rule = serializers.ChoiceField(list(RULES))
    year = serializers.IntegerField()
    institution = ReferenceSerializer()
    unit = ReferenceSerializer()
    activity = ReferenceSerializer(allow_null=True, help_text="Nula donde la regla mira a una unidad.")
    title = serializers.CharField()
    detail = serializers.CharField(help_text="El caso, dicho para personas.")
    figures = serializers.DictField(help_text="Las cifras que la regla miró; sus miembros dependen de ella.")


@extend_schema_serializer(examples=[OpenApiExample("Una alerta", value=_EXAMPLE)], many=False)
class AlertsSerializer(ReportHeadSerializer):
    through = serializers.IntegerField()
    rules = AlertRuleSerializer(many=True)
    count = serializers.IntegerField()
    next = PageLinkField(allow_null=True)
    previous = PageLinkField(allow_null=True)
    results = AlertSerializer(many=True)
