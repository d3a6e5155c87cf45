"""How a month of an activity is shown and sent, and how the entries behind it are shown."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from activities.choices import MonthStatus, Verdict
from activities.models import Figure, ProgressEntry, Review
from activities.serializers.fields import LARGEST_ENTRY_VERSION, QuantityField, ReasonField
from activities.serializers.reading import LONGEST_URL, MONTH, read_month, require_shape
from activities.serializers.recorded import RecordedMixin
from activities.services.progress.submitting import SubmittedMonth
from activities.services.progress.verdicts import SubmittedItem
from poi_api.http.bodies import ObjectSerializer
from poi_api.http.exceptions import Invalid, refuse_all
from units.serializers.shown import Shown, ShownSerializer

_MONTH = {
    "month": 3,
    "programmed": 12,
    "executed": 10,
    "pending": {"executed": 12, "entry_version": 2},
    "status": "submitted",
    "late": False,
    "entry_version": 2,
    "reason": "",
    "evidence_url": "https://intranet.example/informes/marzo",
}
_ENTRY = {
    "entry_version": 1,
    "executed": 10,
    "reason": "",
    "evidence_url": "https://intranet.example/informes/marzo",
    "status": "accepted",
    "late": False,
    "origin": "api",
    "import": None,
    "line": None,
    "doubts": None,
    "by": "client:tablero",
    "client": {"id": 4, "name": "tablero"},
    "at": "2022-04-05T10:02:11.250000-05:00",
    "reviews": [
        {
            "verdict": "accept",
            "comment": "",
            "by": "user:revision",
            "client": None,
            "at": "2022-04-06T09:00:00-05:00",
        }
    ],
}
_REPORT = {"executed": 12, "reason": "", "evidence_url": "https://intranet.example/informes/marzo", "entry_version": 0}


class PendingSerializer(Shown):
    executed = QuantityField(allow_null=True, help_text="Nulo: pide retirar la cifra.")
    entry_version = serializers.IntegerField()


@extend_schema_serializer(examples=[OpenApiExample("Un mes con una corrección por revisar", value=_MONTH)])
class MonthSerializer(Shown):
    """A month of an activity, as `month_of` gives it."""

    month = serializers.IntegerField(min_value=1, max_value=12)
    programmed = QuantityField()
    executed = QuantityField(allow_null=True, help_text="La cifra oficial; nula si no hay.")
    pending = PendingSerializer(allow_null=True, help_text="Lo que espera revisión.")
    status = serializers.ChoiceField(MonthStatus.choices, help_text="Del registro más nuevo.")
    late = serializers.BooleanField(allow_null=True, help_text="De la cifra oficial.")
    entry_version = serializers.IntegerField(help_text="Del registro más nuevo; 0 si no hay.")
    reason = serializers.CharField(allow_null=True, help_text="De la cifra oficial.")
    evidence_url = serializers.CharField(allow_null=True, help_text="De la cifra oficial.")


@extend_schema_serializer(
    examples=[OpenApiExample("Una corrección por revisar", value={**_MONTH, "result": "updated"})]
)
class SubmittedMonthSerializer(MonthSerializer):
    """A month as it is after a submission."""

    result = serializers.ChoiceField(["created", "updated", "unchanged"], help_text="Qué se registró.")


_OF_MONTH = ["programmed", "executed", "pending", "status", "late", "entry_version", "reason", "evidence_url"]


def month_of(figure: Figure, month: int) -> dict[str, Any]:
    """Return one month, 1 to 12, of an activity's figures (api.md, `progress/{month}/`)."""
    cells = {name: getattr(figure, name)[month - 1] for name in _OF_MONTH}
    return _month(month, cells, figure.pending_version[month - 1])


def submitted_month(submitted: SubmittedMonth, month: int) -> dict[str, Any]:
    """Return a month that was just submitted as `month_of` does."""
    return _month(month, {name: getattr(submitted, name) for name in _OF_MONTH}, submitted.pending_version)


def _month(month: int, cells: dict[str, Any], waits: int | None) -> dict[str, Any]:
    cells["pending"] = waits and {"executed": cells["pending"], "entry_version": waits}
    return {"month": month, **cells}


class ReviewSerializer(RecordedMixin, ShownSerializer):
    class Meta:
        model = Review
        fields = ["verdict", "comment", "by", "client", "at"]


@extend_schema_serializer(examples=[OpenApiExample("Un registro aceptado", value=_ENTRY)])
class EntrySerializer(RecordedMixin, ShownSerializer):
    executed = QuantityField(allow_null=True, help_text="Nulo: retiró la cifra del mes.")
    status = serializers.SerializerMethodField()
    late = serializers.BooleanField(source="is_late")
    reviews = ReviewSerializer(many=True)
    line = serializers.IntegerField(allow_null=True, help_text="Su línea en el documento.")
    doubts = serializers.ListField(
        child=serializers.CharField(),
        allow_null=True,
        help_text="Las cifras de esa línea en que sus lecturas difieren.",
    )

    class Meta:
        model = ProgressEntry
        fields = [name for name in _ENTRY if name != "import"]  # which cannot be declared

    def get_fields(self) -> dict[str, Any]:
        """Add which import brought it; a member of that name cannot be declared in a class."""
        brought_by = serializers.IntegerField(
            source="import_id", read_only=True, allow_null=True, help_text="El documento que lo trajo, o lo deshizo."
        )
        return {**super().get_fields(), "import": brought_by}

    @extend_schema_field(serializers.ChoiceField(MonthStatus.choices))
    def get_status(self, entry: ProgressEntry) -> str:
        """Return what the latest review decided; an entry that needs none is accepted (domain.md, rule 12)."""
        reviews = list(entry.reviews.all())
        if reviews:
            accepted = reviews[-1].verdict == Verdict.ACCEPT
            return MonthStatus.ACCEPTED if accepted else MonthStatus.RETURNED
        return MonthStatus.SUBMITTED if entry.needs_review else MonthStatus.ACCEPTED


class ReportedInput(ObjectSerializer):
    """What is reported of a month."""

    executed = QuantityField(allow_null=True, help_text="Lo ejecutado en el mes; nulo retira la cifra, con un motivo.")
    reason = ReasonField(
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
        max_value=LARGEST_ENTRY_VERSION,
        required=False,
        allow_null=True,
        help_text="La versión de la que parte (0: sin registro); si ya es otra, 412. Sin ella no se compara.",
    )


@extend_schema_serializer(examples=[OpenApiExample("Lo de un mes", value=_REPORT, request_only=True)])
class MonthInput(ReportedInput):
    """Becomes the item that `submit_month` takes; the activity and its year come in the context."""

    def to_internal_value(self, data: Any) -> SubmittedItem:
        """Return the item that was read. Raises Invalid with all that is wrong."""
        require_shape(MONTH, [(None, data)])
        item, flaws = read_month(data, **self.context["month_of"])
        refuse_all(Invalid, flaws)
        return item
