"""How rows of a model are shown."""

from typing import Any

from rest_framework import serializers


class ShownSerializer(serializers.ModelSerializer):
    """Rows of a model that are only shown: nothing is read into any of its fields."""

    def get_extra_kwargs(self) -> dict[str, Any]:
        return {name: {"read_only": True} for name in self.Meta.fields}
