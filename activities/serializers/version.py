"""How a version of a plan is shown, with what rose and fell, and what is sent to make one."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from activities.choices import Accumulation
from activities.models import PlanVersion
from activities.queries.version_changes import changed_activities, changes_of
from activities.serializers.activity import INPUT_EXAMPLE, ActivityFieldsInput, CancelledFromField
from activities.serializers.fields import ReasonField, TwelveQuantitiesField, WholeField
from activities.serializers.plan import VERSION_EXAMPLE, PlanVersionSerializer
from activities.serializers.references import IdOrCodeField
from activities.services.plans.modification import (
    Addition,
    Cancellation,
    Correction,
    Modification,
    Move,
    NewTarget,
)
from poi_api.http.bodies import BoundedList, KnownFieldsMixin
from poi_api.http.fields import DayField, LineField, WordField
from units.access.grants import Access
from units.history.past import known
from units.models import Unit
from units.serializers.references import INSTITUTION_EXAMPLE, ReferenceSerializer, is_seen

LARGEST_LIST = 5000
KINDS = [
    ("changed", "Metas cambiadas"),
    ("added", "Alta"),
    ("moved", "Traslado"),
    ("corrected", "Corrección"),
    ("cancelled", "Anulación"),
    ("restored", "Recuperación"),
]
_BEFORE, _AFTER = [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1], [0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 1]
_EXAMPLE = {
    **VERSION_EXAMPLE,
    "at": "2022-07-18T09:15:00-05:00",
    "scope": {"installation": False, "units": [INSTITUTION_EXAMPLE]},
    "changes_count": 1,
    "changes": [
        {
            "activity": {"id": 7, "code": "A007", "name": "EVALUACIÓN DEL PLAN OPERATIVO INSTITUCIONAL"},
            "kind": "changed",
            "before": _BEFORE,
            "after": _AFTER,
            "difference": [after - before for before, after in zip(_BEFORE, _AFTER, strict=True)],
            "cancelled_from": None,
            "corrected": None,
            "closed_months": [6],
            "from_unit": None,
            "to_unit": None,
        }
    ],
}
_MODIFICATION = {
    "resolution": "RJ 001-004-00004712",
    "reason": "Reprogramación del segundo semestre",
    "effective_on": "2022-07-01",
    "targets": [{"activity": "A007", "programmed": [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 2]}],
    "add": [{name: value for name, value in INPUT_EXAMPLE.items() if name not in ("plan", "code")}],
    "move": [{"activity": "A012", "unit": "SAT-U02"}],
    "cancel": [{"activity": "A015", "from_month": 7}],
    "correct": [{"activity": "A021", "measurement_unit": "UM02", "accumulation": "last"}],
}


class SeenScopeSerializer(serializers.Serializer):
    """How far the caller sees: everything, or these units and all below them."""

    installation = serializers.BooleanField()
    units = ReferenceSerializer(many=True)


@extend_schema_field({"type": "array", "items": {"type": "number"}, "minItems": 12, "maxItems": 12})
class DifferencesField(serializers.ReadOnlyField):
    """Twelve quantities that may be negative, as they are: the renderer writes them to the digit."""


@extend_schema_field(ReferenceSerializer(allow_null=True))
class SeenUnitField(serializers.ReadOnlyField):
    """A unit, None where there is none or the caller does not see it."""

    def to_representation(self, value: Unit) -> dict[str, Any] | None:
        return ReferenceSerializer(value).data if is_seen(value, self.context) else None


class CorrectedReferenceSerializer(serializers.Serializer):
    before = ReferenceSerializer()
    after = ReferenceSerializer()

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        """Return both as they were read: without their models."""
        return instance


class CorrectedAccumulationSerializer(serializers.Serializer):
    before = serializers.ChoiceField(Accumulation.choices)
    after = serializers.ChoiceField(Accumulation.choices)


class CorrectedSerializer(serializers.Serializer):
    """What a version corrects of an activity; null is what it does not."""

    measurement_unit = CorrectedReferenceSerializer(allow_null=True)
    mef_activity = CorrectedReferenceSerializer(allow_null=True)
    accumulation = CorrectedAccumulationSerializer(allow_null=True)


class TargetChangeSerializer(serializers.Serializer):
    activity = ReferenceSerializer()
    kind = serializers.ChoiceField(KINDS)
    before = TwelveQuantitiesField()
    after = TwelveQuantitiesField()
    difference = DifferencesField(help_text="Lo que subió (+) o bajó (−), de enero a diciembre.")
    cancelled_from = CancelledFromField(read_only=True)
    corrected = CorrectedSerializer(allow_null=True, help_text="Lo que se corrigió de la actividad; nulo si nada.")
    closed_months = serializers.ListField(
        child=serializers.IntegerField(), help_text="Meses cambiados cuando ya habían cerrado."
    )
    from_unit = SeenUnitField(help_text="De un traslado; nulo si usted no ve esa unidad.")
    to_unit = SeenUnitField(help_text="De un traslado; nulo si usted no ve esa unidad.")


@extend_schema_serializer(examples=[OpenApiExample("Una modificación", value=_EXAMPLE)])
class VersionDetailSerializer(PlanVersionSerializer):
    """A version with what it changed in the activities that the caller sees, whose `access` is in the context.

    The context's `part` is the slice of the changes that is shown; without it all of them are.
    """

    scope = SeenScopeSerializer(help_text="Hasta dónde alcanza lo que usted ve.")
    changes_count = serializers.IntegerField(help_text="Cuántas actividades cambió, de las que usted ve.")
    changes = TargetChangeSerializer(
        many=True, help_text="Lo que la versión subió y bajó, o de eso la parte que se pidió, por código."
    )

    class Meta(PlanVersionSerializer.Meta):
        fields = [*PlanVersionSerializer.Meta.fields, "scope", "changes_count", "changes"]

    def to_representation(self, version: PlanVersion) -> dict[str, Any]:
        access: Access = self.context["access"]
        units = known(Unit.objects.filter(pk__in=access.unit_ids()).order_by("name_key", "code"), "unit")
        changed = changed_activities(version, access)
        changes = changes_of(version, changed[self.context.get("part", slice(None))])
        return {
            **PlanVersionSerializer(version, context=self.context).data,
            "scope": {"installation": access.everywhere(), "units": ReferenceSerializer(units, many=True).data},
            "changes_count": len(changed),
            "changes": TargetChangeSerializer(changes, many=True, context=self.context).data,
        }


def _list_of(item: serializers.Serializer) -> BoundedList:
    return BoundedList(child=item, required=False, max_length=LARGEST_LIST)


class TargetInput(KnownFieldsMixin):
    activity = IdOrCodeField()
    programmed = TwelveQuantitiesField()


class AdditionInput(ActivityFieldsInput):
    unit = IdOrCodeField()
    mef_activity = IdOrCodeField()
    measurement_unit = IdOrCodeField()
    programmed = TwelveQuantitiesField()


class MoveInput(KnownFieldsMixin):
    activity = IdOrCodeField()
    unit = IdOrCodeField()


class CancellationInput(KnownFieldsMixin):
    activity = IdOrCodeField()
    from_month = WholeField(
        1,
        12,
        required=False,
        allow_null=True,
        help_text="El mes desde el que se anula; los anteriores se conservan. Sin él, el de `effective_on`, que "
        "entonces es una fecha del año del plan.",
    )


class CorrectionInput(KnownFieldsMixin):
    """What had been put down wrongly of an activity; what is left out stays as it is."""

    activity = IdOrCodeField()
    measurement_unit = IdOrCodeField(required=False)
    mef_activity = IdOrCodeField(required=False)
    accumulation = WordField(Accumulation.choices, required=False)


@extend_schema_serializer(examples=[OpenApiExample("Una modificación", value=_MODIFICATION, request_only=True)])
class ModificationInput(KnownFieldsMixin):
    """A modification of the plan: it is recorded whole or not at all."""

    resolution = LineField(max_length=200, required=False, allow_blank=True)
    reason = ReasonField()
    effective_on = DayField(required=False, allow_null=True)
    targets = _list_of(TargetInput())
    add = _list_of(AdditionInput())
    move = _list_of(MoveInput())
    cancel = _list_of(CancellationInput())
    correct = _list_of(CorrectionInput())


def modification_of(data: dict[str, Any]) -> Modification:
    """Return the lists of a validated body, taken out of it; what else it says of the version stays in it."""
    return Modification(
        targets=[NewTarget(**item) for item in data.pop("targets", ())],
        add=[Addition(programmed=item.pop("programmed"), fields=item) for item in data.pop("add", ())],
        move=[Move(**item) for item in data.pop("move", ())],
        cancel=[Cancellation(**item) for item in data.pop("cancel", ())],
        correct=[Correction(**item) for item in data.pop("correct", ())],
    )
