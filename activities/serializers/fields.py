"""Fields of several bodies and answers: quantities, exact in both directions (domain.md, rule 2), and reasons."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from poi_api.http.fields import ProseField, ShortListField
from poi_api.http.parameters import not_whole

LONGEST_REASON = 5000
LARGEST_ENTRY_VERSION = 2**31 - 1
_NUMBERS = (int, Decimal)  # as a tuple it is made once


class ExactField(serializers.DecimalField):
    """A number of 0 or more, sent as a JSON number with no more decimals than it may have."""

    code = "invalid_number"

    def __init__(self, *, max_digits: int, decimal_places: int, **options: Any) -> None:
        super().__init__(max_digits=max_digits, decimal_places=decimal_places, min_value=0, **options)
        self.step = Decimal(1).scaleb(-decimal_places)
        self.largest = Decimal(10) ** (max_digits - decimal_places) - self.step
        self.error_messages[self.code] = (
            f"Debe ser un número de 0 a {self.largest}, con {decimal_places} decimales como máximo y sin comillas."
        )

    def to_internal_value(self, data: Any) -> Decimal:
        """Return the number. Raises ValidationError `code` for a text, true, 1e400, -1 or a decimal too many."""
        if isinstance(data, bool) or not isinstance(data, _NUMBERS) or not 0 <= data <= self.largest:
            self.fail(self.code)
        value = Decimal(data).quantize(self.step)
        if value != data:
            self.fail(self.code)
        return abs(value)  # no negative zero


class QuantityField(ExactField):
    """A quantity: up to 12 digits and three decimals, never negative (domain.md, rule 2)."""

    code = "invalid_quantity"

    def __init__(self, *, max_digits: int = 15, **options: Any) -> None:
        super().__init__(max_digits=max_digits, decimal_places=3, **options)

    def to_representation(self, value: Decimal) -> Any:
        """Return the stored value as it is: the renderer writes it to the digit."""
        return value


class TotalQuantityField(QuantityField):
    """What follows from quantities, a sum or a percentage: it may be larger than they are."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=30, **options)


@extend_schema_field(
    {
        "type": "array",
        "items": {"type": "number", "minimum": 0},
        "minItems": 12,
        "maxItems": 12,
        "description": "De enero a diciembre.",
    }
)
class TwelveQuantitiesField(ShortListField):
    """The quantities of January to December."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=QuantityField(), min_length=12, max_length=12, **options)

    def to_representation(self, data: list[Decimal]) -> Any:
        return data


class WholeField(serializers.IntegerField):
    """A whole number as JSON writes it, from `least` to `most`; never a text in its place."""

    def __init__(self, least: int, most: int, **options: Any) -> None:
        told = {"invalid": not_whole(least, most)}
        self._numbers = range(least, most + 1)
        super().__init__(**{"min_value": least, "max_value": most, "error_messages": told, **options})

    def to_internal_value(self, data: Any) -> int:
        """Return the number. Raises ValidationError `invalid`, also for one out of range, as everywhere else."""
        if not isinstance(data, int) or isinstance(data, bool) or data not in self._numbers:
            self.fail("invalid")
        return data


class ReasonField(ProseField):
    """Why something is done, in words."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_REASON, **options)
