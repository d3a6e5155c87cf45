"""What must add up in a row whose cells stand in their columns (domain.md, "Reading the source document")."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from activities.document.cells import Cells, Printed
from activities.document.columns.header import Header
from activities.document.layout import OFFICIAL, QUARTERS
from activities.document.model import Accumulation
from activities.document.quantities import printed

_BLOCKS = ("programados", "ejecutados")
CALENDAR = tuple(tuple(range(start, start + OFFICIAL.width)) for start in range(0, OFFICIAL.months, OFFICIAL.width))
"""The places of the months of each quarter."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that does not add up: whether it is META, and what it is in Spanish."""

    is_target: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Equations:
    """The equations of a table: which quarters and totals it has, and which months each quarter is of."""

    has_target: bool
    totals: tuple[bool, bool]
    quarters: tuple[bool, ...]
    months: tuple[tuple[int, ...], ...] = CALENDAR

    @property
    def checks_programme(self) -> bool:
        """Tell whether anything but META says what the programmed months add to."""
        return self.totals[0] or all(self.quarters[::2])

    @property
    def checks_anything(self) -> bool:
        """Tell whether anything says what the months add to."""
        return self.has_target or any(self.totals) or any(self.quarters)

    def differences(self, row: Printed, accumulation: Accumulation) -> Iterator[Difference]:
        """Yield what does not add up in a row of 32 cells, META last."""
        if len(row.tail) != OFFICIAL.cells:
            yield Difference(False, f"Después de META hay {len(row.tail)} celdas y el documento tiene {OFFICIAL.cells}")
            return
        half = OFFICIAL.months
        blocks = row.tail[:half], row.tail[half : OFFICIAL.month_cells]
        for slot, (present, said) in enumerate(zip(self.quarters, row.tail[OFFICIAL.month_cells :], strict=True)):
            quarter, block = divmod(slot, 2)
            months = [blocks[block][month] for month in self.months[quarter]]
            if present and period(months, accumulation, like=said) != (said or 0):
                yield _difference(f"Los meses {_BLOCKS[block]} del {QUARTERS[quarter]}", months, accumulation, said)
        for block, (present, said) in enumerate(zip(self.totals, row.totals, strict=True)):
            if present and period(blocks[block], accumulation, like=said) != (said or 0):
                yield _difference(f"Los meses {_BLOCKS[block]}", blocks[block], accumulation, said, "el total")
        if self.has_target and period(blocks[0], accumulation, like=row.target) != row.target:
            found = _difference("Los meses programados", blocks[0], accumulation, row.target, "META")
            yield Difference(True, found.detail)


def equations_of(header: Header) -> Equations:
    """Return the equations that a table prints."""
    quarters = [column is not None for column in header.official_columns()[OFFICIAL.month_cells :]]
    executed = header.executed
    if header.programmed.cumulative or (executed and executed.cumulative):
        quarters = [False] * OFFICIAL.quarter_cells  # they may be added up since January too
    totals = header.programmed.total is not None, executed is not None and executed.total is not None
    return Equations(header.target is not None, totals, tuple(quarters))


def period(months: Sequence[Decimal | None], accumulation: Accumulation, like: Decimal | None = None) -> Decimal:
    """Return what months come to under domain.md, rule 3; an average is rounded as `like` is printed."""
    if accumulation == "sum":
        return sum((month for month in months if month), Decimal(0))
    known = [month for month in months if month]
    if accumulation == "last":
        return known[-1] if known else Decimal(0)
    mean = sum(known, Decimal(0)) / len(known) if known else Decimal(0)
    return mean if like is None else mean.quantize(like)


def _difference(
    what: str, months: Cells | Sequence[Decimal | None], accumulation: Accumulation, said: Decimal | None, by: str = ""
) -> Difference:
    come_to = {"sum": "suman", "last": "terminan en", "average": "promedian"}[accumulation]
    shown = printed(period(months, accumulation, like=said))
    return Difference(False, f"{what} {come_to} {shown} y {by or 'el trimestre'} dice {printed(said or Decimal(0))}")
