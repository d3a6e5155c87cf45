"""What a row states beside its months: its accumulation, its other blocks, and reasons."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from activities.document.cells import Printed, block_of_row
from activities.document.checking import Equations, period
from activities.document.forms.sheets import Record
from activities.document.layout import OFFICIAL
from activities.document.layouts import Reading
from activities.document.model import Accumulation, Problem, Row, StatedBlock
from activities.document.quantities import printed
from poi_api.http.folding import fold
from poi_api.http.texts import without_hidden

_INITIAL: Final = ("CS", "AJ", "A")
"""CEPLAN's blocks of the programme before it was changed: the first in which a row has months is the initial one."""
_SAID: dict[str, Accumulation] = {
    "si": "sum",
    "suma": "sum",
    "sum": "sum",
    "ultimo": "last",
    "ultimo mes": "last",
    "last": "last",
    "promedio": "average",
    "average": "average",
}
_WAYS: tuple[Accumulation, ...] = ("sum", "last")
"""What «Acumulado NO» may be: the total tells."""


def accumulation_of(row: Printed, said: str, equations: Equations) -> tuple[Accumulation | None, bool]:
    """Return how a row's months make a year, None if it does not say so, and whether it may as well be another way.

    «Acumulado NO» is the last month where the total says so, and the sum where the total is the sum.
    """
    text = fold(said)
    if text != "no":
        return _SAID.get(text), False
    ways = [way for way in _WAYS if equations.hold(row, way)]
    return next(iter(ways), "last"), len(ways) > 1


def accumulations_of(block: StatedBlock, said: str) -> tuple[Accumulation, ...]:
    """Return the ways in which the months of a programme may make its total, none if in no way.

    Without a total, and where both come to the same, «Acumulado NO» may be either.
    """
    text = fold(said)
    ways = _WAYS if text == "no" else (_SAID.get(text, "sum"),)
    if block.total is None:
        return ways
    return tuple(way for way in ways if period(block.months, way, like=block.total) == block.total)


def initial_block(blocks: Mapping[str, StatedBlock]) -> StatedBlock | None:
    """Return the programme of a row before it was changed, None if it had none yet."""
    stated = (blocks[name] for name in _INITIAL if name in blocks)
    return next((block for block in stated if any(month is not None for month in block.months)), None)


def has_initial_blocks(names: Iterable[str]) -> bool:
    """Tell whether a table with these blocks says what was programmed before it was changed."""
    return any(name in _INITIAL for name in names)


def with_blocks(row: Row, record: Record, reading: Reading) -> Row:
    """Return the row with all its blocks of figures, where it has others than those imported, and its reasons.

    It has problems if its initial programme, which is imported too, cannot be read or does not come to its total.
    """
    header = reading.header
    reasons = {month: text for month, column in header.reasons.items() if (text := without_hidden(record.cell(column)))}
    if set(map(id, header.blocks.values())) <= {id(header.programmed), id(header.executed)}:
        return replace(row, reasons=reasons) if reasons else row
    read = {name: block_of_row(record, header, block, comma=reading.comma) for name, block in header.blocks.items()}
    blocks = {name: StatedBlock(each.tail[: OFFICIAL.months], each.target) for name, each in read.items()}
    problems = [problem for name in _INITIAL if name in read for problem in read[name].problems]
    initial = initial_block(blocks)
    if initial is not None and not problems:
        problems = _unfounded(initial, row)
    return replace(row, blocks=blocks, reasons=reasons, problems=tuple(problems))


def _unfounded(initial: StatedBlock, row: Row) -> list[Problem]:
    """Return the problem of an initial programme whose months do not come to its total, if they do not."""
    if initial.total is None or accumulations_of(initial, row.details.get("accumulation", "")):
        return []
    come_to = sum((month or Decimal(0) for month in initial.months), Decimal(0))
    detail = (
        f"Los meses de la programación inicial suman {printed(come_to)} y el total dice {printed(initial.total)}. "
        "Compare la fila con el original y corríjala."
    )
    return [Problem("no_reading", detail, row.line, "programación inicial")]
