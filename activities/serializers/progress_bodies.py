"""What is sent to submit one month, or a list of months or of reviews; `reading` reads it."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from activities.choices import FIRST_YEAR, LAST_YEAR, BatchMode, Verdict
from activities.exceptions import TooManyItems
from activities.serializers.fields import QuantityField
from activities.serializers.reading import LONGEST_REASON, LONGEST_URL, read_month, read_progress, read_review
from activities.serializers.references import IdOrCodeField
from activities.services.progress.batch import Readings
from activities.services.progress.verdicts import SubmittedItem
from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.exceptions import Invalid
from poi_api.http.fields import TextField, TruthField

MOST_ITEMS = 5000
_REPORT = {"executed": 12, "reason": "", "evidence_url": "https://intranet.example/informes/marzo", "entry_version": 0}
_BATCH = {
    "mode": "partial",
    "dry_run": False,
    "items": [
        {"activity": "A001", "year": 2022, "month": 3, "executed": 12, "entry_version": 0},
        {"activity": "A002", "year": 2022, "month": 3, "executed": 0.5, "reason": "Se pospuso a abril"},
    ],
}
_REVIEWS = {
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


class _Report(serializers.Serializer):
    executed = QuantityField(allow_null=True, help_text="Lo ejecutado en el mes; nulo retira la cifra, con un motivo.")
    reason = TextField(
        max_length=LONGEST_REASON,
        required=False,
        allow_blank=True,
        allow_null=True,
        help_text="Por qué difiere de lo programado; hace falta si pasa de la tolerancia del plan.",
    )
    evidence_url = serializers.CharField(
        max_length=LONGEST_URL,
        required=False,
        allow_blank=True,
        allow_null=True,
        help_text="El medio de verificación: una dirección http o https.",
    )
    entry_version = serializers.IntegerField(
        min_value=0,
        max_value=2**31 - 1,
        required=False,
        allow_null=True,
        help_text="La versión de la que parte (0: sin registro); si ya es otra, 412. Sin ella no se compara.",
    )


@extend_schema_serializer(examples=[OpenApiExample("Lo de un mes", value=_REPORT, request_only=True)])
class MonthReport(_Report):
    """Becomes the item that `submit_month` takes; the activity and its year come in the context."""

    def to_internal_value(self, data: Any) -> SubmittedItem:
        """Return the item that was read. Raises Invalid with all that is wrong."""
        item, flaws = read_month(data, **self.context["month_of"])
        if flaws:
            several = f"Hay {len(flaws)} errores; vea «errors»."
            raise Invalid(flaws[0]["code"], flaws[0]["detail"] if len(flaws) == 1 else several, errors=flaws)
        return item


class _Place(serializers.Serializer):
    activity = IdOrCodeField(help_text="Un número es el id; un texto, el código.")
    institution = IdOrCodeField(
        required=False, allow_null=True, help_text="Hace falta si el código existe en varias instituciones."
    )
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    month = serializers.IntegerField(min_value=1, max_value=12)


class ProgressItem(_Place, _Report):
    """One month of a batch, for the documentation; `read_progress` reads it."""


class ReviewItem(_Place):
    """One verdict of a list, for the documentation; `read_review` reads it."""

    entry_version = serializers.IntegerField(min_value=0, max_value=2**31 - 1, help_text="La del registro que revisa.")
    verdict = serializers.ChoiceField(Verdict.choices)
    comment = TextField(
        max_length=LONGEST_REASON,
        required=False,
        allow_blank=True,
        allow_null=True,
        help_text="Qué hay que corregir; hace falta al devolver.",
    )


class _ItemsField(serializers.Field):
    """A list of 1 to 5,000 items, each read into an item and its flaws."""

    default_error_messages = {
        "not_a_list": "Debe ser una lista.",
        "empty": "Envíe al menos un elemento.",
    }

    def to_internal_value(self, data: Any) -> Readings:
        if not isinstance(data, list):
            self.fail("not_a_list")
        if not data:
            self.fail("empty")
        return [self.read(item, place) for place, item in enumerate(data)]

    def read(self, data: Any, place: int) -> Any:
        raise NotImplementedError

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_field(ProgressItem(many=True))
class ProgressItemsField(_ItemsField):
    def read(self, data: Any, place: int) -> Any:
        return read_progress(data, place)


@extend_schema_field(ReviewItem(many=True))
class ReviewItemsField(_ItemsField):
    def read(self, data: Any, place: int) -> Any:
        return read_review(data, place)


class _Batch(KnownFieldsMixin):
    mode = serializers.ChoiceField(
        BatchMode.choices,
        default=BatchMode.ATOMIC,
        help_text="Si un elemento se rechaza: `atomic` no guarda ninguno (400); `partial` guarda los demás (200).",
    )
    dry_run = TruthField(default=False, help_text="Los mismos veredictos, sin guardar nada.")

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated list. Raises TooManyItems (413), said before whatever else is wrong."""
        items = data.get("items") if isinstance(data, dict) else None
        if isinstance(items, list) and len(items) > MOST_ITEMS:
            raise TooManyItems(MOST_ITEMS, len(items))
        return super().to_internal_value(data)


@extend_schema_serializer(examples=[OpenApiExample("Un mes de dos actividades", value=_BATCH, request_only=True)])
class ProgressBatch(_Batch):
    items = ProgressItemsField(help_text=f"De 1 a {MOST_ITEMS} elementos.")


@extend_schema_serializer(examples=[OpenApiExample("Aceptar y devolver", value=_REVIEWS, request_only=True)])
class ReviewBatch(_Batch):
    items = ReviewItemsField(help_text=f"De 1 a {MOST_ITEMS} elementos.")
