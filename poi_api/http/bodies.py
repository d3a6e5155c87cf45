"""What a body may hold: the fields that its serializer knows and no other (api.md, "Errors")."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail


class KnownFieldsMixin(serializers.Serializer):
    """A serializer that refuses fields that it does not know, each by its name."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated body. Raises ValidationError `unknown_field`."""
        unknown = [name for name in data if name not in self.fields] if isinstance(data, Mapping) else []
        if unknown:
            error = ErrorDetail("No existe este campo.", code="unknown_field")
            raise serializers.ValidationError({name: [error] for name in unknown})
        return super().to_internal_value(data)


class NoBody(KnownFieldsMixin):
    """A request that says nothing in its body."""
