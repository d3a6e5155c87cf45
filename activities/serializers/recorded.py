"""When and by whom something append-only was recorded."""

from rest_framework import serializers


class ClientReferenceSerializer(serializers.Serializer):
    """A machine client, which has no code."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(read_only=True)


class RecordedMixin(serializers.Serializer):
    """Adds `at`, `by` and `client` from the row's change set, which the queryset joins with its client."""

    at = serializers.DateTimeField(
        source="change_set.committed_at", read_only=True, help_text="Cuándo se registró, en hora de Lima."
    )
    by = serializers.CharField(
        source="change_set.actor", read_only=True, help_text="Quién: `client:…`, `user:…`, `command:…` o `sql:…`."
    )
    client = ClientReferenceSerializer(
        source="change_set.client", read_only=True, allow_null=True, help_text="Qué cliente; nulo si no fue uno."
    )


class WithdrawalSerializer(RecordedMixin):
    """That something append-only was withdrawn: why, when and by whom."""

    reason = serializers.CharField(read_only=True)
