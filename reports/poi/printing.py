"""What the official document prints, line by line, in the layout of the source that reading understands."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from activities.choices import Accumulation
from activities.document.layout import BLOCKS, COLUMNS, MONTHS, OFFICIAL, QUARTER_BLOCKS, QUARTERS
from activities.document.quantities import printed

PROJECT = "PROYECTO"  # what is printed below the title of a draft
ACCUMULATION = "ACUMULACIÓN"
_SOURCE = "Fuente: Módulo de Control de la Gestión"
_BEFORE = list(COLUMNS).index("annual_target")  # where ACUMULACIÓN stands

Cell = str | Decimal | None


@dataclass(frozen=True, slots=True)
class Line:
    """A row to print: four names, META, the months of both blocks, and (PROG, EJEC) of each quarter."""

    names: tuple[str, ...]
    accumulation: Accumulation
    annual_target: Decimal
    programmed: Sequence[Decimal]
    executed: Sequence[Decimal | None]
    quarters: Sequence[tuple[Decimal, Decimal | None]]


@dataclass(frozen=True, slots=True)
class Title:
    """A title of a column or block: the columns and the header lines that it spans."""

    text: str
    across: int = 1
    down: int = 1


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole document: what is above its table, the rows, the TOTAL, and the line below.

    `says_accumulation`: a column says how months add up, which it does where one does not simply add (rule 3).
    """

    institution: str
    heading: str
    notice: str
    rows: Sequence[Line]
    total: Line
    ending: str
    says_accumulation: bool

    @property
    def names(self) -> list[str]:
        """Return the titles of the columns before the months."""
        titles = list(COLUMNS.values())
        return [*titles[:_BEFORE], *[ACCUMULATION] * self.says_accumulation, *titles[_BEFORE:]]

    @property
    def groups(self) -> list[Title]:
        """Return the titles of the first header line, in their order."""
        return [
            *(Title(name, down=2) for name in self.names),
            *(Title(block, OFFICIAL.months) for block in BLOCKS),
            *(Title(quarter, len(QUARTER_BLOCKS)) for quarter in QUARTERS),
        ]

    def body(self) -> Iterator[list[Cell]]:
        """Yield the cells of each row."""
        for row in self.rows:
            said = [row.accumulation.label.upper()] if self.says_accumulation else []
            yield [*(" ".join(name.split()) for name in row.names), *said, *_row_cells(row)]

    def longest_figures(self) -> list[int]:
        """Return how many characters the longest figure of each column takes, META's first."""
        figures = len(MONTH_TITLES) + 1
        longest = [len(text) for text in texts(self.last()[-figures:])]
        for row in self.body():
            longest = [max(most, len(text)) for most, text in zip(longest, texts(row[-figures:]), strict=True)]
        return longest

    def last(self) -> list[Cell]:
        """Return the cells of the TOTAL."""
        blank, total = [""] * (len(self.names) - 2), self.total
        figures = [total.annual_target, *total.programmed, *total.executed]
        return ["TOTAL", *blank, *figures, *(each for quarter in total.quarters for each in quarter)]


MONTH_TITLES = (*MONTHS, *MONTHS, *QUARTER_BLOCKS * OFFICIAL.quarters)  # the second header line, below the names


def title(year: int, quarter: int) -> str:
    """Return the title of a year's document up to a quarter, 1 to 4."""
    return f"PLAN OPERATIVO INSTITUCIONAL {year} – EJECUCIÓN AL {QUARTERS[quarter - 1]}"


def source_line(cut_off: date | None) -> str:
    """Return the last line; without a date if nothing has been known yet."""
    return f"{_SOURCE}." if cut_off is None else f"{_SOURCE} al {cut_off:%d/%m/%Y}."


def text_lines(paper: Paper) -> Iterator[list[str]]:
    """Yield every line as text: title, notice or a blank line, two header lines, rows, TOTAL, a blank line, source."""
    yield [paper.heading]
    yield [paper.notice] if paper.notice else []
    yield [text for group in paper.groups for text in (group.text, *[""] * (group.across - 1))]
    yield [*[""] * len(paper.names), *MONTH_TITLES]
    yield from map(texts, paper.body())
    yield texts(paper.last())
    yield []
    yield [paper.ending]


def texts(cells: Iterable[Cell]) -> list[str]:
    """Return cells as they are printed."""
    return [cell if isinstance(cell, str) else "" if cell is None else printed(cell) for cell in cells]


def _row_cells(row: Line) -> list[Cell]:
    """Return the figures of a row: months without a programme blank, as in the source; a reported 0 is a figure."""
    programmed = [month or None for month in row.programmed]
    return [row.annual_target, *programmed, *row.executed, *(each for quarter in _quarters(row) for each in quarter)]


def _quarters(row: Line) -> Sequence[tuple[Decimal, Decimal | None]]:
    """Return what a row prints of each quarter, PROG and EJEC."""
    if row.accumulation != Accumulation.SUM:
        return row.quarters
    return [
        (due, _printed_quarter(done, row.executed[place * OFFICIAL.width : (place + 1) * OFFICIAL.width]))
        for place, (due, done) in enumerate(row.quarters)
    ]


def with_columns(total: Line, executed: Iterable[Iterable[Decimal | None]], *, says_accumulation: bool) -> Line:
    """Return the TOTAL of rows that were `executed` so, month by month, as it is printed below them.

    What was executed is what rows print above it, also where nothing due was reported (domain.md, rule 1): on paper
    columns add up, and so do the months of a quarter. Quarters of several accumulations do not, and are by the rule.
    """
    sums = [_sum(column) for column in executed]
    quarters = [
        (due, _sum(sums[place * OFFICIAL.width : (place + 1) * OFFICIAL.width]))
        for place, (due, _) in enumerate(total.quarters)
    ]
    return replace(total, executed=sums, quarters=total.quarters if says_accumulation else quarters)


def _sum(cells: Iterable[Decimal | None]) -> Decimal | None:
    """Return what cells that are not blank add up to, None if all are."""
    reported = [each for each in cells if each is not None]
    return sum(reported, Decimal(0)) if reported else None


def _printed_quarter(done: Decimal | None, months: Sequence[Decimal | None]) -> Decimal | None:
    """Return what EJEC says of a sum: its months always add up to it on paper.

    A quarter of which nothing due was reported has no figure (domain.md, rule 1), though something that was
    not due may have been done in it.
    """
    return _sum(months) if done is None else done
