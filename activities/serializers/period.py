"""How the months to report in and their reopenings are shown and sent."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from activities.models import Reopening, ReportingPeriod
from activities.serializers.fields import ReasonField
from activities.serializers.plan import PLAN_EXAMPLE, PlanReferenceSerializer
from activities.serializers.recorded import RecordedMixin, WithdrawalSerializer
from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.fields import DayField
from units.serializers.references import UNIT_EXAMPLE, ReferenceSerializer, is_seen, unit_field
from units.serializers.shown import ShownSerializer

_REOPENING = {
    "id": 1,
    "unit": UNIT_EXAMPLE,
    "until": "2022-05-06",
    "reason": "Falta el sustento de marzo",
    "withdrawal": None,
    "at": "2022-05-02T08:30:00-05:00",
    "by": "user:planificacion",
    "client": None,
}
_EXAMPLE = {
    "id": 3,
    "plan": PLAN_EXAMPLE,
    "month": 3,
    "opens_on": "2022-03-01",
    "due_on": "2022-04-10",
    "closes_on": "2022-04-15",
    "reopenings": [_REOPENING],
}
_NEW_DATES = {"closes_on": "2022-04-22", "reason": "Feriados de Semana Santa"}
_NEW_REOPENING = {"unit": "SAT-U01", "until": "2022-05-06", "reason": "Falta el sustento de marzo"}


@extend_schema_serializer(examples=[OpenApiExample("Una reapertura", value=_REOPENING)])
class ReopeningSerializer(RecordedMixin, ShownSerializer):
    """A reopening that the caller's units are under; one of a unit that it does not see is shown without it."""

    unit = serializers.SerializerMethodField(help_text="Nulo: una unidad superior que usted no ve.")
    withdrawal = WithdrawalSerializer(allow_null=True, default=None)

    class Meta:
        model = Reopening
        fields = ["id", "unit", "until", "reason", "withdrawal", "at", "by", "client"]

    @extend_schema_field(ReferenceSerializer(allow_null=True))
    def get_unit(self, reopening: Reopening) -> dict[str, Any] | None:
        seen = reopening.unit.parent_id is None or is_seen(reopening.unit, self.context)
        return ReferenceSerializer(reopening.unit).data if seen else None


@extend_schema_serializer(examples=[OpenApiExample("Un periodo reabierto", value=_EXAMPLE)])
class PeriodSerializer(ShownSerializer):
    plan = PlanReferenceSerializer()
    reopenings = ReopeningSerializer(many=True)

    class Meta:
        model = ReportingPeriod
        fields = ["id", "plan", "month", "opens_on", "due_on", "closes_on", "reopenings"]


@extend_schema_serializer(examples=[OpenApiExample("Más plazo", value=_NEW_DATES, request_only=True)])
class PeriodChangesInput(KnownFieldsMixin):
    """Days of Lima, each counted whole."""

    opens_on = DayField()
    due_on = DayField()
    closes_on = DayField()
    reason = ReasonField(required=False, allow_blank=True, help_text="Hace falta si el periodo ya cerró.")


@extend_schema_serializer(examples=[OpenApiExample("Para una unidad", value=_NEW_REOPENING, request_only=True)])
class ReopeningInput(KnownFieldsMixin):
    unit = unit_field()
    until = DayField(help_text="El último día, inclusive; hoy o después.")
    reason = ReasonField()


@extend_schema_serializer(examples=[OpenApiExample("Por qué", value={"reason": "Ya se registró"}, request_only=True)])
class WithdrawalInput(KnownFieldsMixin):
    reason = ReasonField()
