"""What must add up in a row whose cells stand in their columns (domain.md, "Reading the source document")."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from activities.document.cells import Printed
from activities.document.columns.header import Header
from activities.document.layout import OFFICIAL, QUARTERS
from activities.document.model import Accumulation
from activities.document.quantities import printed

_FINEST = Decimal("0.001")
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

    @property
    def held(self) -> Iterator[tuple[tuple[int, ...], int | None]]:
        """Yield the months, by their places in a tail, that a row says the sum of, each month once.

        With them comes where it says so, in the order of `sums_of`; None where other sums are a part of that one.
        """
        for block in range(2):
            start = block * OFFICIAL.months
            left = set(range(OFFICIAL.months))
            for quarter, months in enumerate(self.months):
                if self.quarters[2 * quarter + block]:
                    left.difference_update(months)
                    yield tuple(start + month for month in months), OFFICIAL.month_cells + 2 * quarter + block
            if left and (self.totals[block] or (self.has_target and not block)):
                says = OFFICIAL.cells if self.has_target and not block else OFFICIAL.cells + 1 + block
                yield tuple(start + month for month in sorted(left)), says if len(left) == OFFICIAL.months else None

    def hold(self, row: Printed, accumulation: Accumulation = "sum") -> bool:
        """Tell whether everything adds up in a row."""
        return not any(self.differences(row, accumulation))

    def differences(self, row: Printed, accumulation: Accumulation) -> Iterator[Difference]:
        """Yield what does not add up in a row of 32 cells, META last."""
        if len(row.tail) != OFFICIAL.cells:
            yield Difference(False, f"Después de META hay {len(row.tail)} celdas y el documento tiene {OFFICIAL.cells}")
            return
        half = OFFICIAL.months
        blocks = row.tail[:half], row.tail[half : OFFICIAL.month_cells]
        for slot, (present, said) in enumerate(zip(self.quarters, row.tail[OFFICIAL.month_cells :], strict=True)):
            quarter, block = divmod(slot, 2)
            due, done = ([cells[month] for month in self.months[quarter]] for cells in blocks)
            come_to = executed_in(due, done, accumulation, said) if block else period(due, accumulation, said)
            if block and said is None and accumulation != "sum" and is_owed(due, done):
                continue
            if present and come_to != (said or 0):
                yield _difference(f"Los meses {_BLOCKS[block]} del {QUARTERS[quarter]}", come_to, accumulation, said)
        for block, (present, said) in enumerate(zip(self.totals, row.totals, strict=True)):
            come_to = executed_in(*blocks, accumulation, said) if block else period(blocks[0], accumulation, said)
            if present and come_to != (said or 0):
                yield _difference(f"Los meses {_BLOCKS[block]}", come_to, accumulation, said, "el total")
        if self.has_target and (come_to := period(blocks[0], accumulation, like=row.target)) != row.target:
            yield _difference("Los meses programados", come_to, accumulation, row.target, "META")


def sums_of(row: Printed) -> tuple[Decimal | None, ...]:
    """Return what a row of 32 cells says: these, META and the totals of both blocks."""
    return (*row.tail, row.target, *row.totals)


def equations_of(header: Header) -> Equations:
    """Return the equations that a table prints."""
    quarters = [column is not None for column in header.official_columns()[OFFICIAL.month_cells :]]
    executed = header.executed
    if header.programmed.cumulative or (executed and executed.cumulative):
        quarters = [False] * OFFICIAL.quarter_cells  # they may be added up since January too
    totals = header.programmed.total is not None, executed is not None and executed.total is not None
    return Equations(header.target is not None, totals, tuple(quarters))


def period(months: Sequence[Decimal | None], accumulation: Accumulation, like: Decimal | None = None) -> Decimal:
    """Return what programmed months come to under domain.md, rule 3; an average is rounded as `like` is."""
    return _of_known([month for month in months if month], accumulation, like)


def executed_in(
    due: Sequence[Decimal | None],
    done: Sequence[Decimal | None],
    accumulation: Accumulation,
    like: Decimal | None = None,
) -> Decimal:
    """Return what executed months come to beside those programmed: a reported 0 is a figure (domain.md, rule 3)."""
    zeros = accumulation == "average"
    known = [month for month, planned in zip(done, due, strict=True) if month or (month == 0 and (planned or zeros))]
    return _of_known(known, accumulation, like)


def is_owed(due: Sequence[Decimal | None], done: Sequence[Decimal | None]) -> bool:
    """Tell whether nothing of what was due is reported: then there is no figure (domain.md, rule 1)."""
    reported = [month for month, planned in zip(done, due, strict=True) if planned]
    return bool(reported) and all(month is None for month in reported)


def _of_known(known: Sequence[Decimal], accumulation: Accumulation, like: Decimal | None) -> Decimal:
    if accumulation == "last":
        return known[-1] if known else Decimal(0)
    total = sum(known, Decimal(0))
    if accumulation == "sum" or not known:
        return total
    return (total / len(known)).quantize(_FINEST if like is None else like, ROUND_HALF_UP)


def _difference(
    what: str, come_to: Decimal, accumulation: Accumulation, said: Decimal | None, by: str = "el trimestre"
) -> Difference:
    do = {"sum": "suman", "last": "terminan en", "average": "promedian"}[accumulation]
    detail = f"{what} {do} {printed(come_to)} y {by} dice {printed(said or Decimal(0))}"
    return Difference(by == "META", detail)
