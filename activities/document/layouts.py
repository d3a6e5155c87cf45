"""What the rows of a table tell of its columns: which META is meant, which months its quarters are of, and more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate, pairwise

from activities.document.cells import Printed, figures_of, finest_of
from activities.document.checking import CALENDAR, Equations, equations_of, period
from activities.document.columns.figures import PROGRAMMES
from activities.document.columns.header import Block, Header
from activities.document.forms.sheets import Record, letters
from activities.document.layout import MONTHS, OFFICIAL
from activities.document.model import DocumentError
from activities.document.pages import Table
from activities.document.quantities import DASHES, looks_numeric
from poi_api.http.folding import fold

_NEWER = ("modificad", "vigente", "actual", "reprogramad", "fisic")
_MOST_AFTER = 2
_FEWEST = 6
"""How many months a table must have before they show anything."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table is read: its header with the META that is meant, its equations, and how decimals are written.

    `finest` are the smallest units of its METAs and quarters, to which averages are rounded.
    """

    header: Header
    equations: Equations
    comma: bool = False
    finest: tuple[Decimal, Decimal] = (Decimal(1), Decimal(1))

    def of_row(self, record: Record) -> "Reading":
        """Return how a row is read: one that reprograms nothing has the programme that was approved before."""
        header = self.header
        if header.tail is not None or _has_months(record, header.programmed):
            return self
        blocks = [header.blocks[name] for name in PROGRAMMES if name in header.blocks]
        block = next((block for block in blocks if _has_months(record, block)), header.programmed)
        own = replace(header, programmed=block)
        return replace(self, header=own, equations=replace(equations_of(own), months=self.equations.months))


def reading_of(table: Table, *, comma: bool) -> Reading:
    """Return how a table is read. Raises DocumentError where its months cannot be what the titles say."""
    header = _with_target(table.header, table.records, comma)
    rows = [figures_of(record, header, comma=comma) for record in table.records]
    equations = _with_months(equations_of(header), header, rows)
    _refuse_untitled(header, table.records)
    _refuse_dashes(header, table.records)
    _refuse_cumulative(header, equations, rows)
    _refuse_shares(header, equations, rows)
    if header.assumed:
        _refuse_unnamed(header, equations, rows)
    return Reading(header, equations, comma, finest_of(rows))


def _has_months(record: Record, block: Block) -> bool:
    return any(record.cell(column) for column in block.months.values())


def _with_target(header: Header, records: Sequence[Record], comma: bool) -> Header:
    """Return the header with the META first that most rows add to; of equals one that a title calls newer."""
    if len(header.targets) < 2:
        return header

    def fitting(column: int) -> tuple[int, bool]:
        asked = replace(header, targets=(column,))
        rows = (figures_of(record, asked, comma=comma) for record in records)
        adding_up = sum(row.target == period(row.tail[: OFFICIAL.months], "sum") for row in rows if not row.problems)
        title = fold(header.title(column))
        return adding_up, any(word in title for word in _NEWER)

    best = max(header.targets, key=fitting)
    return replace(header, targets=(best, *(column for column in header.targets if column != best)))


def _with_months(equations: Equations, header: Header, rows: Sequence[Printed]) -> Equations:
    """Return the equations with the months of quarters as the table counts them, from January or its first month."""
    order = sorted(header.programmed.months, key=lambda month: header.programmed.months[month])
    if not any(equations.quarters) or order == sorted(order) or len(order) != OFFICIAL.months:
        return equations
    width = OFFICIAL.width
    own = tuple(tuple(month - 1 for month in order[start : start + width]) for start in range(0, len(order), width))
    ways = (replace(equations, months=months) for months in (CALENDAR, own))
    return max(ways, key=lambda way: sum(map(way.hold, rows)))


def _refuse_cumulative(header: Header, equations: Equations, rows: Sequence[Printed]) -> None:
    """Raise DocumentError where months that nothing calls so have what was added up since January.

    A table that says how its months make a year may have a stock, which grows as well.
    """
    if header.programmed.cumulative or "accumulation" in header.columns:
        return
    seen = [row for row in rows if len(set(row.tail[: OFFICIAL.months])) > 1 and not row.problems]
    unchecked = header.executed and not (header.executed.cumulative or header.executed.quarters or equations.totals[1])
    programmed = sum(_is_cumulative(row, equations) for row in seen)
    executed = sum(_is_executed_since_january(row) for row in seen) if unchecked else 0
    if 2 * max(programmed, executed) > len(seen):
        message = (
            "Los meses parecen acumulados desde enero: crecen y pasan lo que deben sumar. Ponga lo de cada mes, o "
            "titule los grupos PROGRAMADO ACUMULADO y EJECUTADO ACUMULADO."
        )
        raise DocumentError(message, code="cumulative_months", line=header.last_line)


def _is_cumulative(row: Printed, equations: Equations) -> bool:
    months = [month or Decimal(0) for month in row.tail[: OFFICIAL.months]]
    if any(later < earlier for earlier, later in pairwise(months)):
        return False
    if equations.has_target:
        return row.target == months[-1] != sum(months)
    if equations.checks_anything:
        return not equations.hold(row)
    return len(set(months)) > OFFICIAL.months // 3


def _is_executed_since_january(row: Printed) -> bool:
    """Tell whether what was executed only grows, to much more than was programmed, or as that adds up."""
    programmed = [month or Decimal(0) for month in row.tail[: OFFICIAL.months]]
    executed = row.tail[OFFICIAL.months : OFFICIAL.month_cells]
    done = [month for month in executed if month is not None]
    if any(later < earlier for earlier, later in pairwise(done)):
        return False
    if len(set(done)) > OFFICIAL.months // 3 and 2 * sum(done) > 3 * sum(programmed):
        return True
    as_printed = _distance(executed, programmed)
    return len(set(done)) > 1 and _distance(executed, list(accumulate(programmed))) < as_printed


def _distance(executed: Sequence[Decimal | None], programmed: Sequence[Decimal]) -> Decimal:
    """Return by how much the months that were reported differ from what was programmed."""
    months = zip(executed, programmed, strict=True)
    return sum((abs(done - due) for done, due in months if done is not None), Decimal(0))


def _refuse_dashes(header: Header, records: Sequence[Record]) -> None:
    """Raise DocumentError where the last months executed have dashes alone: nothing done, or nothing reported yet."""
    block = header.executed
    if block is None:
        return
    dashes = []
    for month in sorted(block.months, reverse=True):
        cells = _filled(records, block.months[month])
        if cells - DASHES:
            break
        quarter = block.quarters.get((month - 1) // OFFICIAL.width + 1)
        if cells and (quarter is None or not _filled(records, quarter) - DASHES):
            dashes.append(MONTHS[month - 1])
    if dashes:
        message = (
            f"De lo ejecutado, {', '.join(reversed(dashes))} solo tienen guiones, que pueden ser un 0 o un mes que no "
            "se informó: escriba 0 en ellos, o déjelos en blanco."
        )
        raise DocumentError(message, code="dashes", line=header.last_line)


def _filled(records: Sequence[Record], column: int) -> set[str]:
    return {record.cell(column) for record in records} - {""}


def _refuse_unnamed(header: Header, equations: Equations, rows: Sequence[Printed]) -> None:
    """Raise DocumentError where no title says that months are programmed, and no META that they add to shows it."""
    added = sum(equations.hold(row) for row in rows if not row.problems)
    if rows and (not equations.has_target or 2 * added <= len(rows)):
        message = (
            "Nada dice si los meses son lo programado o lo ejecutado: ponga sobre ellos PROGRAMADO o EJECUTADO, o "
            "corrija la META que deben sumar."
        )
        raise DocumentError(message, code="unclear_header", line=header.last_line)


def _refuse_untitled(header: Header, records: Sequence[Record]) -> None:
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


def _refuse_shares(header: Header, equations: Equations, rows: Sequence[Printed]) -> None:
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
