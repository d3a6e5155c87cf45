"""How answers name other things: `{id, code, name}` (api.md, "Identity")."""

from typing import Any

from rest_framework import serializers


class ReferenceSerializer(serializers.Serializer):
    """Anything with an id, a code and a name."""

    id = serializers.IntegerField(read_only=True)
    code = serializers.CharField(read_only=True, max_length=32)
    name = serializers.CharField(read_only=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Written out: answers are full of references, and fields one by one cost half of a list's time."""
        return {"id": instance.pk, "code": instance.code, "name": instance.name}
