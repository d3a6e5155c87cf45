"""How a month that waits for its review is shown."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from activities.serializers.fields import QuantityField
from activities.serializers.month_rows import MONTH_ROW_EXAMPLE, MonthRowSerializer
from activities.serializers.recorded import ClientReferenceSerializer

_WAITING = {
    **MONTH_ROW_EXAMPLE,
    "executed": 9,
    "official": None,
    "entry_version": 1,
    "late": False,
    "reason": "Faltó personal",
    "evidence_url": "https://drive.ejemplo.pe/informe-marzo",
    "by": "client:Unidad de Planificación",
    "client": {"id": 3, "name": "Unidad de Planificación"},
    "at": "2022-04-06T09:00:00-05:00",
}


@extend_schema_serializer(examples=[OpenApiExample("Un mes por revisar", value=_WAITING)])
class WaitingMonthSerializer(MonthRowSerializer):
    """A month that waits for its review, as `ReviewQueue` makes it."""

    executed = QuantityField(read_only=True, allow_null=True, help_text="Lo registrado; nulo: retira la cifra.")
    official = QuantityField(read_only=True, allow_null=True, help_text="La cifra aceptada que hay, si hay una.")
    entry_version = serializers.IntegerField(read_only=True, min_value=1, help_text="La que se acepta o se devuelve.")
    late = serializers.BooleanField(read_only=True, help_text="Si se registró fuera de plazo.")
    reason = serializers.CharField(read_only=True)
    evidence_url = serializers.CharField(read_only=True)
    by = serializers.CharField(read_only=True, help_text="Quién lo registró.")
    client = ClientReferenceSerializer(read_only=True, allow_null=True)
    at = serializers.DateTimeField(read_only=True, help_text="Cuándo se registró.")
