"""Prints the official document: the lines that reading understands, in the layout of the source."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from activities.document.layout import BLOCKS, COLUMNS, MONTHS, OFFICIAL, QUARTER_BLOCKS, QUARTERS
from activities.document.quantities import printed

PROJECT = "PROYECTO"  # what is printed below the title of a draft
_SOURCE = "Fuente: Módulo de Control de la Gestión"


@dataclass(frozen=True, slots=True)
class Line:
    """A row to print: four names, META, the months of both blocks, and (PROG, EJEC) of each quarter.

    `is_sum`: its quarters are the sums of their months.
    """

    names: tuple[str, ...]
    is_sum: bool
    annual_target: Decimal
    programmed: Sequence[Decimal]
    executed: Sequence[Decimal | None]
    quarters: Sequence[tuple[Decimal, Decimal | None]]


def title(year: int, quarter: int) -> str:
    """Return the title of a year's document up to a quarter, 1 to 4."""
    return f"PLAN OPERATIVO INSTITUCIONAL {year} – EJECUCIÓN AL {QUARTERS[quarter - 1]}"


def source_line(cut_off: date | None) -> str:
    """Return the last line; without a date if nothing has been known yet."""
    return f"{_SOURCE}." if cut_off is None else f"{_SOURCE} al {cut_off:%d/%m/%Y}."


def document_lines(
    heading: str, notice: str | None, rows: Iterable[Line], total: Line, ending: str
) -> Iterator[list[str]]:
    """Yield the cells of every line: title, notice or a blank line, two header lines, rows, TOTAL, source."""
    yield [heading]
    yield [notice] if notice else []
    yield from _headers()
    for row in rows:
        yield [*(" ".join(name.split()) for name in row.names), *_row_cells(row)]
    yield ["TOTAL", "", "", "", *_total_cells(total)]
    yield []
    yield [ending]


def _headers() -> Iterator[list[str]]:
    blocks = [cell for block in BLOCKS for cell in (block, *[""] * (OFFICIAL.months - 1))]
    quarters = [cell for quarter in QUARTERS for cell in (quarter, "")]
    yield [*COLUMNS.values(), *blocks, *quarters]
    yield [*[""] * len(COLUMNS), *MONTHS, *MONTHS, *QUARTER_BLOCKS * OFFICIAL.quarters]


def _row_cells(row: Line) -> list[str]:
    """Return the figures of a row: months without a programme blank, as in the source; a reported 0 is a figure."""
    programmed = [printed(month) if month else "" for month in row.programmed]
    quarters = list(row.quarters)
    if row.is_sum:
        quarters = [
            (due, _printed_quarter(done, row.executed[place * OFFICIAL.width : (place + 1) * OFFICIAL.width]))
            for place, (due, done) in enumerate(row.quarters)
        ]
    return [printed(row.annual_target), *programmed, *map(_cell, row.executed), *_quarter_cells(quarters)]


def _printed_quarter(done: Decimal | None, months: Sequence[Decimal | None]) -> Decimal | None:
    """Return what EJEC says of a sum: its months always add up to it on paper.

    A quarter of which nothing due was reported has no figure (domain.md, rule 1), though something that was
    not due may have been done in it.
    """
    reported = [month for month in months if month is not None]
    return sum(reported, Decimal(0)) if done is None and reported else done


def _total_cells(total: Line) -> list[str]:
    cells = [total.annual_target, *total.programmed, *total.executed]
    return [*map(_cell, cells), *_quarter_cells(total.quarters)]


def _quarter_cells(quarters: Iterable[tuple[Decimal, Decimal | None]]) -> list[str]:
    return [_cell(quantity) for quarter in quarters for quantity in quarter]


def _cell(quantity: Decimal | None) -> str:
    return "" if quantity is None else printed(quantity)
