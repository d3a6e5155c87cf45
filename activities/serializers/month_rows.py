"""How a month of an activity is shown in lists across activities."""

from typing import Any

from rest_framework import serializers

from activities.serializers.fields import QuantityField
from units.serializers.references import ReferenceSerializer

MONTH_ROW_EXAMPLE = {
    "activity": {"id": 7, "code": "A001", "name": "Informes de gestión"},
    "unit": {"id": 3, "code": "SAT-U01", "name": "OFICINA DE PLANIFICACIÓN"},
    "institution": {"id": 1, "code": "SAT", "name": "SAT LIMA"},
    "year": 2022,
    "month": 3,
    "programmed": 12,
}


class MonthRowSerializer(serializers.Serializer):
    """Shows rows as `MonthRows` makes them: field by field would take most of a page's time."""

    activity = ReferenceSerializer(read_only=True)
    unit = ReferenceSerializer(read_only=True)
    institution = ReferenceSerializer(read_only=True)
    year = serializers.IntegerField(read_only=True)
    month = serializers.IntegerField(read_only=True, min_value=1, max_value=12)
    programmed = QuantityField(read_only=True, help_text="En la versión vigente del plan.")

    def to_representation(self, instance: Any) -> Any:
        return instance
