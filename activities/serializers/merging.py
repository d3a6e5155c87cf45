"""What is sent to merge a unit into another, and what is told of it."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from activities.serializers.fields import ReasonField
from activities.serializers.plan import PLAN_EXAMPLE, PlanReferenceSerializer
from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.fields import DayField, TextField, TruthField
from units.serializers.references import INSTITUTION_EXAMPLE, UNIT_EXAMPLE, ReferenceSerializer, unit_field
from units.serializers.shown import Shown
from units.serializers.sight import KeyInSightSerializer, PersonInSightSerializer, SightChangeSerializer
from units.serializers.unit import UnitSerializer

_ACTIVE: dict[str, Any] = UNIT_EXAMPLE | {
    "kind": "organic_unit",
    "parent": INSTITUTION_EXAMPLE,
    "institution": INSTITUTION_EXAMPLE,
    "aliases": ["ESTADÍSTICA", "SAT-U07"],
    "is_active": True,
}
_GONE = _ACTIVE | {
    "id": 8,
    "code": "SAT-U07",
    "name": "ESTADÍSTICA",
    "parent": UNIT_EXAMPLE,
    "aliases": [],
    "is_active": False,
}
_NOBODY = {"clients": [], "people": [], "not_shown": 0}
_TOLD = {
    "unit": _GONE,
    "into": _ACTIVE,
    "plans": [{"plan": PLAN_EXAMPLE, "activities": 3, "version": 2}],
    "in_review": 1,
    "reopenings": 0,
    "units": [],
    "people": [{"id": 5, "user": "mquispe", "role": "reporter", "unit": UNIT_EXAMPLE}],
    "clients": [],
    "sight": {"gained": _NOBODY, "lost": _NOBODY},
}
_ASKED = {"into": "SAT-U01", "reason": "Reorganización", "resolution": "R.J. 12-2022", "dry_run": True}


@extend_schema_serializer(examples=[OpenApiExample("Una fusión, primero de prueba", value=_ASKED, request_only=True)])
class MergerInput(KnownFieldsMixin):
    """Into which unit, why, and whether it is only tried."""

    into = unit_field(help_text="La unidad que recibe todo: activa, y de la misma institución.")
    reason = ReasonField(help_text="Por qué; queda en el historial y en las versiones de los planes.")
    resolution = TextField(max_length=200, required=False, allow_blank=True)
    effective_on = DayField(required=False, allow_null=True)
    dry_run = TruthField(required=False, help_text="`true`: se dice qué resultaría, y no se cambia nada.")


class MovedPlanSerializer(Shown):
    """How much of a plan went over."""

    plan = PlanReferenceSerializer()
    activities = serializers.IntegerField()
    version = serializers.IntegerField(
        source="version.number", default=None, allow_null=True, help_text="Nula en un borrador."
    )


@extend_schema_serializer(examples=[OpenApiExample("Una unidad que se fusionó", value=_TOLD)])
class MergerSerializer(Shown):
    """Both units as they are afterwards, and all that went from one to the other."""

    unit = UnitSerializer(help_text="La que se fusionó: inactiva, debajo de la otra.")
    into = UnitSerializer()
    plans = MovedPlanSerializer(many=True, help_text="Los planes que no están cerrados.")
    in_review = serializers.IntegerField(help_text="Meses que esperan su revisión y pasan con ella.")
    reopenings = serializers.IntegerField(help_text="Meses reabiertos que lo siguen estando.")
    units = ReferenceSerializer(source="handed_over.units", many=True, help_text="Las que dependían de ella.")
    people = PersonInSightSerializer(
        source="handed_over.people", many=True, help_text="Quiénes tenían un rol en ella, y cuál tienen."
    )
    clients = KeyInSightSerializer(source="handed_over.clients", many=True)
    sight = SightChangeSerializer(source="handed_over.sight", help_text="Para quién cambia que vea lo que era de ella.")
