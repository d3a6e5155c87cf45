"""How the feed of changes is shown."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from units.history.registry import entities
from units.history.visibility import OPERATIONS

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


class ChangeSerializer(serializers.Serializer):
    """One object that a change set changed."""

    change_set = serializers.CharField(help_text="Los cambios de una transacción tienen el mismo; no dice nada más.")
    at = serializers.DateTimeField(help_text="Cuándo se confirmó, en hora de Lima.")
    actor = serializers.CharField(help_text="Quién: `client:…`, `user:…` o `sql:…`.")
    client = serializers.IntegerField(allow_null=True, help_text="Identificador del cliente; nulo si fue una persona.")
    request_id = serializers.CharField(help_text="La solicitud, como en su cabecera X-Request-Id.")
    cause = serializers.CharField(help_text="El motivo que se dio.")
    entity = serializers.ChoiceField(choices=entities(), help_text="Qué clase de objeto es.")
    object_id = serializers.IntegerField()
    activity = serializers.IntegerField(allow_null=True, help_text="La actividad a la que pertenece.")
    operation = serializers.ChoiceField(
        choices=OPERATIONS,
        help_text="Qué le pasó. `entered`: entró a su vista; `after` es una copia completa, tal como está ahora. "
        "`removed`: dejó de estarlo; de una actividad, también lo que es de ella.",
    )
    before = serializers.DictField(
        allow_null=True, help_text="Lo que cambió, como estaba. Nulo si no había nada, o si dejó de estar a su vista."
    )
    after = serializers.DictField(
        allow_null=True, help_text="Lo que cambió, como quedó; entero si es nuevo. Nulo si ya no hay nada a su vista."
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample("Cambios", value={"results": [_CHANGE], "next": "hX0TkLm9Qz" * 7, "has_more": False}),
    ]
)
class ChangesSerializer(serializers.Serializer):
    """A page of the feed."""

    results = ChangeSerializer(many=True)
    next = serializers.CharField(help_text="El cursor con el que se sigue, también cuando no hubo cambios.")
    has_more = serializers.BooleanField(help_text="Si ya hay más después de esta página.")
