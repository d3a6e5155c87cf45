"""When and by whom something append-only was recorded."""

from rest_framework import serializers

from units.serializers.shown import Shown


class ClientReferenceSerializer(Shown):
    """A machine client, which has no code."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class RecordedMixin(Shown):
    """Adds `at`, `by` and `client` from the row's change set, which the queryset joins with its client."""

    at = serializers.DateTimeField(source="change_set.committed_at", help_text="Cuándo se registró, en hora de Lima.")
    by = serializers.CharField(
        source="change_set.actor", help_text="Quién: `client:…`, `user:…`, `command:…` o `sql:…`."
    )
    client = ClientReferenceSerializer(
        source="change_set.client", allow_null=True, help_text="Qué cliente; nulo si no fue uno."
    )


class WithdrawalSerializer(RecordedMixin):
    """That something append-only was withdrawn: why, when and by whom."""

    reason = serializers.CharField()
