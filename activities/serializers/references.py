"""How bodies name things: a JSON number is an id, a text is a code (api.md, "Identity")."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.drainage import set_override
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from activities.choices import FIRST_YEAR, LAST_YEAR
from activities.models import MeasurementUnit, MefActivity, Plan
from activities.serializers.fields import WholeField
from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.fields import NamedField
from units.serializers.references import institution_field

_NAME: dict[str, Any] = {
    "oneOf": [{"type": "integer", "minimum": 1}, {"type": "string", "maxLength": 32}],
    "description": "Un número es el id; un texto, el código.",
}
_PLAN: dict[str, Any] = {
    "oneOf": [
        {"type": "integer", "minimum": 1},
        {
            "type": "object",
            "required": ["institution", "year"],
            "properties": {"institution": _NAME, "year": {"type": "integer"}},
            "additionalProperties": False,
        },
    ],
    "description": "El id del plan, o su institución y su año.",
}


@extend_schema_field(_NAME)
class IdOrCodeField(serializers.Field):
    """An id or a code that is looked up later, together with others."""

    default_error_messages = {"invalid_name": "Use un número (el id) o un texto (el código)."}

    def to_internal_value(self, data: Any) -> int | str:
        if isinstance(data, bool) or not isinstance(data, int | str) or data == "":
            self.fail("invalid_name")
        return data


def mef_activity_field(**options: Any) -> NamedField:
    """Return a field that names a MEF activity by its id or code."""
    return NamedField(named=lambda access: MefActivity.objects.all(), **options)


def measurement_unit_field(**options: Any) -> NamedField:
    """Return a field that names a measurement unit by its id or code."""
    return NamedField(named=lambda access: MeasurementUnit.objects.all(), **options)


class YearField(WholeField):
    """The year of a plan."""

    def __init__(self, **options: Any) -> None:
        super().__init__(FIRST_YEAR, LAST_YEAR, **options)


class PlanKeyInput(KnownFieldsMixin):
    """The institution and the year that name a plan."""

    institution = institution_field()
    year = YearField()


class PlanField(NamedField):
    """A plan whose header the caller may read, by its id or as `{institution, year}`."""

    default_error_messages = {"invalid": "Use el id del plan, o un objeto con «institution» y «year»."}

    def __init__(self, **options: Any) -> None:
        super().__init__(named=Plan.objects.visible_to, **options)
        set_override(self, "field", _PLAN)

    def to_internal_value(self, data: Any) -> Any:
        """Return the plan. Raises ValidationError `invalid` or `does_not_exist`."""
        if isinstance(data, str):
            self.fail("invalid")
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        key = PlanKeyInput(data=data, context=self.context)
        if not key.is_valid():
            raise serializers.ValidationError(key.errors)
        plan = Plan.objects.filter(**key.validated_data).first()
        if plan is None:
            self.fail("does_not_exist")
        return plan
