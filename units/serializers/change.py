"""How the feed of changes is shown."""

from drf_spectacular.utils import (
    OpenApiExample,
    PolymorphicProxySerializer,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers

from units.serializers.images import change_serializers

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


@extend_schema_field(
    PolymorphicProxySerializer("Change", change_serializers(), resource_type_field_name="entity", many=True)
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
