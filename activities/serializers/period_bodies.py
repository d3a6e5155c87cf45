"""What is sent to change periods and to open them again."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from activities.serializers import inputs
from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.fields import TextField

_DATES = {"closes_on": "2022-04-22", "reason": "Feriados de Semana Santa"}
_REOPENING = {"unit": "SAT-U01", "until": "2022-05-06", "reason": "Falta el sustento de marzo"}


@extend_schema_serializer(examples=[OpenApiExample("Más plazo", value=_DATES, request_only=True)])
class PeriodChanges(KnownFieldsMixin):
    """Days of Lima, each counted whole."""

    opens_on = serializers.DateField()
    due_on = serializers.DateField()
    closes_on = serializers.DateField()
    reason = TextField(
        max_length=5000, required=False, allow_blank=True, help_text="Hace falta si el periodo ya cerró."
    )


@extend_schema_serializer(examples=[OpenApiExample("Para una unidad", value=_REOPENING, request_only=True)])
class NewReopening(KnownFieldsMixin):
    unit = inputs.unit()
    until = serializers.DateField(help_text="El último día, inclusive; hoy o después.")
    reason = TextField(max_length=5000)


@extend_schema_serializer(examples=[OpenApiExample("Por qué", value={"reason": "Ya se registró"}, request_only=True)])
class ReopeningEnd(KnownFieldsMixin):
    reason = TextField(max_length=5000)
