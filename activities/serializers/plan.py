"""How plans, their copies and the heads of their versions are shown, and what is sent to make and change plans."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from activities.models import Plan, PlanVersion
from activities.serializers.fields import ExactField, ReasonField
from activities.serializers.recorded import RecordedMixin, WithdrawalSerializer
from activities.serializers.references import YearField
from activities.services.plans.copying import Copy
from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.fields import DayField, LineField, TruthField
from units.serializers.references import INSTITUTION_EXAMPLE, ReferenceSerializer, institution_field
from units.serializers.shown import Shown, ShownSerializer

PLAN_EXAMPLE = {"id": 1, "institution": INSTITUTION_EXAMPLE, "year": 2022}
_PLAN = {
    **PLAN_EXAMPLE,
    "status": "approved",
    "requires_review": False,
    "tolerance_percent": None,
    "bands": {"green": 95, "amber": 75},
}
VERSION_EXAMPLE = {
    "id": 2,
    "number": 2,
    "resolution": "RJ 001-004-00004712",
    "reason": "Reprogramación del segundo semestre",
    "effective_on": "2022-07-01",
    "withdrawal": None,
    "at": "2022-07-04T09:15:00-05:00",
    "by": "user:planificacion",
    "client": None,
}
_CANCELLED = {"id": 15, "code": "A015", "name": "CAMPAÑA DE DIFUSIÓN"}
_COPY = {
    **_PLAN,
    "id": 2,
    "year": 2023,
    "status": "draft",
    "copied": {
        "activities": 72,
        "left_out": [{"activity": _CANCELLED, "reason": "cancelled"}],
        "to_review": [{"activity": {**_CANCELLED, "id": 16, "code": "A016"}, "reason": "unit_inactive"}],
    },
}
_RULES = {"requires_review": True, "tolerance_percent": 10, "bands": {"green": 95, "amber": 75}}
_NEW = {"institution": "SAT", "year": 2023, **_RULES}
_APPROVAL = {"resolution": "RJ 001-004-00004600", "reason": "POI 2023", "effective_on": "2023-01-01"}
_CLOSING = {"force": True, "reason": "La unidad se desactivó en noviembre"}


class BandsSerializer(Shown):
    """The cuts of the traffic light, in percent of the progress that is shown (domain.md, rule 6)."""

    green = serializers.DecimalField(source="green_from", max_digits=7, decimal_places=2, help_text="Verde desde (%).")
    amber = serializers.DecimalField(source="amber_from", max_digits=7, decimal_places=2, help_text="Ámbar desde (%).")


class PlanReferenceSerializer(Shown):
    """How other answers name a plan."""

    id = serializers.IntegerField()
    institution = ReferenceSerializer()
    year = serializers.IntegerField()


@extend_schema_serializer(examples=[OpenApiExample("Un plan operativo", value=_PLAN)])
class PlanSerializer(ShownSerializer):
    institution = ReferenceSerializer()
    bands = BandsSerializer(source="*")

    class Meta:
        model = Plan
        fields = ["id", "institution", "year", "status", "requires_review", "tolerance_percent", "bands"]


@extend_schema_serializer(examples=[OpenApiExample("Una modificación", value=VERSION_EXAMPLE)])
class PlanVersionSerializer(RecordedMixin, ShownSerializer):
    withdrawal = WithdrawalSerializer(
        allow_null=True, default=None, help_text="De una versión 1 cuya aprobación se retiró."
    )

    class Meta:
        model = PlanVersion
        fields = ["id", "number", "resolution", "reason", "effective_on", "withdrawal", "at", "by", "client"]


class ActivityNoticeSerializer(serializers.Serializer):
    """An activity that a person should know of when its plan was copied, and why."""

    activity = ReferenceSerializer(help_text="Del plan copiado.")
    reason = serializers.ChoiceField(
        [("cancelled", "Anulada"), ("target_missing", "Sin meta"), ("unit_inactive", "Unidad inactiva")]
    )


class CopiedSerializer(serializers.Serializer):
    activities = serializers.IntegerField(help_text="Cuántas se copiaron.")
    left_out = ActivityNoticeSerializer(many=True, help_text="Las que no, y por qué.")
    to_review = ActivityNoticeSerializer(many=True, help_text="Las que se copiaron y la aprobación pedirá corregir.")


@extend_schema_serializer(examples=[OpenApiExample("El borrador del año siguiente", value=_COPY)])
class PlanCopySerializer(PlanSerializer):
    copied = CopiedSerializer()

    class Meta(PlanSerializer.Meta):
        fields = [*PlanSerializer.Meta.fields, "copied"]

    def to_representation(self, copy: Copy) -> dict[str, Any]:
        return {**PlanSerializer(copy.plan).data, "copied": CopiedSerializer(copy).data}


class BandsInput(KnownFieldsMixin):
    green = ExactField(source="green_from", max_digits=7, decimal_places=2, help_text="Verde desde (%).")
    amber = ExactField(source="amber_from", max_digits=7, decimal_places=2, help_text="Ámbar desde (%).")


@extend_schema_serializer(examples=[OpenApiExample("Nuevas reglas", value=_RULES, request_only=True)])
class PlanChangesInput(KnownFieldsMixin):
    """The rules of a plan, which hold for what is reported from then on."""

    requires_review = TruthField(required=False)
    tolerance_percent = ExactField(
        max_digits=7, decimal_places=2, required=False, allow_null=True, help_text="Nulo: ningún desvío pide motivo."
    )
    bands = BandsInput(source="*", required=False)


@extend_schema_serializer(examples=[OpenApiExample("Un borrador", value=_NEW, request_only=True)])
class PlanInput(PlanChangesInput):
    institution = institution_field()
    year = YearField()


@extend_schema_serializer(examples=[OpenApiExample("La aprobación", value=_APPROVAL, request_only=True)])
class ApprovalInput(KnownFieldsMixin):
    """With what version 1 is recorded; all of it may be left out."""

    resolution = LineField(max_length=200, required=False, allow_blank=True)
    reason = ReasonField(required=False, allow_blank=True)
    effective_on = DayField(required=False, allow_null=True)


@extend_schema_serializer(examples=[OpenApiExample("Un cierre incompleto", value=_CLOSING, request_only=True)])
class ClosingInput(KnownFieldsMixin):
    force = TruthField(required=False, help_text="Cerrar aunque falten meses; pide un motivo.")
    reason = ReasonField(required=False, allow_blank=True)


@extend_schema_serializer(examples=[OpenApiExample("Por qué", value={"reason": "Faltaba un área"}, request_only=True)])
class ReasonInput(KnownFieldsMixin):
    """Why something is done; it is kept with the act."""

    reason = ReasonField()


@extend_schema_serializer(examples=[OpenApiExample("Por qué", value={"reason": "Año equivocado"}, request_only=True)])
class RemovalInput(KnownFieldsMixin):
    """Why something is taken away; it may be left out."""

    reason = ReasonField(required=False, allow_blank=True)


@extend_schema_serializer(examples=[OpenApiExample("El año siguiente", value={"year": 2023}, request_only=True)])
class PlanCopyInput(KnownFieldsMixin):
    year = YearField()
