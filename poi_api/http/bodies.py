"""What a body may hold: the fields that its serializer knows and no other (api.md, "Errors")."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from poi_api.http.problem_items import wrong_names


class KnownFieldsMixin(serializers.Serializer):
    """A serializer that refuses fields that it does not know, each by its name."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated body. Raises ValidationError `unknown_field`."""
        if isinstance(data, Mapping):
            known = set(self.fields)
            if unknown := [name for name in data if name not in known]:
                raise serializers.ValidationError(wrong_names(unknown, "No existe este campo.", "unknown_field"))
        return super().to_internal_value(data)


class NoBody(KnownFieldsMixin):
    """A request that says nothing in its body."""
