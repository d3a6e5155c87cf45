"""How a month of an activity is shown in lists across activities: what is owed, what waits for its review."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from activities.choices import MonthStatus
from activities.serializers.fields import QuantityField
from activities.serializers.recorded import ClientReferenceSerializer
from units.serializers.references import INSTITUTION_EXAMPLE, ReferenceSerializer
from units.serializers.shown import Shown

_MONTH_ROW = {
    "activity": {"id": 7, "code": "A001", "name": "Informes de gestión"},
    "unit": {"id": 3, "code": "SAT-U01", "name": "OFICINA DE PLANIFICACIÓN"},
    "institution": INSTITUTION_EXAMPLE,
    "year": 2022,
    "month": 3,
    "programmed": 12,
}
_DUE = {
    **_MONTH_ROW,
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
_WAITING = {
    **_MONTH_ROW,
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


class _MonthRowSerializer(Shown):
    """Shows rows as `MonthRows` makes them: field by field would take most of a page's time."""

    activity = ReferenceSerializer()
    unit = ReferenceSerializer()
    institution = ReferenceSerializer()
    year = serializers.IntegerField()
    month = serializers.IntegerField(min_value=1, max_value=12)
    programmed = QuantityField(help_text="En la versión vigente del plan.")

    def to_representation(self, instance: Any) -> Any:
        return instance


class ReturnedSerializer(Shown):
    """The verdict by which an entry came back."""

    comment = serializers.CharField()
    by = serializers.CharField()
    client = ClientReferenceSerializer(allow_null=True)
    at = serializers.DateTimeField()


@extend_schema_serializer(examples=[OpenApiExample("Un mes devuelto", value=_DUE)])
class DueSerializer(_MonthRowSerializer):
    """A month that is owed, as `DueMonths` makes it."""

    status = serializers.ChoiceField(MonthStatus.choices, help_text="Del registro más nuevo.")
    entry_version = serializers.IntegerField(help_text="De la que parte lo que se envíe; 0: ninguna.")
    due_on = serializers.DateField(help_text="Hasta este día, inclusive, está a tiempo.")
    closes_on = serializers.DateField(help_text="Hasta este día, inclusive, se recibe.")
    reopened_until = serializers.DateField(
        allow_null=True, help_text="Si se reabrió para la unidad: hasta este día, inclusive, se recibe."
    )
    days_left = serializers.IntegerField(help_text="Días que faltan para que venza; negativo: días de retraso.")
    late = serializers.BooleanField(help_text="Ya venció: lo que llegue cuenta como tardío.")
    closed = serializers.BooleanField(help_text="Ya no se recibe, salvo que se reabra.")
    returned = ReturnedSerializer(allow_null=True, help_text="Qué hay que corregir, si se devolvió.")


@extend_schema_serializer(examples=[OpenApiExample("Un mes por revisar", value=_WAITING)])
class WaitingMonthSerializer(_MonthRowSerializer):
    """A month that waits for its review, as `ReviewQueue` makes it."""

    executed = QuantityField(allow_null=True, help_text="Lo registrado; nulo: retira la cifra.")
    official = QuantityField(allow_null=True, help_text="La cifra aceptada que hay, si hay una.")
    entry_version = serializers.IntegerField(min_value=1, help_text="La que se acepta o se devuelve.")
    late = serializers.BooleanField(help_text="Si se registró fuera de plazo.")
    reason = serializers.CharField()
    evidence_url = serializers.CharField()
    by = serializers.CharField(help_text="Quién lo registró.")
    client = ClientReferenceSerializer(allow_null=True)
    at = serializers.DateTimeField(help_text="Cuándo se registró.")
