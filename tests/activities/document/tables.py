"""Small tables of two activities, column by column, with the titles that a test gives them."""

import csv
import io
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from activities.document import Document, Row, read_document
from activities.document.checking import CALENDAR, executed_in, is_owed, period

MONTHS = ("ENE", "FEB", "MAR", "ABR", "MAY", "JUN", "JUL", "AGO", "SET", "OCT", "NOV", "DIC")
QUARTERS = ("I TRIMESTRE", "II TRIMESTRE", "III TRIMESTRE", "IV TRIMESTRE")


class Truth(NamedTuple):
    """What an activity's row means."""

    unit: str
    mef_activity: str
    activity: str
    measurement_unit: str
    programmed: tuple[int, ...]
    executed: tuple[int | None, ...]

    @property
    def target(self) -> int:
        return sum(self.programmed)


RIEGO = Truth(
    "ÁREA DE PARQUES",
    "MANTENIMIENTO",
    "RIEGO DE JARDINES",
    "RIEGO",
    (2, 3, 1, 4, 2, 7, 5, 1, 3, 2, 9, 3),
    (2, 2, 1, 4, 0, 7, 5, 1, 6, 2, 8, 3),
)
FICHAS = Truth(
    "OFICINA DE ARCHIVO",
    "GESTIÓN",
    "REVISIÓN DE FICHAS",
    "FICHA",
    (40, 0, 11, 52, 0, 8, 19, 0, 33, 21, 5, 60),
    (38, 0, 11, 50, 1, 8, 17, 0, 33, 20, 5, 61),
)
TRUE = (RIEGO, FICHAS)
Cell = Callable[[Truth], Any]


class Column(NamedTuple):
    """A column: its titles from top to bottom, and what it has of an activity."""

    titles: tuple[str, ...]
    cell: Cell


def column(*titles: str, cell: Cell | str | int = "") -> Column:
    """Return a column; a cell that is no function is the same in all rows."""
    return Column(titles, cell if callable(cell) else lambda _: cell)


NAMES = [
    column("ÓRGANO/UNIDAD ORGÁNICA", "", cell=lambda row: row.unit),
    column("ACTIVIDAD MEF", "", cell=lambda row: row.mef_activity),
    column("ACTIVIDAD POI", "", cell=lambda row: row.activity),
    column("UNIDAD DE MEDIDA", "", cell=lambda row: row.measurement_unit),
]
META = [column("META", "", cell=lambda row: row.target)]


def month(block: str, at: int, factor: int = 1) -> Cell:
    """Return what a row has in a month, from 0, of a block."""
    return lambda row: getattr(row, block)[at] * factor


def months(title: str, block: str = "programmed", order: Iterable[int] = range(12), factor: int = 1) -> list[Column]:
    """Return the months of a block below its title."""
    return [
        column(title if place == 0 else "", MONTHS[at], cell=month(block, at, factor)) for place, at in enumerate(order)
    ]


def total(title: str, block: str, top: str = "") -> Column:
    return column(top, title, cell=lambda row: sum(getattr(row, block)))


def quarters() -> list[Column]:
    """Return PROG and EJEC of each quarter."""
    return [
        column(QUARTERS[at] if not executed else "", title, cell=quarter(block, at))
        for at in range(4)
        for executed, (title, block) in enumerate((("PROG", "programmed"), ("EJEC", "executed")))
    ]


def quarter(block: str, at: int) -> Cell:
    return lambda row: sum(getattr(row, block)[3 * at : 3 * at + 3])


PROGRAMMED = months("PROGRAMADO")
EXECUTED = months("EJECUTADO", "executed")
BLOCKS = [*PROGRAMMED, *EXECUTED]


def lines(columns: list[Column], true: Iterable[Truth] = TRUE) -> list[list[Any]]:
    """Return the lines of a table: titles, then rows."""
    depth = max(len(each.titles) for each in columns)
    header = [[each.titles[at] if at < len(each.titles) else "" for each in columns] for at in range(depth)]
    return [*header, *([each.cell(row) for each in columns] for row in true)]


def as_csv(table: Iterable[Iterable[Any]], title: str = "PLAN OPERATIVO INSTITUCIONAL 2024", sign: str = ",") -> bytes:
    """Return lines as a file in UTF-8 below a title."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=sign)
    writer.writerows([[title], *table] if title else table)
    return text.getvalue().encode()


def read(table: list[Column], **options: Any) -> Document:
    return read_document(as_csv(lines(table)), **options)


def meant(row: Row) -> Truth:
    """Return what was read of a row, to be compared with the truth."""
    figures = [
        tuple(None if month is None else int(month) for month in block) for block in (row.programmed, row.executed)
    ]
    return Truth(row.unit, row.mef_activity, row.activity, row.measurement_unit, *figures)  # type: ignore[arg-type]


def is_right(document: Document, true: Iterable[Truth] = TRUE) -> bool:
    """Tell whether every row was read as it is meant, and its META is what its months add to."""
    right = [meant(row) for row in document.rows] == list(true)
    return right and all(
        row.annual_target == sum(month or Decimal(0) for month in row.programmed) for row in document.rows
    )


def quarters_read(row: Row) -> tuple[tuple[Any, Any], ...]:
    """Return what the months of a row add to by quarter; nothing was executed where nothing due was reported."""
    blocks = [([row.programmed[at] for at in months], [row.executed[at] for at in months]) for months in CALENDAR]
    return tuple(
        (period(due, "sum"), None if is_owed(due, done) else executed_in(due, done, "sum")) for due, done in blocks
    )


def codes(document: Document) -> list[str]:
    """Return the codes of what is said of a document, but for a TOTAL and a cut-off that these tables have not."""
    without = ("no_total", "no_cut_off", "executed_unchecked")
    return [warning.code for warning in document.warnings if warning.code not in without]
