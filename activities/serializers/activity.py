"""How activities are shown and sent, and how the history of their targets is shown."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from activities.choices import Accumulation
from activities.models import Activity, TargetRevision
from activities.serializers.classification import CLASSIFICATION_EXAMPLE, ClassificationInput, ClassificationSerializer
from activities.serializers.fields import TotalQuantityField, TwelveQuantitiesField
from activities.serializers.plan import PLAN_EXAMPLE, PlanReferenceSerializer
from activities.serializers.recorded import RecordedMixin
from activities.serializers.references import PlanField, measurement_unit_field, mef_activity_field
from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.fields import CodeField, NameField, TruthField, WordField
from units.serializers.references import UNIT_EXAMPLE, ReferenceSerializer, unit_field
from units.serializers.shown import ShownSerializer

_QUARTERLY = [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1]
_ACTIVITY = {
    "id": 7,
    "plan": PLAN_EXAMPLE,
    "unit": UNIT_EXAMPLE,
    "mef_activity": {"id": 1, "code": "M01", "name": "GESTIÓN ADMINISTRATIVA"},
    "measurement_unit": {"id": 1, "code": "UM01", "name": "INFORMES"},
    "code": "A007",
    "name": "EVALUACIÓN DEL PLAN OPERATIVO INSTITUCIONAL",
    "accumulation": "sum",
    "classification": CLASSIFICATION_EXAMPLE,
    "programmed": _QUARTERLY,
    "annual_target": 4,
    "is_cancelled": False,
    "cancelled_from": None,
}
INPUT_EXAMPLE = {
    "plan": {"institution": "SAT", "year": 2023},
    "unit": "SAT-U01",
    "mef_activity": "M01",
    "measurement_unit": "UM01",
    "code": "A007",
    "name": "EVALUACIÓN DEL PLAN OPERATIVO INSTITUCIONAL",
    "classification": {"oei": CLASSIFICATION_EXAMPLE["oei"], "prioridad": CLASSIFICATION_EXAMPLE["prioridad"]},
    "programmed": _QUARTERLY,
}
_REVISION = {
    "version": 2,
    "programmed": [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 2],
    "is_cancelled": False,
    "cancelled_from": None,
    "resolution": "RJ 001-004-00004712",
    "effective_on": "2022-07-01",
    "reason": "Reprogramación del segundo semestre",
    "at": "2022-07-04T09:15:00-05:00",
    "by": "user:planificacion",
    "client": None,
}


class CancelledFromField(serializers.IntegerField):
    """The month with which an activity ends; null if it does not."""

    def __init__(self, **options: Any) -> None:
        told = "El mes desde el que está anulada: los anteriores se conservan. Nulo si no lo está."
        super().__init__(**{"min_value": 1, "max_value": 12, "allow_null": True, "help_text": told, **options})


@extend_schema_serializer(examples=[OpenApiExample("Una actividad POI", value=_ACTIVITY)])
class ActivitySerializer(ShownSerializer):
    """An activity with its current programme, which its row of figures holds."""

    plan = PlanReferenceSerializer()
    unit = ReferenceSerializer()
    mef_activity = ReferenceSerializer()
    measurement_unit = ReferenceSerializer()
    classification = ClassificationSerializer()
    programmed = TwelveQuantitiesField(source="figure.programmed")
    annual_target = TotalQuantityField(
        source="figure.annual_target",
        help_text="El total (sum), el último mes programado (last) o la media de los programados (average).",
    )
    is_cancelled = serializers.BooleanField(
        source="figure.is_cancelled", help_text="Si está anulada, desde cualquier mes."
    )
    cancelled_from = CancelledFromField(source="figure.cancelled_from")

    class Meta:
        model = Activity
        fields = list(_ACTIVITY)


class ActivityNameField(NameField):
    """The name of an activity, with single blanks in it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(longest=1000, **options)

    def to_internal_value(self, data: Any) -> str:
        return " ".join(super().to_internal_value(data).split())


class ActivityFieldsInput(KnownFieldsMixin):
    """What is sent of an activity however it comes about, but for what it refers to and its programme."""

    code = CodeField(required=False, help_text="Sin él, el siguiente libre (A001…).")
    name = ActivityNameField()
    accumulation = WordField(Accumulation.choices, required=False)
    classification = ClassificationInput(required=False)


@extend_schema_serializer(examples=[OpenApiExample("En un borrador", value=INPUT_EXAMPLE, request_only=True)])
class ActivityInput(ActivityFieldsInput):
    plan = PlanField()
    unit = unit_field()
    mef_activity = mef_activity_field()
    measurement_unit = measurement_unit_field()
    programmed = TwelveQuantitiesField(required=False)


@extend_schema_serializer(
    examples=[OpenApiExample("Otra meta", value={"programmed": _QUARTERLY}, request_only=True)],
)
class ActivityChangesInput(ActivityFieldsInput):
    """A draft's activity; once its plan is approved, only `name` and `classification`."""

    unit = unit_field()
    mef_activity = mef_activity_field()
    measurement_unit = measurement_unit_field()
    programmed = TwelveQuantitiesField()
    is_cancelled = TruthField(help_text="Anularla; al recuperarla se dice también su programa.")


@extend_schema_serializer(examples=[OpenApiExample("Una meta modificada", value=_REVISION)])
class RevisionSerializer(RecordedMixin, ShownSerializer):
    """A target as it was; `of_version` is the version of the plan that it came with, None while that is a draft."""

    programmed = TwelveQuantitiesField()
    is_cancelled = serializers.BooleanField(help_text="Si la anula, desde cualquier mes.")
    cancelled_from = CancelledFromField()
    resolution = serializers.CharField(
        source="of_version.resolution", default=str, help_text="La de la versión; vacía si no la tiene."
    )
    effective_on = serializers.DateField(
        source="of_version.effective_on", default=None, allow_null=True, help_text="Desde cuándo rige la versión."
    )
    reason = serializers.CharField(source="of_version.reason", default=str, help_text="El motivo de la versión.")

    class Meta:
        model = TargetRevision
        fields = list(_REVISION)
