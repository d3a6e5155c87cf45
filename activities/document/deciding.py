"""Columns decide between the readings of rows (domain.md, "Reading the source document")."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from activities.document.checking import period
from activities.document.layout import OFFICIAL, slot_title
from activities.document.model import REJECTED, Accumulation, Figures, Problem, Row, Stated
from activities.document.rows import MORE, with_reading
from activities.document.wording import counted

MOST_STATES = 5000
"""Sums kept while readings are combined; above it the columns do not decide."""
TITLES = (*map(slot_title, range(OFFICIAL.cells)), "META")
_ALL = range(len(TITLES))

Column = tuple[Decimal, ...]
Choice = tuple[int, ...]


class _UndecidedError(Exception):
    """There are more combinations than are worth trying."""


@dataclass(frozen=True, slots=True)
class _Readings:
    """What a row adds to each column under each of its readings, less what it adds under the first."""

    place: int
    differences: tuple[Column, ...]

    @property
    def moved(self) -> frozenset[int]:
        """Return the columns in which readings differ."""
        return frozenset(column for column in _ALL if any(each[column] for each in self.differences))


def decided(rows: Sequence[Row], stated: Stated | None) -> tuple[list[Row], list[Problem]]:
    """Return the rows, `confirmed` where one choice of readings makes all columns add to TOTAL, and what to say of it.

    Where a row's list of readings was cut, the columns in its doubt decide nothing. Rejected rows leave no column.
    """
    if stated is None or not stated.quarters or any(row.status == REJECTED for row in rows):
        return list(rows), []
    firsts = [_columns(row.programmed, row.executed, row.accumulation or "sum") for row in rows]
    said = _stated(stated)
    rest = [(total or Decimal(0)) - sum(column, Decimal(0)) for total, *column in zip(said, *firsts, strict=True)]
    cut = [row for row in rows if _is_cut(row)]
    usable = frozenset(column for column in _ALL if said[column] is not None)  # a blank states nothing
    usable -= {TITLES.index(title) for row in cut for title in row.doubts}
    if any(row.accumulation == "average" for row in rows):
        usable = usable.intersection(range(OFFICIAL.month_cells))  # quarters are rounded in print
    movable = [_readings(place, row, first) for place, (row, first) in enumerate(zip(rows, firsts, strict=True))]
    open_rows = [each for each in movable if len(each.differences) > 1 and not _is_cut(rows[each.place])]
    try:
        choices, differing = _chosen(open_rows, rest, usable)
    except _UndecidedError:
        detail = "Hay demasiadas combinaciones de lecturas: las columnas no deciden entre ellas."
        return list(rows), [Problem("columns_undecided", detail, stated.line)]
    if differing:
        return list(rows), _differing(differing, usable, stated)
    whole = len(usable) == len(TITLES)
    sure = {place for place, row in enumerate(rows) if row.status == "repaired" and whole}
    return [_confirmed(row, choices.get(place), place in sure) for place, row in enumerate(rows)], []


def _confirmed(row: Row, choice: int | None, sure: bool) -> Row:
    if choice is None:
        return replace(row, confirmed=True) if sure else row
    return replace(with_reading(row, choice), confirmed=True)


def _is_cut(row: Row) -> bool:
    return any(problem.code == MORE for problem in row.problems)


def _readings(place: int, row: Row, first: Column) -> _Readings:
    way = row.accumulation or "sum"
    others = [_columns(other.programmed, other.executed, way) for other in row.alternatives]
    return _Readings(place, tuple(tuple(a - b for a, b in zip(each, first, strict=True)) for each in (first, *others)))


def _columns(programmed: Figures, executed: Figures, accumulation: Accumulation) -> Column:
    """Return months, and the quarters and META that they come to."""
    months = [month or Decimal(0) for month in (*programmed, *executed)]
    starts = [OFFICIAL.run_of(slot) * OFFICIAL.width for slot in range(OFFICIAL.quarter_cells)]
    quarters = [period(months[start : start + OFFICIAL.width], accumulation) for start in starts]
    return (*months, *quarters, period(programmed, accumulation))


def _stated(stated: Stated) -> tuple[Decimal | None, ...]:
    """Return the figures of TOTAL, None where it is blank."""
    quarters = [cell for pair in stated.quarters for cell in pair]
    return (*stated.programmed, *stated.executed, *quarters, stated.annual_target)


def _chosen(
    open_rows: Sequence[_Readings], rest: Sequence[Decimal], usable: frozenset[int]
) -> tuple[dict[int, int], list[int]]:
    """Return the only choice of readings by row, where there is one, and the columns that no choice makes add up.

    Raises _UndecidedError if there are too many choices.
    """
    moved = frozenset[int]().union(*(row.moved for row in open_rows))
    differing = [column for column in usable - moved if rest[column]]
    choices: dict[int, int] = {}
    for group in _groups(open_rows, usable):
        columns = sorted(usable & frozenset[int]().union(*(row.moved for row in group)))
        ways, choice = _combined(group, columns, [rest[column] for column in columns])
        if not ways:
            differing += columns
        if ways == 1:
            choices.update(zip((row.place for row in group), choice, strict=True))
    return choices, sorted(differing)


def _groups(open_rows: Iterable[_Readings], usable: frozenset[int]) -> list[list[_Readings]]:
    """Return the rows in groups that share no usable column."""
    groups: list[tuple[frozenset[int], list[_Readings]]] = []
    for row in open_rows:
        columns, members = row.moved & usable, [row]
        apart = []
        for known, others in groups:
            if known & columns:
                columns, members = columns | known, [*others, *members]
            else:
                apart.append((known, others))
        groups = [*apart, (columns, members)]
    return [sorted(members, key=lambda row: sorted(row.moved)) for _, members in groups]


def _combined(group: Sequence[_Readings], columns: Sequence[int], rest: Sequence[Decimal]) -> tuple[int, Choice]:
    """Return in how many ways the rows of a group make its columns add up (2: more than one), and the first of them.

    Ways that leave the same to be added are one from then on; a column must be even once its last row is chosen.
    """
    last = {column: place for place, row in enumerate(group) for column in row.moved}
    states: dict[Column, tuple[int, Choice]] = {tuple(rest): (1, ())}
    for place, row in enumerate(group):
        done = [at for at, column in enumerate(columns) if last[column] == place]
        longer: dict[Column, tuple[int, Choice]] = {}
        for left, (ways, choice) in states.items():
            for number, difference in enumerate(row.differences):
                after = tuple(a - difference[column] for a, column in zip(left, columns, strict=True))
                if not any(after[at] for at in done):
                    others, first = longer.get(after, (0, (*choice, number)))
                    longer[after] = min(2, ways + others), first
        states = longer
        if len(states) > MOST_STATES:
            raise _UndecidedError
    return next(iter(states.values()), (0, ()))


def _differing(columns: Sequence[int], usable: frozenset[int], stated: Stated) -> list[Problem]:
    """Return which columns do not add to TOTAL; nothing where most do not, as in an excerpt, which META says."""
    if 2 * len(columns) > len(usable):
        return []
    titles = ", ".join(TITLES[column] for column in columns)
    which = counted(len(columns), "columna no suma", "columnas no suman")
    detail = f"{which} lo que dice la fila TOTAL, con ninguna lectura: {titles}."
    return [Problem("columns_differ", detail, stated.line)]
