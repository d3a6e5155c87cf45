"""When and by whom something append-only was recorded."""

from rest_framework import serializers


class RecordedMixin(serializers.Serializer):
    """Adds `at` and `by` from the row's change set, which the queryset joins (`select_related`)."""

    at = serializers.DateTimeField(
        source="change_set.committed_at", read_only=True, help_text="Cuándo se registró, en hora de Lima."
    )
    by = serializers.CharField(
        source="change_set.actor", read_only=True, help_text="Quién: `client:…`, `user:…` o `sql:…`."
    )
