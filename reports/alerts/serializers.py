"""The shape of `/reports/alerts/`, for the schema alone."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from reports.alerts.rules import RULES
from reports.alerts.statement import LABELS
from reports.shared.columns import RowSerializer
from reports.shared.serializers import ACTIVITY_EXAMPLE, ReportPageSerializer, page_example
from units.serializers.references import INSTITUTION_EXAMPLE, UNIT_EXAMPLE

_RULE = RULES["over"]
_EXAMPLE = page_example(
    {
        "rule": "over",
        "year": 2022,
        "institution": INSTITUTION_EXAMPLE,
        "unit": UNIT_EXAMPLE,
        "activity": ACTIVITY_EXAMPLE,
        "title": _RULE.title,
        "detail": "Lo ejecutado es 200 % de lo programado hasta DIC.",
        "figures": {"through": 12, "programmed": 4, "executed": 8, "progress": 200, "above": 150},
    },
    through=12,
    rules=[{"rule": "over", "title": _RULE.title, "description": _RULE.description, "count": 1}],
)


class AlertRuleSerializer(serializers.Serializer):
    rule = serializers.ChoiceField(list(RULES))
    title = serializers.CharField()
    description = serializers.CharField(help_text="Qué busca la regla.")
    count = serializers.IntegerField()


class AlertSerializer(RowSerializer):
    members = LABELS

    title = serializers.CharField()
    detail = serializers.CharField(help_text="El caso, dicho para personas.")
    figures = serializers.DictField(help_text="Las cifras que la regla miró; sus miembros dependen de ella.")


@extend_schema_serializer(examples=[OpenApiExample("Una alerta", value=_EXAMPLE)], many=False)
class AlertsSerializer(ReportPageSerializer):
    through = serializers.IntegerField()
    rules = AlertRuleSerializer(many=True)
    results = AlertSerializer(many=True)
