"""How a month that is owed is shown."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from activities.choices import MonthStatus
from activities.serializers.month_rows import MONTH_ROW_EXAMPLE, MonthRowSerializer
from activities.serializers.recorded import ClientReferenceSerializer

_DUE = {
    **MONTH_ROW_EXAMPLE,
    "status": "returned",
    "entry_version": 1,
    "due_on": "2022-04-10",
    "closes_on": "2022-04-15",
    "reopened_until": None,
    "days_left": 4,
    "late": False,
    "closed": False,
    "returned": {
        "comment": "Falta el informe",
        "by": "user:revision",
        "client": None,
        "at": "2022-04-06T09:00:00-05:00",
    },
}


class ReturnedSerializer(serializers.Serializer):
    """The verdict by which an entry came back."""

    comment = serializers.CharField(read_only=True)
    by = serializers.CharField(read_only=True)
    client = ClientReferenceSerializer(read_only=True, allow_null=True)
    at = serializers.DateTimeField(read_only=True)


@extend_schema_serializer(examples=[OpenApiExample("Un mes devuelto", value=_DUE)])
class DueSerializer(MonthRowSerializer):
    """A month that is owed, as `DueMonths` makes it."""

    status = serializers.ChoiceField(MonthStatus.choices, read_only=True, help_text="Del registro más nuevo.")
    entry_version = serializers.IntegerField(read_only=True, help_text="De la que parte lo que se envíe; 0: ninguna.")
    due_on = serializers.DateField(read_only=True, help_text="Hasta este día, inclusive, está a tiempo.")
    closes_on = serializers.DateField(read_only=True, help_text="Hasta este día, inclusive, se recibe.")
    reopened_until = serializers.DateField(
        read_only=True, allow_null=True, help_text="Si se reabrió para la unidad: hasta este día, inclusive, se recibe."
    )
    days_left = serializers.IntegerField(
        read_only=True, help_text="Días que faltan para que venza; negativo: días de retraso."
    )
    late = serializers.BooleanField(read_only=True, help_text="Ya venció: lo que llegue cuenta como tardío.")
    closed = serializers.BooleanField(read_only=True, help_text="Ya no se recibe, salvo que se reabra.")
    returned = ReturnedSerializer(read_only=True, allow_null=True, help_text="Qué hay que corregir, si se devolvió.")
