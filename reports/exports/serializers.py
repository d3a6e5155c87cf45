"""The shape of an export's line, for the schema alone."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

from reports.exports.columns import COLUMNS
from reports.shared.columns import RowSerializer

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


@extend_schema_serializer(
    examples=[OpenApiExample("Una línea", value=_EXAMPLE, media_type="application/x-ndjson")], many=False
)
class MonthRowSerializer(RowSerializer):
    members = COLUMNS
