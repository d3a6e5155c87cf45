"""How the verdicts on a list are shown; documentation only, since the services make the answer itself."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from activities.choices import BatchMode
from activities.services.progress.batch import REJECTED
from units.serializers.references import ReferenceSerializer

_ACTIVITY = {"id": 7, "code": "A001", "name": "Informes de gestión"}
_CLOSED = {
    "code": "period_closed",
    "detail": (
        "El registro de ENE 2022 cerró el 15/02/2022. Pida a su oficina de planificación que lo reabra para su "
        "unidad (POST /periods/{id}/reopenings/) y vuelva a enviarlo."
    ),
    "field": "month",
    "index": 1,
}


def _item(index: int, status: str, month: int, entry_version: int, errors: list[Any]) -> dict[str, Any]:
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
    "items": [_item(0, "created", 3, 1, []), _item(1, REJECTED, 1, 0, [_CLOSED])],
}
_REVIEWS = {
    "dry_run": False,
    "mode": "atomic",
    "summary": {"accepted": 1, "returned": 0, REJECTED: 0},
    "items": [_item(0, "accepted", 3, 1, [])],
}


class ItemErrorSerializer(serializers.Serializer):
    code = serializers.CharField(read_only=True)
    detail = serializers.CharField(read_only=True)
    field = serializers.CharField(read_only=True, allow_null=True)
    index = serializers.IntegerField(read_only=True)


class _ItemSerializer(serializers.Serializer):
    index = serializers.IntegerField(read_only=True, help_text="Su lugar en la lista enviada, desde 0.")
    activity = ReferenceSerializer(read_only=True, allow_null=True, help_text="Nula si no existe o no la puede ver.")
    month = serializers.IntegerField(read_only=True, allow_null=True)
    entry_version = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="La del mes después de lo enviado; la actual si se rechazó."
    )

    def get_fields(self) -> dict[str, Any]:
        """Add `errors`, which is also the name of a serializer's own property."""
        return {**super().get_fields(), "errors": ItemErrorSerializer(many=True, read_only=True)}


class ProgressVerdictSerializer(_ItemSerializer):
    status = serializers.ChoiceField(["created", "updated", "unchanged", REJECTED], read_only=True)


class ReviewVerdictSerializer(_ItemSerializer):
    status = serializers.ChoiceField(["accepted", "returned", REJECTED], read_only=True)


class ProgressSummarySerializer(serializers.Serializer):
    created = serializers.IntegerField(read_only=True)
    updated = serializers.IntegerField(read_only=True)
    unchanged = serializers.IntegerField(read_only=True)
    rejected = serializers.IntegerField(read_only=True)


class ReviewSummarySerializer(serializers.Serializer):
    accepted = serializers.IntegerField(read_only=True)
    returned = serializers.IntegerField(read_only=True)
    rejected = serializers.IntegerField(read_only=True)


class _AnswerSerializer(serializers.Serializer):
    dry_run = serializers.BooleanField(read_only=True)
    mode = serializers.ChoiceField(BatchMode.choices, read_only=True)


@extend_schema_serializer(examples=[OpenApiExample("Uno registrado y uno rechazado", value=_PROGRESS)])
class ProgressBatchAnswer(_AnswerSerializer):
    summary = ProgressSummarySerializer(read_only=True)
    items = ProgressVerdictSerializer(many=True, read_only=True)


@extend_schema_serializer(examples=[OpenApiExample("Uno aceptado", value=_REVIEWS)])
class ReviewBatchAnswer(_AnswerSerializer):
    summary = ReviewSummarySerializer(read_only=True)
    items = ReviewVerdictSerializer(many=True, read_only=True)
