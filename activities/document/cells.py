"""The figures of a row, cell by cell, in the order of the official layout."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from activities.document.columns.header import Block, Header
from activities.document.forms.sheets import Record
from activities.document.layout import OFFICIAL, slot_title
from activities.document.model import Figures, Problem
from activities.document.quantities import DASHES, checked, exponent_of, quantity


@dataclass(slots=True)
class Printed:
    """What a row prints: META, the cells of its tail, and the totals of both blocks; blanks are None.

    A `dash` is the column of the first dash that was read as 0; None if there is none. `problems` are the cells that
    cannot be read.
    """

    target: Decimal | None = None
    tail: Figures = ()
    totals: tuple[Decimal | None, Decimal | None] = (None, None)
    dash: str | None = None
    problems: list[Problem] = field(default_factory=list)


def figures_of(record: Record, header: Header, *, comma: bool) -> Printed:
    """Return what a row prints. `comma`: decimals are written with a comma."""
    reader = _Reader(record, header, comma)
    if header.target is not None:
        reader.printed.target = reader.cell(header.target, header.title(header.target))
        if not record.cell(header.target):
            reader.say("blank_target", "La celda está vacía.", header.title(header.target))
    start = header.tail
    if start is None:
        months = [header.programmed, header.executed]
        quarters = header.official_columns()[OFFICIAL.month_cells :]
        reader.printed.tail = (*_months(reader, months), *map(reader.column, quarters))
    else:
        last = max((place for place, cell in enumerate(record.cells) if cell), default=start)
        width = max(OFFICIAL.cells, last + 1 - start)
        reader.printed.tail = tuple(reader.cell(start + slot, slot_title(slot)) for slot in range(width))
    blocks = (header.programmed, header.executed)
    programmed, executed = (reader.column(block.total if block else None) for block in blocks)
    reader.printed.totals = programmed, executed
    return reader.printed


def block_of_row(record: Record, header: Header, block: Block, *, comma: bool) -> Printed:
    """Return any block of a row: its months as `tail`, its total as `target`; what cannot be read is None."""
    reader = _Reader(record, header, comma)
    reader.printed.tail = tuple(_months(reader, [block]))
    reader.printed.target = reader.column(block.total)
    return reader.printed


def finest_of(rows: Sequence[Printed]) -> tuple[Decimal, Decimal]:
    """Return the smallest units that METAs and quarters of a table print: 0.01 if one of them is 4.33."""
    targets = [row.target for row in rows]
    quarters = [cell for row in rows for cell in row.tail[OFFICIAL.month_cells :]]
    return _finest(targets), _finest(quarters)


def _finest(cells: Iterable[Decimal | None]) -> Decimal:
    return Decimal(1).scaleb(min((exponent_of(cell) for cell in cells if cell is not None), default=0))


def to_finest(row: Printed, finest: tuple[Decimal, Decimal]) -> Printed:
    """Return a row whose whole numbers are not rounded, where its table prints decimals: 4 beside 4.33 is 4.00."""
    target, quarter = finest

    def exact(cell: Decimal | None, unit: Decimal) -> Decimal | None:
        return cell.quantize(unit) if cell is not None and not exponent_of(cell) else cell

    return replace(row, target=exact(row.target, target), tail=tuple(exact(cell, quarter) for cell in row.tail))


class _Reader:
    """Reads cells of one row, and keeps what cannot be read."""

    def __init__(self, record: Record, header: Header, comma: bool) -> None:
        self._record, self._header, self._comma = record, header, comma
        self.printed = Printed()

    def column(self, column: int | None) -> Decimal | None:
        return None if column is None else self.cell(column, self._header.title(column))

    def cell(self, column: int, title: str) -> Decimal | None:
        text = self._record.cell(column)
        if text in DASHES:
            self.printed.dash = self.printed.dash or title
            return Decimal(0)
        try:
            return self._quantity(column, text)
        except ValueError as error:
            self.say("unreadable_number", str(error), title)
            return None

    def _quantity(self, column: int, text: str) -> Decimal | None:
        if text and column in self._record.merged:
            raise ValueError(
                f"«{text}» está en una celda combinada con otras; sepárelas y escriba la cifra de cada una."
            )
        number = self._record.numbers.get(column)
        return quantity(text, comma=self._comma) if number is None else checked(number, text)

    def say(self, code: str, detail: str, title: str) -> None:
        self.printed.problems.append(Problem(code, detail, self._record.line, title))


def _months(reader: _Reader, blocks: Sequence[Block | None]) -> list[Decimal | None]:
    months: list[Decimal | None] = []
    for block in blocks:
        columns = block.months if block else {}
        figures = [reader.column(columns.get(month)) for month in range(1, OFFICIAL.months + 1)]
        months += _since_january(figures, reader) if block and block.cumulative else figures
    return months


def _since_january(figures: Sequence[Decimal | None], reader: _Reader) -> list[Decimal | None]:
    """Return what each month adds to what was there before it; a month after a blank one cannot be told."""
    months: list[Decimal | None] = []
    before, gap = Decimal(0), False
    for figure in figures:
        if figure is None:
            gap = True
            months.append(None)
            continue
        if gap or figure < before:
            reader.say("not_cumulative", "Los meses acumulados bajan, o les falta uno.", "meses acumulados")
        months.append(figure - before)
        before = figure
    return months
