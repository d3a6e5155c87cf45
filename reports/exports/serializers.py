"""The shape of an export's line, for the schema alone."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from activities.choices import Accumulation, MonthStatus
from activities.serializers.fields import QuantityField
from reports.exports.statement import COLUMNS

_EXAMPLE = {
    "institution_code": "SAT",
    "institution_name": "SAT LIMA",
    "year": 2022,
    "activity_id": 7,
    "activity_code": "A007",
    "activity_name": "EVALUACIÓN DEL PLAN OPERATIVO INSTITUCIONAL",
    "unit_code": "SAT-U01",
    "unit_name": "PLANIFICACIÓN",
    "mef_activity_code": "M01",
    "mef_activity_name": "GESTIÓN ADMINISTRATIVA",
    "measurement_unit_code": "UM01",
    "measurement_unit_name": "INFORMES",
    "accumulation": "sum",
    "month": 3,
    "programmed": 1,
    "executed": 1,
    "pending": None,
    "status": "accepted",
    "late": False,
    "entry_version": 1,
    "reason": None,
    "evidence_url": None,
}


def _said(name: str, **options: Any) -> dict[str, Any]:
    return {"help_text": COLUMNS[name], **options}


@extend_schema_serializer(
    examples=[OpenApiExample("Una línea", value=_EXAMPLE, media_type="application/x-ndjson")], many=False
)
class MonthRowSerializer(serializers.Serializer):
    institution_code = serializers.CharField(**_said("institution_code"))
    institution_name = serializers.CharField(**_said("institution_name"))
    year = serializers.IntegerField(**_said("year"))
    activity_id = serializers.IntegerField(**_said("activity_id"))
    activity_code = serializers.CharField(**_said("activity_code"))
    activity_name = serializers.CharField(**_said("activity_name"))
    unit_code = serializers.CharField(**_said("unit_code"))
    unit_name = serializers.CharField(**_said("unit_name"))
    mef_activity_code = serializers.CharField(**_said("mef_activity_code"))
    mef_activity_name = serializers.CharField(**_said("mef_activity_name"))
    measurement_unit_code = serializers.CharField(**_said("measurement_unit_code"))
    measurement_unit_name = serializers.CharField(**_said("measurement_unit_name"))
    accumulation = serializers.ChoiceField(Accumulation.choices, **_said("accumulation"))
    month = serializers.IntegerField(min_value=1, max_value=12, **_said("month"))
    programmed = QuantityField(**_said("programmed"))
    executed = QuantityField(**_said("executed", allow_null=True))
    pending = QuantityField(**_said("pending", allow_null=True))
    status = serializers.ChoiceField(MonthStatus.choices, **_said("status"))
    late = serializers.BooleanField(**_said("late", allow_null=True))
    entry_version = serializers.IntegerField(**_said("entry_version"))
    reason = serializers.CharField(**_said("reason", allow_null=True))
    evidence_url = serializers.CharField(**_said("evidence_url", allow_null=True))
