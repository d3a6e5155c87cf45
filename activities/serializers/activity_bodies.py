"""What is sent to make and change activities, one by one in a draft or many in a version of the plan."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from activities.choices import Accumulation
from activities.serializers import inputs
from activities.serializers.fields import TwelveQuantitiesField
from activities.services.plans.modification import Cancellation, Modification, Move, NewActivity, NewTarget
from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.fields import CodeField, TextField, TruthField

LARGEST_LIST = 5000
_QUARTERLY = [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1]
_ACTIVITY = {
    "plan": {"institution": "SAT", "year": 2023},
    "unit": "SAT-U01",
    "mef_activity": "M01",
    "measurement_unit": "UM01",
    "code": "A007",
    "name": "EVALUACIÓN DEL PLAN OPERATIVO INSTITUCIONAL",
    "programmed": _QUARTERLY,
}
_ADDED = {name: value for name, value in _ACTIVITY.items() if name not in ("plan", "code")}
_MODIFICATION = {
    "resolution": "RJ 001-004-00004712",
    "reason": "Reprogramación del segundo semestre",
    "effective_on": "2022-07-01",
    "targets": [{"activity": "A007", "programmed": [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 2]}],
    "add": [_ADDED],
    "move": [{"activity": "A012", "unit": "SAT-U02"}],
    "cancel": [{"activity": "A015"}],
}


class _Facts(KnownFieldsMixin):
    code = CodeField(required=False, help_text="Sin él, el siguiente libre (A001…).")
    name = inputs.ActivityNameField()
    accumulation = serializers.ChoiceField(Accumulation.choices, required=False)


@extend_schema_serializer(examples=[OpenApiExample("En un borrador", value=_ACTIVITY, request_only=True)])
class NewActivityBody(_Facts):
    plan = inputs.PlanField()
    unit = inputs.unit()
    mef_activity = inputs.mef_activity()
    measurement_unit = inputs.measurement_unit()
    programmed = TwelveQuantitiesField(required=False)


@extend_schema_serializer(
    examples=[OpenApiExample("Otra meta", value={"programmed": _QUARTERLY}, request_only=True)],
)
class ActivityChanges(_Facts):
    """A draft's activity; once its plan is approved, only `name`."""

    unit = inputs.unit()
    mef_activity = inputs.mef_activity()
    measurement_unit = inputs.measurement_unit()
    programmed = TwelveQuantitiesField()
    is_cancelled = TruthField(help_text="Anularla; al recuperarla se dice también su programa.")


def _list_of(item: serializers.Serializer) -> serializers.ListSerializer:
    return serializers.ListSerializer(child=item, required=False, max_length=LARGEST_LIST)


class TargetItem(KnownFieldsMixin):
    activity = inputs.RawNameField()
    programmed = TwelveQuantitiesField()


class AddItem(_Facts):
    unit = inputs.RawNameField()
    mef_activity = inputs.RawNameField()
    measurement_unit = inputs.RawNameField()
    programmed = TwelveQuantitiesField()


class MoveItem(KnownFieldsMixin):
    activity = inputs.RawNameField()
    unit = inputs.RawNameField()


class CancelItem(KnownFieldsMixin):
    activity = inputs.RawNameField()


@extend_schema_serializer(examples=[OpenApiExample("Una modificación", value=_MODIFICATION, request_only=True)])
class ModificationBody(KnownFieldsMixin):
    """A modification of the plan: it is recorded whole or not at all."""

    resolution = TextField(max_length=200, required=False, allow_blank=True)
    reason = TextField(max_length=5000)
    effective_on = serializers.DateField(required=False, allow_null=True)
    targets = _list_of(TargetItem())
    add = _list_of(AddItem())
    move = _list_of(MoveItem())
    cancel = _list_of(CancelItem())


def modification_of(data: dict[str, Any]) -> Modification:
    """Return the lists of a validated body, taken out of it: its head is left."""
    return Modification(
        targets=[NewTarget(**item) for item in data.pop("targets", ())],
        add=[NewActivity(**item) for item in data.pop("add", ())],
        move=[Move(**item) for item in data.pop("move", ())],
        cancel=[Cancellation(**item) for item in data.pop("cancel", ())],
    )
