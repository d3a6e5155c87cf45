"""Which columns hold which months, quarters and totals, and which of them are imported."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from activities.document.columns.grouping import Lines
from activities.document.columns.header import Block
from activities.document.columns.words import EXECUTED, PROGRAMMED, REPROGRAMMED, Figure
from activities.document.layout import OFFICIAL

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
    total: int | None = None
    cumulative: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """The blocks of a table by name, those that are imported, the columns of reasons, and what is left out."""

    blocks: Mapping[str, Block]
    programmed: Block
    executed: Block | None
    reasons: Mapping[int, int]
    left_out: tuple[str, ...]
    assumed: bool


def figures_among(titles: Sequence[Lines], found: Mapping[int, Figure]) -> Figures:
    """Return the blocks that the columns of figures make. Raises Unclear where they make none, or two of one."""
    blocks: dict[tuple[str, bool], _Columns] = {}
    reasons: dict[int, int] = {}
    left_out: dict[str, None] = {}
    for column, figure in found.items():
        if figure.money:
            left_out[_group(titles[column])] = None
        elif figure.kind == "reason":
            reasons[figure.number] = column
        elif figure.kind in ("month", "quarter", "total"):
            key = figure.block, figure.cumulative and figure.kind == "month"
            kept = blocks.setdefault(key, _Columns(_group(titles[column]), cumulative=key[1]))
            _place(kept, figure, column, titles)
    return _chosen(_merged(blocks), reasons, tuple(left_out))


def title_in_gap(titles: Sequence[Lines], unread: Collection[int], blocks: Sequence[Block | None]) -> str:
    """Return what stands in the place of a month that a block lacks, if nothing else explains that column."""
    for block in blocks:
        if block is None or len(block.months) == OFFICIAL.months:
            continue
        first, last = min(block.months.values()), max(block.months.values())
        for column in sorted(unread):
            if first < column < last or (column in (first - 1, last + 1) and titles[column][:-1] == titles[first][:-1]):
                return " / ".join(titles[column])
    return ""


def _group(lines: Lines) -> str:
    return lines[0] if len(lines) > 1 else lines[-1].rsplit(" ", 1)[0]


def _place(kept: _Columns, figure: Figure, column: int, titles: Sequence[Lines]) -> None:
    if figure.kind == "total":
        kept.total = column if kept.total is None else kept.total
        return
    places = kept.months if figure.kind == "month" else kept.quarters
    other = places.setdefault(figure.number, column)
    if other != column:
        first, second = (" / ".join(titles[place]) for place in (other, column))
        raise Unclear(f"«{first}» y «{second}» pueden ser lo mismo")


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
    elif unnamed:
        raise Unclear("hay meses que no dicen si son lo programado o lo ejecutado")
    if programmed is None:
        what = "los meses programados (solo están los ejecutados)" if executed else "los meses (ENE … DIC)"
        raise Unclear(f"faltan {what}")
    return Figures(blocks, programmed, executed, reasons, left_out, unnamed is programmed)
