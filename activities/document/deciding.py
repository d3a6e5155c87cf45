"""Columns decide between the readings of rows (domain.md, "Reading the source document")."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from types import MappingProxyType

from activities.document.checking import CALENDAR, Equations
from activities.document.choosing import Readings, UndecidedError, chosen, least_of
from activities.document.contradicting import CONTRADICTED, Differing, contradicted, less
from activities.document.contributing import NOTHING, TITLES, Column, Contribution, columns_of
from activities.document.layout import OFFICIAL
from activities.document.model import REJECTED, Problem, Repair, Row, Stated
from activities.document.repair import MOST_ALTERNATIVES
from activities.document.rows import MORE, with_reading
from activities.document.wording import counted, lines

SEVERAL = "several_damages"
"""Code of the problem of a row that has more than one."""
_NONE: Mapping[int, Equations] = MappingProxyType({})
_ZERO = Decimal(0)
_META = OFFICIAL.cells
_PROGRAMMED = range(OFFICIAL.months)


def decided(
    rows: Sequence[Row],
    stated: Stated | None,
    equations: Mapping[int, Equations] = _NONE,
    rejected: Sequence[Contribution | None] = (),
) -> tuple[list[Row], list[Problem]]:
    """Return the rows, `confirmed` where one choice of readings makes all columns add to TOTAL, and what to say of it.

    Rows that TOTAL contradicts are `inferred`. `equations` has those of the row in a line, `rejected` what rejected
    rows and those left out may add, None where nothing bounds it; where there are any, nothing is confirmed.
    """
    read, remarks = _compared(rows, stated, equations, rejected)
    return [several_damages(replace(row, beyond=()) if row.beyond else row) for row in read], remarks


def _compared(
    rows: Sequence[Row],
    stated: Stated | None,
    equations: Mapping[int, Equations],
    rejected: Sequence[Contribution | None],
) -> tuple[list[Row], list[Problem]]:
    if stated is None or not stated.quarters:
        return list(rows), []
    table = _Table.of(rows, stated, [each for each in rejected if each], equations)
    choices, differing, remarks = table.chosen(stated)
    differing = replace(differing, alone={**differing.alone, **table.too_full()})
    if None in rejected or table.is_excerpt(differing):
        differing = differing.too_small()
    if differing.columns:
        read = contradicted(rows, equations, differing)
        return read, [*remarks, _differs(differing, read, stated)]
    if rejected or remarks:
        return list(rows), remarks
    whole = len(differing.known) == len(TITLES)
    sure = {place for place, row in enumerate(rows) if row.status == "repaired" and whole}
    return [_confirmed(row, choices.get(place), place in sure) for place, row in enumerate(rows)], []


@dataclass(frozen=True, slots=True)
class _Table:
    """What TOTAL says more than the first readings, by column; the rows that have others; the columns to compare.

    To `unreadable` columns rejected rows add something that is not known; `has_rejected`: there are such rows.
    """

    rest: list[Decimal]
    open_rows: list[Readings]
    usable: frozenset[int]
    unreadable: frozenset[int]
    has_rejected: bool

    @classmethod
    def of(
        cls,
        rows: Sequence[Row],
        stated: Stated,
        rejected: Sequence[Contribution],
        equations: Mapping[int, Equations],
    ) -> "_Table":
        """Return the table of the rows that were accepted, and of what rejected ones may add."""
        accepted = {place: row for place, row in enumerate(rows) if row.status != REJECTED}
        firsts = {
            place: columns_of(row.programmed, row.executed, row.accumulation or "sum")
            for place, row in accepted.items()
        }
        said = _said(stated)
        added = [*firsts.values(), *(each.printed for each in rejected)]
        sums = [sum(column, _ZERO) for column in zip(*added, strict=True)] or [_ZERO] * len(TITLES)
        cut = [row for row in accepted.values() if _is_cut(row)]
        usable = frozenset(column for column, total in enumerate(said) if total is not None)  # a blank states nothing
        usable -= {TITLES.index(title) for row in cut for title in row.doubts}
        unreadable = usable.intersection(column for each in rejected for column in each.unreadable)
        usable -= unreadable
        if any(row.accumulation == "average" for row in accepted.values()):
            usable = usable.intersection(range(OFFICIAL.month_cells))  # quarters are rounded in print
        if any(each.months != CALENDAR for each in equations.values()):
            usable -= set(range(OFFICIAL.month_cells, OFFICIAL.cells))  # those of the table are of other months
        known = [_readings(place, row, firsts[place]) for place, row in accepted.items() if not _is_cut(row)]
        known += [Readings(None, change) for each in rejected for change in each.changes]
        rest = [(total or _ZERO) - by for total, by in zip(said, sums, strict=True)]
        return cls(rest, [each for each in known if len(each.differences) > 1], usable, unreadable, bool(rejected))

    def chosen(self, stated: Stated) -> tuple[dict[int, int], Differing, list[Problem]]:
        """Return the only choice of readings by row, the columns that differ, and what is to be said.

        Where there are too many choices rejected rows are taken as printed; then columns that rows with the most
        readings move decide nothing; then those that any row moves.
        """
        accepted = [each for each in self.open_rows if each.place is not None]
        long = [each for each in accepted if len(each.differences) > MOST_ALTERNATIVES + 1]
        short = [each for each in accepted if each not in long]
        without_long = self.usable.difference(*(row.moved for row in long))
        for open_rows, usable in ((self.open_rows, self.usable), (accepted, self.usable), (short, without_long)):
            try:
                return *chosen(open_rows, self.rest, usable), []
            except UndecidedError:
                pass  # fewer readings may be few enough
        detail = "Hay demasiadas combinaciones de lecturas: las columnas no deciden entre ellas."
        fixed = self.usable.difference(*(row.moved for row in accepted))
        return *chosen((), self.rest, fixed), [Problem("columns_undecided", detail, stated.line)]

    def too_full(self) -> dict[int, Decimal]:
        """Return the unreadable columns to which the other rows add more than TOTAL says, with by how much less."""
        more = {column: self.rest[column] - least_of(self.open_rows, column) for column in self.unreadable}
        return less(more)

    def is_excerpt(self, differing: Differing) -> bool:
        """Tell whether rows are missing: TOTAL's META is more, as are its months, or most columns, and few are less."""
        has_target = _META in differing.known
        more = self.rest[_META] if has_target else sum(self.rest[month] for month in _PROGRAMMED)
        if more <= 0 or (has_target and _META not in differing.columns):
            return False
        columns = [column for column in differing.columns if self.rest[column]]
        less = [column for column in columns if self.rest[column] < 0]
        adds_up = has_target and sum(self.rest[month] for month in _PROGRAMMED) == more
        adds_up = adds_up and not self.has_rejected
        return (adds_up or 2 * len(columns) > len(differing.known)) and 4 * len(less) <= len(columns)


def _said(stated: Stated) -> tuple[Decimal | None, ...]:
    """Return the figures of TOTAL, None where it says none."""
    quarters = [cell for pair in stated.quarters for cell in pair]
    target = None if stated.is_derived else stated.annual_target
    return (*stated.programmed, *stated.executed, *quarters, target)


def _readings(place: int, row: Row, first: Column) -> Readings:
    way = row.accumulation or "sum"
    read = (*row.alternatives, *row.beyond)
    others = (columns_of(other.programmed, other.executed, way) for other in read)
    return Readings(place, (NOTHING, *(_difference(other, first) for other in others)))


def _difference(other: Column, first: Column) -> Column:
    """Return what a reading adds to each column beyond the first one; most of that is one and the same 0."""
    return tuple(a - b if a != b else _ZERO for a, b in zip(other, first, strict=True))


def _is_cut(row: Row) -> bool:
    """Tell whether a row has more readings than are known."""
    return not row.beyond and any(problem.code == MORE for problem in row.problems)


def _confirmed(row: Row, choice: int | None, sure: bool) -> Row:
    if choice is None:
        return replace(row, confirmed=True) if sure else row
    return replace(with_reading(row, choice), confirmed=True)


def _differs(differing: Differing, rows: Sequence[Row], stated: Stated) -> Problem:
    """Return which columns do not add to TOTAL, and which rows are in doubt by that."""
    titles = ", ".join(TITLES[column] for column in differing.columns)
    which = counted(len(differing.columns), "columna no suma", "columnas no suman")
    detail = f"{which} lo que dice la fila TOTAL, con ninguna lectura: {titles}."
    if doubtful := [row.line for row in rows if any(problem.code == CONTRADICTED for problem in row.problems)]:
        count = counted(len(doubtful), "fila queda inferida", "filas quedan inferidas")
        detail += f" Puede estar mal el TOTAL o alguna fila: {count} ({lines(doubtful)})."
    return Problem("columns_differ", detail, stated.line)


def several_damages(row: Row) -> Row:
    """Return the row, `inferred` where it was `repaired` of more than one damage and no columns confirm it.

    One that shows two may have more, and some of them may undo each other.
    """
    if row.status != "repaired" or row.confirmed or _damages(row.repairs) <= 1:
        return row
    detail = "Tiene más de un daño, y puede tener otros que sus sumas no muestran: compare la fila con el original."
    return row.in_doubt(Problem(SEVERAL, detail, row.line), TITLES)


def _damages(repairs: Iterable[Repair]) -> int:
    """Return of how many damages repairs are: cells of one run that were lost, or repeated, are one."""
    return sum(1 for _ in groupby(enumerate(repairs), key=lambda each: _run_of(*each)))


def _run_of(place: int, repair: Repair) -> tuple[object, ...]:
    if repair.action == "change" or repair.month is None:
        return (place,)
    return repair.block, repair.action, repair.printed, repair.taken
