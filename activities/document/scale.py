"""Quantities as whole units of the finest decimal among them, and back."""

from collections.abc import Iterable
from decimal import Decimal

from activities.document.model import Figures
from activities.document.quantities import places
from activities.document.runs import Cell, Months


class Scale:
    """A row's smallest unit: the finest decimal that any of its quantities needs, at most 0.001."""

    def __init__(self, values: Iterable[Decimal | None]) -> None:
        self._places = places([value for value in values if value is not None])
        self._decimals: dict[int, Decimal] = {}  # the readings of a row share their figures

    def whole(self, value: Decimal) -> int:
        """Return a quantity in smallest units."""
        return int(value.scaleb(self._places))

    def cells(self, values: Iterable[Decimal | None]) -> Months:
        """Return quantities in smallest units; blanks stay None."""
        return tuple(None if value is None else self.whole(value) for value in values)

    def decimal(self, value: int) -> Decimal:
        """Return the quantity of so many smallest units, without idle zeros."""
        decimal = self._decimals.get(value)
        if decimal is None:
            exact = Decimal(value).scaleb(-self._places)
            whole = exact == exact.to_integral_value()
            decimal = self._decimals[value] = exact.quantize(Decimal(1)) if whole else exact.normalize()
        return decimal

    def figure(self, value: Cell) -> Decimal | None:
        """Return the quantity of a cell, None if blank."""
        return None if value is None else self.decimal(value)

    def figures(self, months: Months) -> Figures:
        """Return the quantities of months; blanks stay None."""
        return tuple(self.figure(month) for month in months)
