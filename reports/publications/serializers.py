"""How publications are sent and shown."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from activities.serializers.recorded import RecordedMixin, WithdrawalSerializer
from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.fields import NO_OBJECT, LineField, WordField
from poi_api.http.places import PageQuery
from reports.models import Audience, Publication, PublicationContent
from reports.shared.report import publishable
from units.serializers.references import INSTITUTION_EXAMPLE, ReferenceSerializer
from units.serializers.shown import ShownSerializer

_NEW = {
    "report": "matrix",
    "title": "POI 2022, ejecución al IV trimestre",
    "parameters": {"institution": "SAT", "year": 2022},
}
_SHOWN = {
    "id": 1,
    "report": "matrix",
    "title": "POI 2022, ejecución al IV trimestre",
    "parameters": {"institution": ["SAT"], "year": ["2022"], "as_of": ["2023-01-05T10:15:00.000001-05:00"]},
    "unit": INSTITUTION_EXAMPLE,
    "audience": "members",
    "withdrawal": None,
    "contents": [
        {"format": "csv", "size": 25310, "sha256": "9f" * 32},
        {"format": "json", "size": 61544, "sha256": "0c" * 32},
    ],
    "at": "2023-01-05T10:15:00.000002-05:00",
    "by": "user:planificacion",
    "client": None,
}
_CHANGED = {"field": "executed[11]", "published": 3, "now": 4}
_DIFF = {
    "publication": 1,
    "report": "matrix",
    "published_as_of": "2023-01-05T10:15:00.000001-05:00",
    "as_of": "2023-02-01T09:00:00.000000-05:00",
    "unchanged": 42,
    "totals": [],
    "lines": [
        {
            "change": "changed",
            "line": {
                "year": 2022,
                "institution": INSTITUTION_EXAMPLE,
                "activity": {"id": 7, "code": "A007", "name": "EVALUACIÓN DEL PLAN OPERATIVO INSTITUCIONAL"},
            },
            "changes": [_CHANGED],
        }
    ],
}


_MOST_VALUES = 1000  # a query string may have no more than DATA_UPLOAD_MAX_NUMBER_FIELDS


def _few(values: dict[str, Any]) -> bool:
    counts = (len(value) if isinstance(value, list) else 1 for value in values.values())
    return len(values) <= _MOST_VALUES and sum(counts) <= _MOST_VALUES


class ParametersField(serializers.DictField):
    """A report's parameters by name, as in its query string: a text, a number, a truth, or a list of them."""

    default_error_messages = {
        "invalid_parameter": "Use un texto, un número entero, true, false o una lista de ellos.",
        "max_length": "Hasta {max_length} valores en total.",
        "not_a_dict": NO_OBJECT,
    }

    def to_internal_value(self, data: Any) -> dict[str, list[str]]:
        """Return the values by name. Raises ValidationError for others, for none, and for what only an answer has."""
        if isinstance(data, dict) and not _few(data):
            self.fail("max_length", max_length=_MOST_VALUES)
        return {name: self._texts(name, value) for name, value in super().to_internal_value(data).items()}

    def _texts(self, name: str, value: Any) -> list[str]:
        values = value if isinstance(value, list) else [value]
        if name == "format" or name in PageQuery.parameters():
            raise serializers.ValidationError(
                {name: "Se publica todo, en cada formato que tiene."}, code="unknown_parameter"
            )
        if not values or not all(isinstance(item, str | int) for item in values):
            raise serializers.ValidationError(
                {name: self.error_messages["invalid_parameter"]}, code="invalid_parameter"
            )
        return [str(item).lower() if isinstance(item, bool) else str(item) for item in values]


@extend_schema_serializer(examples=[OpenApiExample("La matriz de un año", value=_NEW, request_only=True)])
class NewPublication(KnownFieldsMixin):
    report = WordField(publishable())
    title = LineField(max_length=300, required=False, default="", help_text="Sin él, el nombre del informe.")
    parameters = ParametersField(
        help_text="Los del informe, con una sola `institution`. Sin `as_of`, lo que se sabe al publicar."
    )
    audience = WordField(
        Audience.choices,
        required=False,
        default=Audience.MEMBERS,
        help_text="Quiénes la ven: los planificadores de la institución, o todos los que la ven entera.",
    )


class PublicationContentSerializer(ShownSerializer):
    size = serializers.IntegerField(help_text="Bytes.")

    class Meta:
        model = PublicationContent
        fields = ["format", "size", "sha256"]


@extend_schema_serializer(examples=[OpenApiExample("Una matriz publicada", value=_SHOWN, response_only=True)])
class PublicationSerializer(RecordedMixin, ShownSerializer):
    unit = ReferenceSerializer()
    withdrawal = WithdrawalSerializer(allow_null=True, default=None, help_text="Si se retiró: por qué, cuándo y quién.")
    contents = PublicationContentSerializer(many=True)

    class Meta:
        model = Publication
        fields = list(_SHOWN)


class DifferenceSerializer(serializers.Serializer):
    field = serializers.CharField(
        help_text="El lugar del valor en la fila, como `quarters[0].executed` o `by_measurement_unit[UM01].executed`."
    )
    published = serializers.JSONField(help_text="Cualquier valor; nulo si no lo había.")
    now = serializers.JSONField(help_text="Cualquier valor; nulo si ya no lo hay.")


class LineDifferenceSerializer(serializers.Serializer):
    change = serializers.ChoiceField(["changed", "added", "removed"])
    line = serializers.DictField(help_text="De qué fila se trata, con los miembros que la nombran en el informe.")
    changes = DifferenceSerializer(many=True)


class _OfRowSerializer(serializers.Serializer):
    line = serializers.ListField(child=serializers.CharField())
    change = serializers.CharField(allow_null=True)


class RestatedValueSerializer(_OfRowSerializer, DifferenceSerializer):
    """A value that differs, as a line of a table: of which row (none: outside of them), and what became of that."""


@extend_schema_serializer(examples=[OpenApiExample("Una cifra corregida", value=_DIFF)], many=False)
class RestatementSerializer(serializers.Serializer):
    publication = serializers.IntegerField()
    report = serializers.ChoiceField(publishable())
    published_as_of = serializers.DateTimeField(allow_null=True, help_text="El momento cuyo conocimiento se publicó.")
    as_of = serializers.DateTimeField(allow_null=True, help_text="El de la comparación: el último cambio.")
    unchanged = serializers.IntegerField(help_text="Filas que hoy dirían lo mismo.")
    totals = DifferenceSerializer(many=True, help_text="Lo que cambiaría fuera de las filas.")
    lines = LineDifferenceSerializer(many=True)
