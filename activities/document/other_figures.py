"""Columns whose cells show that they are not the figures that their titles let one think."""

from collections.abc import Iterable, Sequence

from activities.document.cells import Printed
from activities.document.checking import Equations
from activities.document.columns.header import Header
from activities.document.forms.sheets import Record, letters
from activities.document.layout import OFFICIAL
from activities.document.model import DocumentError
from activities.document.quantities import looks_numeric

_MOST_AFTER = 2
_FEWEST = 6
"""How many months a table must have before they show anything."""


def refuse_untitled(header: Header, records: Sequence[Record]) -> None:
    """Raise DocumentError where a column among the months has figures in most rows, and no title says which.

    So have several after them, which may be months too, and one right after them where they lack December.
    """
    if header.tail is not None:
        return
    months = [column for block in header.blocks.values() for column in block.months.values()]
    width = max((len(record.cells) for record in records), default=0)
    columns = range(min(months) + 1, width)
    untitled = [each for each in columns if not header.title(each) and 2 * _figures_in(records, each) > len(records)]
    if not untitled:
        return
    lacking = untitled[0] == max(months) + 1 and any(
        OFFICIAL.months not in block.months for block in header.blocks.values()
    )
    if untitled[0] < max(months) or lacking or len(untitled) > _MOST_AFTER:
        where = letters(untitled[0])
        message = f"Entre los meses, o después, hay cifras sin título desde la columna {where}: escriba qué son."
        raise DocumentError(message, code="unclear_header", line=header.last_line, column=where)


def _figures_in(records: Sequence[Record], column: int) -> int:
    return sum(column in record.numbers or looks_numeric(record.cell(column)) for record in records)


def refuse_shares(header: Header, equations: Equations, rows: Sequence[Printed]) -> None:
    """Raise DocumentError where what was executed is a share of what was programmed: `0.95`, `95`.

    Quarters or a total that it must add to would show that; where there are none its months do.
    """
    if equations.totals[1] or any(equations.quarters[1::2]):
        return
    half = OFFICIAL.months
    months = [
        (due, done)
        for row in rows
        if not row.problems
        for due, done in zip(row.tail[:half], row.tail[half : OFFICIAL.month_cells], strict=False)
        if due and done
    ]
    ratios = [done for due, done in months if due > 4]
    is_ratio = _most(done <= 2 for done in ratios) and any(done % 1 for done in ratios)
    if is_ratio or _most(50 <= done <= 200 for due, done in months if due < 25):
        message = (
            "Lo ejecutado parece una parte de lo programado (0.95, 95) y no una cantidad: escriba cuánto se hizo cada "
            "mes, en la unidad de medida."
        )
        raise DocumentError(message, code="shares", line=header.last_line)


def _most(answers: Iterable[bool]) -> bool:
    """Tell whether there are enough answers, and nine in ten are yes."""
    given = list(answers)
    return len(given) >= _FEWEST and 10 * sum(given) >= 9 * len(given)
