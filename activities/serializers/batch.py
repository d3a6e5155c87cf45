"""Lists of months or of reviews: how they are sent, and how the verdicts on them are shown.

The answers are for the documentation alone: the services make them.
"""

from collections.abc import Callable, Sequence
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer, inline_serializer
from rest_framework import serializers

from activities.choices import FIRST_YEAR, LAST_YEAR, BatchMode, Verdict
from activities.serializers.fields import LARGEST_ENTRY_VERSION, ReasonField
from activities.serializers.plain_months import plain_months
from activities.serializers.progress import ReportedInput
from activities.serializers.reading import PROGRESS, REVIEW, Shape, read_progress, read_review, require_shape
from activities.serializers.references import IdOrCodeField
from activities.services.progress.arrays import Column
from activities.services.progress.batch import PROGRESS_STATUSES, REJECTED, REVIEW_STATUSES
from activities.services.progress.verdicts import Reading, Sent
from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.exceptions import TooLarge
from poi_api.http.fields import TruthField, WordField
from units.serializers.references import ReferenceSerializer
from units.serializers.shown import Shown

MOST_ITEMS = 5000
_ACTIVITY = {"id": 7, "code": "A001", "name": "Informes de gestión"}
CLOSED_EXAMPLE = {
    "code": "period_closed",
    "detail": (
        "El registro de ENE 2022 cerró el 15/02/2022. Pida a su oficina de planificación que lo reabra para su "
        "unidad (POST /periods/{id}/reopenings/) y vuelva a enviarlo."
    ),
    "field": "month",
    "index": 1,
}


def item_example(index: int, status: str, month: int, entry_version: int, errors: list[Any]) -> dict[str, Any]:
    """Return what an answer says of an item, for examples."""
    return {
        "index": index,
        "status": status,
        "activity": _ACTIVITY,
        "month": month,
        "entry_version": entry_version,
        "errors": errors,
    }


_PROGRESS = {
    "dry_run": False,
    "mode": "partial",
    "summary": {"created": 1, "updated": 0, "unchanged": 0, REJECTED: 1},
    "items": [item_example(0, "created", 3, 1, []), item_example(1, REJECTED, 1, 0, [CLOSED_EXAMPLE])],
}
_REVIEWS = {
    "dry_run": False,
    "mode": "atomic",
    "summary": {"accepted": 1, "returned": 0, REJECTED: 0},
    "items": [item_example(0, "accepted", 3, 1, [])],
}
_MONTHS = {
    "mode": "partial",
    "dry_run": False,
    "items": [
        {"activity": "A001", "year": 2022, "month": 3, "executed": 12, "entry_version": 0},
        {"activity": "A002", "year": 2022, "month": 3, "executed": 0.5, "reason": "Se pospuso a abril"},
    ],
}
_VERDICTS = {
    "mode": "atomic",
    "items": [
        {"activity": "A001", "year": 2022, "month": 3, "entry_version": 1, "verdict": "accept"},
        {
            "activity": "A002",
            "year": 2022,
            "month": 3,
            "entry_version": 2,
            "verdict": "return",
            "comment": "Falta el informe",
        },
    ],
}


class ItemErrorSerializer(Shown):
    code = serializers.CharField()
    detail = serializers.CharField()
    field = serializers.CharField(allow_null=True)
    index = serializers.IntegerField()


class _ItemSerializer(Shown):
    index = serializers.IntegerField(help_text="Su lugar en la lista enviada, desde 0.")
    activity = ReferenceSerializer(allow_null=True, help_text="Nula si no existe o no la puede ver.")
    month = serializers.IntegerField(allow_null=True)
    entry_version = serializers.IntegerField(
        allow_null=True, help_text="La del mes después de lo enviado; la actual si se rechazó."
    )

    def get_fields(self) -> dict[str, Any]:
        """Add `errors`, which is also the name of a serializer's own property."""
        return {**super().get_fields(), "errors": ItemErrorSerializer(many=True, read_only=True)}


class ProgressVerdictSerializer(_ItemSerializer):
    status = serializers.ChoiceField(PROGRESS_STATUSES)


class ReviewVerdictSerializer(_ItemSerializer):
    status = serializers.ChoiceField(REVIEW_STATUSES)


def _summary(name: str, statuses: Sequence[str]) -> serializers.Serializer:
    """Return how many items there are of each status."""
    counts: dict[str, Any] = {status: serializers.IntegerField(read_only=True) for status in statuses}
    return inline_serializer(name, counts, read_only=True)


class _AnswerSerializer(Shown):
    dry_run = serializers.BooleanField()
    mode = serializers.ChoiceField(BatchMode.choices)


@extend_schema_serializer(examples=[OpenApiExample("Uno registrado y uno rechazado", value=_PROGRESS)])
class ProgressBatchSerializer(_AnswerSerializer):
    summary = _summary("ProgressSummary", PROGRESS_STATUSES)
    items = ProgressVerdictSerializer(many=True)


@extend_schema_serializer(examples=[OpenApiExample("Uno aceptado", value=_REVIEWS)])
class ReviewBatchSerializer(_AnswerSerializer):
    summary = _summary("ReviewSummary", REVIEW_STATUSES)
    items = ReviewVerdictSerializer(many=True)


class _Place(serializers.Serializer):
    activity = IdOrCodeField(help_text="Un número es el id; un texto, el código.")
    institution = IdOrCodeField(
        required=False, allow_null=True, help_text="Hace falta si el código existe en varias instituciones."
    )
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    month = serializers.IntegerField(min_value=1, max_value=12)


class ProgressItem(_Place, ReportedInput):
    """One month of a batch, for the documentation; `read_progress` reads it."""


class ReviewItem(_Place):
    """One verdict of a list, for the documentation; `read_review` reads it."""

    entry_version = serializers.IntegerField(
        min_value=0, max_value=LARGEST_ENTRY_VERSION, help_text="La del registro que revisa."
    )
    verdict = serializers.ChoiceField(Verdict.choices)
    comment = ReasonField(
        required=False,
        allow_blank=True,
        allow_null=True,
        help_text="Qué hay que corregir; hace falta al devolver.",
    )


class _ItemsField(serializers.Field):
    """A list of 1 to 5,000 items of one shape; `read` makes each into an item and its flaws.

    `plain` returns all of them at once, None where it does not find that all are good in themselves.
    """

    shape: Shape
    read: Callable[[Any, int], Reading]
    plain: Callable[[list[Any]], Column | None] = staticmethod(lambda data: None)

    default_error_messages = {
        "not_a_list": "Debe ser una lista.",
        "empty": "Envíe al menos un elemento.",
    }

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.fail("not_a_list")
        if not data:
            self.fail("empty")
        return data

    def sent(self, data: list[Any]) -> Sent:
        """Return the items that were read. Raises Invalid, and nothing is judged, if one is not of the shape."""
        if column := self.plain(data):
            return Sent(column, lambda place: self.read(data[place], place))
        require_shape(self.shape, enumerate(data))
        return Sent.of([self.read(item, place) for place, item in enumerate(data)])


@extend_schema_field(ProgressItem(many=True))
class ProgressItemsField(_ItemsField):
    shape = PROGRESS
    read = staticmethod(read_progress)
    plain = staticmethod(plain_months)


@extend_schema_field(ReviewItem(many=True))
class ReviewItemsField(_ItemsField):
    shape = REVIEW
    read = staticmethod(read_review)


def refuse_many_items(count: int) -> None:
    """Raise TooLarge (413) for more items than one request may have."""
    if count > MOST_ITEMS:
        detail = f"Una lista admite hasta {MOST_ITEMS} elementos y esta tiene {count}: envíela en varias partes."
        raise TooLarge("too_many_items", detail, field="items")


class _BatchInput(KnownFieldsMixin):
    mode = WordField(
        BatchMode.choices,
        default=BatchMode.ATOMIC,
        help_text="Si un elemento se rechaza: `atomic` no guarda ninguno (400); `partial` guarda los demás (200).",
    )
    dry_run = TruthField(default=False, help_text="Los mismos veredictos, sin guardar nada.")

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated list. Raises TooLarge (413), said before whatever else is wrong."""
        items = data.get("items") if isinstance(data, dict) else None
        if isinstance(items, list):
            refuse_many_items(len(items))
        return super().to_internal_value(data)

    def validate(self, attrs: Any) -> Any:
        """Return what was sent with its items read, once all else is right."""
        items: Any = self.fields["items"]
        return {**attrs, "items": items.sent(attrs["items"])}


@extend_schema_serializer(examples=[OpenApiExample("Un mes de dos actividades", value=_MONTHS, request_only=True)])
class ProgressBatchInput(_BatchInput):
    items = ProgressItemsField(help_text=f"De 1 a {MOST_ITEMS} elementos.")


@extend_schema_serializer(examples=[OpenApiExample("Aceptar y devolver", value=_VERDICTS, request_only=True)])
class ReviewBatchInput(_BatchInput):
    items = ReviewItemsField(help_text=f"De 1 a {MOST_ITEMS} elementos.")
