"""How the feed of changes is shown: in a shape for each kind of object, made of what is recorded."""

from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from drf_spectacular.utils import (
    OpenApiExample,
    PolymorphicProxySerializer,
    extend_schema_field,
    extend_schema_serializer,
)
from inflection import camelize
from rest_framework import serializers
from rest_framework.utils.field_mapping import ClassLookupDict

from units.history.images import UNITS, name_of, shown_fields
from units.history.recorder import Recorder
from units.history.registry import entities, recorder_of
from units.history.visibility import OPERATIONS

_MAPPING: Any = serializers.ModelSerializer.serializer_field_mapping
_KINDS: Any = ClassLookupDict(_MAPPING)
_BEFORE = "Lo que cambió, como estaba. Nulo si no había nada, o si dejó de estar a su vista."
_AFTER = "Lo que cambió, como quedó; entero si es nuevo. Nulo si ya no hay nada a su vista."
_CHANGE = {
    "change_set": "q9pUm1fB0yVJd2mXw3z1TfP6s8QkLr4a",
    "at": "2023-01-05T18:20:11.250731-05:00",
    "actor": "client:Oficina de Planificación",
    "client": 3,
    "request_id": "6f1f2f0d3f4a4b3c9a1d5e8b7c2a9f10",
    "cause": "",
    "entity": "activity",
    "object_id": 7,
    "activity": 7,
    "operation": "updated",
    "before": {"name": "SUPERVISION"},
    "after": {"name": "SUPERVISIÓN"},
}


class ChangeHead(serializers.Serializer):
    """What is said of a change whatever it is about."""

    change_set = serializers.CharField(help_text="Los cambios de una transacción tienen el mismo; no dice nada más.")
    at = serializers.DateTimeField(help_text="Cuándo se confirmó, en hora de Lima.")
    actor = serializers.CharField(help_text="Quién: `client:…`, `user:…`, `command:…` o `sql:…`.")
    client = serializers.IntegerField(allow_null=True, help_text="Identificador del cliente; nulo si fue una persona.")
    request_id = serializers.CharField(help_text="La solicitud, como en su cabecera X-Request-Id.")
    cause = serializers.CharField(help_text="El motivo que se dio.")
    object_id = serializers.IntegerField()
    activity = serializers.IntegerField(allow_null=True, help_text="La actividad a la que pertenece.")
    operation = serializers.ChoiceField(
        choices=OPERATIONS,
        help_text="Qué le pasó. `entered`: entró a su vista; `after` es una copia completa, tal como está ahora. "
        "`removed`: dejó de estarlo; de una actividad, también lo que es de ella.",
    )


def _change(recorder: Recorder) -> type[serializers.Serializer]:
    image = _image(recorder.entity)
    # For each kind a field of its own that says no other
    own_field: Any = type("Entity", (serializers.CharField,), {})
    entity = extend_schema_field({"type": "string", "const": recorder.entity})(own_field)
    members = {
        "entity": entity(help_text="Qué clase de objeto es."),
        "before": image(allow_null=True, help_text=_BEFORE),
        "after": image(allow_null=True, help_text=_AFTER),
    }
    return type(f"{_called(recorder)}ChangeSerializer", (ChangeHead,), members)


@cache
def _image(entity: str) -> type[serializers.Serializer]:
    """Return the shape of an object's image: of a change it has only what changed, so all may be left out."""
    recorder = recorder_of(entity)
    members: dict[str, Any] = {}
    for field in shown_fields(recorder):
        outer, _, inner = name_of(recorder, str(field.column)).partition(".")
        if inner:
            members.setdefault(outer, {})[inner] = _member(field)
        else:
            shape = recorder.shapes.get(str(field.column))
            members[outer] = shape(required=False) if shape else _member(field)
    for name, part in members.items():
        if isinstance(part, dict):
            nested = type(f"{_called(recorder)}Image{camelize(name)}Serializer", (serializers.Serializer,), part)
            members[name] = nested(required=False)
    for name, kind in recorder.holds.items():
        several = name.endswith("s")
        members[name] = _image(kind)(required=False, many=several, allow_null=not several)
    return type(f"{_called(recorder)}ImageSerializer", (serializers.Serializer,), members)


def _member(field: Any) -> serializers.Field:
    """Return the field of a column in an image."""
    options: dict[str, Any] = {"required": False, "allow_null": field.null or field.column in UNITS}
    if field.is_relation:
        return serializers.IntegerField(**options, help_text="Identificador.")
    if field.choices:
        return serializers.ChoiceField(field.choices, **options)
    if isinstance(field, ArrayField):
        return serializers.ListField(child=_member(field.base_field), **options)
    if isinstance(field, models.DecimalField):
        options |= {"max_digits": field.max_digits, "decimal_places": field.decimal_places}
    shown: serializers.Field = _KINDS[field](**options)
    return shown


def _called(recorder: Recorder) -> str:
    return camelize(recorder.entity)


@extend_schema_field(
    PolymorphicProxySerializer(
        "Change",
        {entity: _change(recorder_of(entity)) for entity in entities()},
        resource_type_field_name="entity",
        many=True,
    )
)
class ChangesField(serializers.ListField):
    """Changes, each in the shape of its kind of object."""


@extend_schema_serializer(
    examples=[
        OpenApiExample("Cambios", value={"results": [_CHANGE], "next": "hX0TkLm9Qz" * 7, "has_more": False}),
    ]
)
class ChangesSerializer(serializers.Serializer):
    """A page of the feed."""

    results = ChangesField()
    next = serializers.CharField(help_text="El cursor con el que se sigue, también cuando no hubo cambios.")
    has_more = serializers.BooleanField(help_text="Si ya hay más después de esta página.")
