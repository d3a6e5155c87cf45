"""What a row states beside its months: its accumulation, its other blocks, and reasons."""

from dataclasses import replace

from activities.document.cells import Printed, block_of_row
from activities.document.checking import Equations
from activities.document.columns.header import Block, Header
from activities.document.forms.sheets import Record
from activities.document.layout import OFFICIAL
from activities.document.layouts import Reading
from activities.document.model import Accumulation, Row, StatedBlock
from poi_api.http.folding import fold

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


def accumulation_of(row: Printed, said: str, equations: Equations) -> Accumulation | None:
    """Return how a row's months make a year, None if it does not say so.

    «Acumulado NO» is the last month where the total says so, and the sum where the total is the sum.
    """
    text = fold(said)
    if text != "no":
        return _SAID.get(text)
    ways: tuple[Accumulation, ...] = ("sum", "last")
    return next((way for way in ways if not any(equations.differences(row, way))), "last")


def with_blocks(row: Row, record: Record, reading: Reading) -> Row:
    """Return the row with all its blocks of figures, where it has others than those imported, and its reasons."""
    header = reading.header
    reasons = {month: text for month, column in header.reasons.items() if (text := record.cell(column))}
    if set(map(id, header.blocks.values())) <= {id(header.programmed), id(header.executed)}:
        return replace(row, reasons=reasons) if reasons else row
    blocks = {name: _stated(record, header, block, reading.comma) for name, block in header.blocks.items()}
    return replace(row, blocks=blocks, reasons=reasons)


def _stated(record: Record, header: Header, block: Block, comma: bool) -> StatedBlock:
    months, total = block_of_row(record, header, block, comma=comma)
    return StatedBlock(months[: OFFICIAL.months], total)
