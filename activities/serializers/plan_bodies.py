"""What is sent to make, change, approve, close and copy plans."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from activities.serializers import inputs
from activities.serializers.fields import ExactField
from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.fields import TextField, TruthField

_RULES = {"requires_review": True, "tolerance_percent": 10, "bands": {"green": 95, "amber": 75}}
_NEW = {"institution": "SAT", "year": 2023, **_RULES}
_APPROVAL = {"resolution": "RJ 001-004-00004600", "reason": "POI 2023", "effective_on": "2023-01-01"}
_CLOSING = {"force": True, "reason": "La unidad se desactivó en noviembre"}


class BandsBody(KnownFieldsMixin):
    green = ExactField(source="green_from", max_digits=7, decimal_places=2, help_text="Verde desde (%).")
    amber = ExactField(source="amber_from", max_digits=7, decimal_places=2, help_text="Ámbar desde (%).")


@extend_schema_serializer(examples=[OpenApiExample("Nuevas reglas", value=_RULES, request_only=True)])
class PlanChanges(KnownFieldsMixin):
    """The rules of a plan, which hold for what is reported from then on."""

    requires_review = TruthField(required=False)
    tolerance_percent = ExactField(
        max_digits=7, decimal_places=2, required=False, allow_null=True, help_text="Nulo: ningún desvío pide motivo."
    )
    bands = BandsBody(source="*", required=False)


@extend_schema_serializer(examples=[OpenApiExample("Un borrador", value=_NEW, request_only=True)])
class NewPlan(PlanChanges):
    institution = inputs.institution()
    year = inputs.YearField()


@extend_schema_serializer(examples=[OpenApiExample("La aprobación", value=_APPROVAL, request_only=True)])
class Approval(KnownFieldsMixin):
    """With what version 1 is recorded; all of it may be left out."""

    resolution = TextField(max_length=200, required=False, allow_blank=True)
    reason = TextField(max_length=5000, required=False, allow_blank=True)
    effective_on = serializers.DateField(required=False, allow_null=True)


@extend_schema_serializer(examples=[OpenApiExample("Un cierre incompleto", value=_CLOSING, request_only=True)])
class Closing(KnownFieldsMixin):
    force = TruthField(required=False, help_text="Cerrar aunque falten meses; pide un motivo.")
    reason = TextField(max_length=5000, required=False, allow_blank=True)


@extend_schema_serializer(examples=[OpenApiExample("El año siguiente", value={"year": 2023}, request_only=True)])
class CopyYear(KnownFieldsMixin):
    year = inputs.YearField()
