"""Which columns hold which months, quarters and totals, and which of them are imported."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from activities.document.columns.grouping import Lines, shown
from activities.document.columns.header import Block, Figures
from activities.document.columns.words import EXECUTED, PROGRAMMED, REPROGRAMMED, REST, Figure, period_of
from activities.document.forms.sheets import letters
from activities.document.layout import MONTHS, OFFICIAL

_EXECUTED = (EXECUTED, "SE")
PROGRAMMES: Final = (REPROGRAMMED, PROGRAMMED, "RE", "CS", "AJ", "A")
"""Whose months are imported, the first in which a row has any: what was reprogrammed holds today."""


class Unclear(Exception):
    """The titles of figures can be read in two ways, or in none: says why, in Spanish."""


@dataclass(slots=True)
class _Columns:
    title: str
    months: dict[int, int] = field(default_factory=dict)
    quarters: dict[int, int] = field(default_factory=dict)
    totals: list[int] = field(default_factory=list)
    cumulative: bool = False

    @property
    def total(self) -> int | None:
        """Return the column of the total of the year."""
        return self.totals[0] if self.totals else None

    def count_quarters(self) -> None:
        """Take as quarters what only says TOTAL after each three months; another at the end is that of the year."""
        ends = [sum(month < total for month in self.months.values()) for total in self.totals[: OFFICIAL.quarters]]
        if not self.quarters and ends == list(range(OFFICIAL.width, OFFICIAL.months + 1, OFFICIAL.width)):
            self.quarters = dict(enumerate(self.totals[: OFFICIAL.quarters], 1))
            self.totals = self.totals[OFFICIAL.quarters :]


def figures_among(titles: Sequence[Lines], found: Mapping[int, Figure]) -> Figures:
    """Return the blocks that the columns of figures make. Raises Unclear where they make none, or two of one."""
    blocks: dict[tuple[str, bool], _Columns] = {}
    reasons: dict[int, int] = {}
    left_out: dict[str, None] = {}
    named = {figure.block for figure in found.values() if figure.kind == "month"}
    both_named = {PROGRAMMED, EXECUTED} <= named
    for column, figure in found.items():
        if both_named and not figure.block and figure.kind == "month" and not period_of(titles[column][-1]):
            blocks.setdefault((REST, False), _Columns(titles[column][-1])).months.setdefault(figure.number, column)
        elif figure.money:
            left_out[_group(titles[column])] = None
        elif figure.kind == "reason":
            reasons[figure.number] = column
        elif figure.kind in ("month", "quarter", "total"):
            key = figure.block, figure.cumulative and figure.kind == "month"
            kept = blocks.setdefault(key, _Columns(_group(titles[column]), cumulative=key[1]))
            _place(kept, figure, column, titles)
    for each in blocks.values():
        each.count_quarters()
    _refuse_without_months(blocks, found)
    return _chosen(_merged(blocks), reasons, tuple(left_out))


def _refuse_without_months(blocks: Mapping[tuple[str, bool], _Columns], found: Mapping[int, Figure]) -> None:
    """Raise Unclear where what was executed stands by quarters or longer alone: it may not be passed over."""
    if any(columns.months for (name, _), columns in blocks.items() if name in _EXECUTED):
        return
    if any(figure.block in _EXECUTED and figure.kind in ("quarter", "other") for figure in found.values()):
        raise Unclear("de lo ejecutado faltan los meses")


def title_in_gap(titles: Sequence[Lines], unread: Collection[int], blocks: Sequence[Block | None]) -> str:
    """Return what stands in the place of a month that a block lacks, if nothing else explains that column."""
    for block in blocks:
        if block is None or len(block.months) == OFFICIAL.months:
            continue
        first, last = min(block.months.values()), max(block.months.values())
        below = titles[first][-1:]
        for column in sorted(unread):
            if (
                first < column < last
                or (column in (first - 1, last + 1) and titles[column][:-1] == titles[first][:-1])
                or titles[column] == below
            ):
                return " / ".join(titles[column])
    return ""


def refuse_gaps(figures: Figures) -> None:
    """Raise Unclear where a block has months before and after one that it lacks: its column was lost."""
    for block in filter(None, (figures.programmed, figures.executed)):
        order = sorted(block.months, key=lambda month: block.months[month])
        for before, after in pairwise(order):
            if lost := set(range(before + 1, after)) - block.months.keys():
                place = f"entre {MONTHS[before - 1]} y {MONTHS[after - 1]} (columna {letters(block.months[after])})"
                raise Unclear(f"{place} falta {MONTHS[min(lost) - 1]}: ponga su columna, aunque quede en blanco")


def _group(lines: Lines) -> str:
    return lines[0] if len(lines) > 1 else lines[-1].rsplit(" ", 1)[0]


def _place(kept: _Columns, figure: Figure, column: int, titles: Sequence[Lines]) -> None:
    if figure.kind == "total":
        kept.totals.append(column)
        return
    places = kept.months if figure.kind == "month" else kept.quarters
    other = places.setdefault(figure.number, column)
    if other != column:
        first, second = (shown(at, titles[at]) for at in (other, column))
        raise Unclear(f"{first} y {second} pueden ser lo mismo")


def _merged(found: Mapping[tuple[str, bool], _Columns]) -> dict[str, Block]:
    """Return the blocks with months, by name; months that add up since January only where there are no others."""
    blocks = {}
    for (name, cumulative), columns in sorted(found.items(), reverse=True):
        plain = found.get((name, False))
        if not columns.months or (cumulative and plain and plain.months):
            continue
        rest = plain or columns
        blocks[name] = Block(columns.title, columns.months, rest.quarters, rest.total, cumulative)
    return blocks


def _chosen(blocks: dict[str, Block], reasons: Mapping[int, int], left_out: tuple[str, ...]) -> Figures:
    """Return the blocks with those that are imported. Raises Unclear where nothing says which those are."""
    unnamed = blocks.pop("", None)
    executed = next((blocks[name] for name in _EXECUTED if name in blocks), None)
    programmed = next((blocks[name] for name in PROGRAMMES if name in blocks), None)
    if unnamed and programmed is None and executed is None:
        blocks[PROGRAMMED] = programmed = unnamed
    elif unnamed and not (unnamed.cumulative and programmed and executed):
        first, last = (letters(column) for column in (min(unnamed.months.values()), max(unnamed.months.values())))
        raise Unclear(f"hay meses que no dicen si son lo programado o lo ejecutado (columnas {first} a {last})")
    if programmed is None:
        what = "los meses programados (solo están los ejecutados)" if executed else "los meses (ENE … DIC)"
        raise Unclear(f"faltan {what}")
    for block in blocks.values():
        _refuse_moved(block, blocks.values())
    return Figures(blocks, programmed, executed, reasons, left_out, unnamed is programmed)


def _refuse_moved(block: Block, blocks: Iterable[Block]) -> None:
    """Raise Unclear where a block begins with the last months of another, which lacks them: titles were moved."""
    order = sorted(block.months, key=lambda month: block.months[month])
    turn = next((place for place in range(1, len(order)) if order[place] < order[place - 1]), 0)
    moved = order[:turn]
    if moved and any(other.months.keys() == set(range(1, moved[0])) for other in blocks):
        column = letters(block.months[moved[0]])
        raise Unclear(
            f"{MONTHS[moved[0] - 1]} (columna {column}) parece de otro grupo: ponga cada título sobre sus meses"
        )
