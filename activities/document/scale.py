"""Quantities as whole units of the finest decimal among them, and back. Pure."""

from collections.abc import Iterable
from decimal import Decimal

from activities.document.model import Figures
from activities.document.quantities import places
from activities.document.runs import Cell, Months


class Scale:
    """Turns quantities into whole units of the finest decimal that any of them needs, and back."""

    def __init__(self, values: Iterable[Decimal | None]) -> None:
        self._places = places([value for value in values if value is not None])

    def whole(self, value: Decimal) -> int:
        return int(value.scaleb(self._places))

    def cells(self, values: Iterable[Decimal | None]) -> Months:
        return tuple(None if value is None else self.whole(value) for value in values)

    def decimal(self, value: int) -> Decimal:
        exact = Decimal(value).scaleb(-self._places)
        return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()

    def figure(self, value: Cell) -> Decimal | None:
        return None if value is None else self.decimal(value)

    def figures(self, months: Months) -> Figures:
        return tuple(self.figure(month) for month in months)
