"""Quantities as answers show them."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


class QuantityField(serializers.DecimalField):
    """A quantity: up to 12 digits and three decimals, never negative (domain.md, rule 2)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=15, decimal_places=3, min_value=0, **options)

    def to_representation(self, value: Decimal) -> Any:
        """The stored value as it is: the renderer writes it to the digit."""
        return value


@extend_schema_field(
    {
        "type": "array",
        "items": {"type": "number", "minimum": 0},
        "minItems": 12,
        "maxItems": 12,
        "description": "De enero a diciembre.",
    }
)
class TwelveQuantitiesField(serializers.ListField):
    """The quantities of January to December."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=QuantityField(), min_length=12, max_length=12, **options)

    def to_representation(self, data: list[Decimal]) -> Any:
        return data
