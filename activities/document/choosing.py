"""Which choice of the readings of all rows makes every column add to TOTAL (docs/decisions/0039)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from activities.document.contradicting import Differing
from activities.document.contributing import TITLES, Column

MOST_STATES = 5000
"""Sums kept while readings are combined; above it the columns do not decide."""
_ALL = range(len(TITLES))

Choice = tuple[int, ...]


class UndecidedError(Exception):
    """There are more combinations than are worth trying."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What a row adds to each column under each of its readings, less what it adds under the first.

    `place` is that of the row among all, None for one that is rejected.
    """

    place: int | None
    differences: tuple[Column, ...]

    @property
    def moved(self) -> frozenset[int]:
        """Return the columns in which readings differ."""
        return frozenset(column for column in _ALL if any(each[column] for each in self.differences))


def chosen(
    open_rows: Sequence[Readings], rest: Sequence[Decimal], usable: frozenset[int]
) -> tuple[dict[int, int], Differing]:
    """Return the only choice of readings by row, where there is one, and the columns that no choice makes add up.

    `rest` is what TOTAL says more than the first readings. Raises UndecidedError if there are too many choices.
    """
    moved = frozenset[int]().union(*(row.moved for row in open_rows))
    alone = {column: rest[column] for column in usable - moved if rest[column]}
    together: dict[int, Decimal] = {}
    choices: dict[int, int] = {}
    for group in _groups(open_rows, usable):
        columns = sorted(usable & frozenset[int]().union(*(row.moved for row in group)))
        ways, choice = _combined(group, columns, rest)
        if not ways:
            off = _one_off(group, columns, rest)
            alone |= off
            together |= {} if off else {column: rest[column] - least_of(group, column) for column in columns}
        places = [row.place for row in group]
        if ways == 1:
            choices.update({place: at for place, at in zip(places, choice, strict=True) if place is not None})
    return choices, Differing(alone, together, usable)


def least_of(group: Sequence[Readings], column: int) -> Decimal:
    """Return the least that rows add to a column beyond their first readings."""
    return sum((min(each[column] for each in row.differences) for row in group), Decimal(0))


def _groups(open_rows: Iterable[Readings], usable: frozenset[int]) -> list[list[Readings]]:
    """Return the rows in groups that share no usable column."""
    groups: list[tuple[frozenset[int], list[Readings]]] = []
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


def _one_off(group: Sequence[Readings], columns: Sequence[int], rest: Sequence[Decimal]) -> dict[int, Decimal]:
    """Return the one column without which the others add up, and how much TOTAL says more in it; empty if none is."""
    for column in columns:
        ways, choice = _combined(group, [other for other in columns if other != column], rest)
        if ways:
            added = [row.differences[number][column] for row, number in zip(group, choice, strict=True)]
            return {column: rest[column] - sum(added, Decimal(0))}
    return {}


def _combined(group: Sequence[Readings], columns: Sequence[int], rest: Sequence[Decimal]) -> tuple[int, Choice]:
    """Return in how many ways the rows of a group make its columns add up (2: more than one), and the first of them.

    Ways that leave the same to be added are one from then on; a column must be even once its last row is chosen.
    """
    last = {column: place for place, row in enumerate(group) for column in row.moved}
    states: dict[Column, tuple[int, Choice]] = {tuple(rest[column] for column in columns): (1, ())}
    for place, row in enumerate(group):
        done = [at for at, column in enumerate(columns) if last[column] == place]
        longer: dict[Column, tuple[int, Choice]] = {}
        for left, (ways, choice) in states.items():
            for number, difference in enumerate(row.differences):
                after = tuple(a - difference[column] for a, column in zip(left, columns, strict=True))
                if not any(after[at] for at in done):
                    others, first = longer.get(after, (0, (*choice, number)))
                    longer[after] = min(2, ways + others), first
            if len(longer) > MOST_STATES:
                raise UndecidedError
        states = longer
    return next(iter(states.values()), (0, ()))
