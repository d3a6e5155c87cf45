"""What a row adds to each column of its table, and what one that was rejected may add."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from activities.document.cells import Printed, figures_of
from activities.document.checking import Equations, executed_in, is_owed, period, sums_of
from activities.document.columns.header import Header
from activities.document.forms.sheets import Record
from activities.document.layout import OFFICIAL, slot_title
from activities.document.layouts import Reading
from activities.document.model import DUPLICATE, Accumulation, Figures, Row

TITLES = (*map(slot_title, range(OFFICIAL.cells)), "META")
Column = tuple[Decimal, ...]
"""What is added to each of the columns of a table, in the order of `TITLES`."""
NOTHING: Column = (Decimal(0),) * len(TITLES)
_UNPLACED = ("missing_cells", "no_header", "not_cumulative")
"""Problems of rows whose cells may be those of other columns, or of other months."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a rejected row may add to each column: what it prints, and anything to the `unreadable` columns.

    One of each of its `changes` may come to that.
    """

    printed: Column
    changes: tuple[tuple[Column, ...], ...] = ()
    unreadable: frozenset[int] = frozenset()


def columns_of(programmed: Figures, executed: Figures, accumulation: Accumulation) -> Column:
    """Return months, and the quarters and META that they come to."""
    months = (month or Decimal(0) for month in (*programmed, *executed))
    quarters: list[Decimal] = []
    for start in range(0, OFFICIAL.months, OFFICIAL.width):
        due, done = (block[start : start + OFFICIAL.width] for block in (programmed, executed))
        blank = accumulation != "sum" and is_owed(due, done)
        quarters += [period(due, accumulation), Decimal(0) if blank else executed_in(due, done, accumulation)]
    return (*months, *quarters, period(programmed, accumulation))


def contribution_of(row: Row, record: Record, reading: Reading) -> Contribution | None:
    """Return what a rejected row may add, if one of its cells at most is wrong; None where nothing bounds it.

    A row that repeats another may be counted in TOTAL or not.
    """
    reading = reading.of_row(record)
    header = reading.header
    printed = figures_of(record, header, comma=reading.comma)
    codes = {problem.code for problem in (*row.problems, *printed.problems)}
    if codes.intersection(_UNPLACED) or row.accumulation not in (None, "sum") or len(printed.tail) != OFFICIAL.cells:
        return None
    if header.tail is not None and not reading.equations.hold(printed):
        return None  # cells may have been lost or repeated
    unreadable = frozenset(_unreadable(record, header, printed))
    half = OFFICIAL.months
    adds = columns_of(printed.tail[:half], printed.tail[half : OFFICIAL.month_cells], "sum")
    changes = list(_changes(printed, reading.equations, unreadable))
    if DUPLICATE in codes:
        changes.append((NOTHING, tuple(-figure for figure in adds)))
    return Contribution(adds, tuple(changes), _with_sums(unreadable))


def _unreadable(record: Record, header: Header, printed: Printed) -> Iterator[int]:
    """Yield the months, by their places, whose cells have a text that is no quantity."""
    for slot, column in enumerate(header.official_columns()[: OFFICIAL.month_cells]):
        if column is not None and printed.tail[slot] is None and record.cell(column):
            yield slot


def _with_sums(months: frozenset[int]) -> frozenset[int]:
    """Return the columns of months with those that they are added up in."""
    sums = {OFFICIAL.cells for month in months if month < OFFICIAL.months}
    for month in months:
        block, place = divmod(month, OFFICIAL.months)
        sums.add(OFFICIAL.month_cells + 2 * (place // OFFICIAL.width) + block)
    return months | sums


def _changes(printed: Printed, equations: Equations, unreadable: frozenset[int]) -> Iterator[tuple[Column, ...]]:
    """Yield for each sum that does not hold what changes if it is wrong itself: nothing; or if one of its months is."""
    months, said = printed.tail[: OFFICIAL.month_cells], sums_of(printed)
    for slots, place in equations.held:
        if place is None or unreadable.intersection(slots):
            continue
        short = (said[place] or Decimal(0)) - sum((months[slot] or Decimal(0) for slot in slots), Decimal(0))
        if short:
            kept = [slot for slot in slots if (months[slot] or Decimal(0)) + short >= 0]
            yield (NOTHING, *(_changed(slot, short) for slot in kept))


def _changed(month: int, by: Decimal) -> Column:
    """Return what changes with a month."""
    touched = _with_sums(frozenset((month,)))
    return tuple(by if column in touched else Decimal(0) for column in range(len(TITLES)))
