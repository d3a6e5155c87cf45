"""How things and rows of a model are shown."""

from typing import Any

from rest_framework import serializers


class Shown(serializers.Serializer):
    """What is only shown: nothing is read into any of its fields."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for field in fields.values():
            field.read_only, field.required = True, False
        return fields


class ShownSerializer(Shown, serializers.ModelSerializer):
    """Rows of a model that are only shown; of its fields nothing is said but what that takes."""

    def get_extra_kwargs(self) -> dict[str, Any]:
        return {name: {"read_only": True} for name in self.Meta.fields}
