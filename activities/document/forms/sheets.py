"""What every form of a document gives: sheets of records, and how large they may be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from activities.document.model import DocumentError

MOST_BYTES = 24 * 2**20
MOST_ROWS = 25_000
MOST_COLUMNS = 1_000
MOST_CELLS = 3_000_000
MOST_FILLED = 1_000_000
LONGEST_CELL = 131_072
"""Of a sheet: lines, cells of a line, cells up to the last one filled of each line, cells that are not blank; and the
characters of one cell. Below them reading takes less than 300 MB and a minute."""
_SPLIT = "Divida el archivo"
_NO_NUMBERS: Mapping[int, Decimal] = MappingProxyType({})
_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Record:
    """The line of the file, or the row of the sheet, from 1, where a line of a table starts, and its cells.

    Cells are without stray blanks. `numbers` has, by place, those that the form keeps as numbers; `merged` the places
    that are parts of larger cells, whose text stands in each of them.
    """

    line: int
    cells: tuple[str, ...]
    numbers: Mapping[int, Decimal] = field(default_factory=lambda: _NO_NUMBERS)
    merged: frozenset[int] = _NONE

    def cell(self, column: int) -> str:
        """Return the cell of a column, blank where the line is shorter."""
        return self.cells[column] if 0 <= column < len(self.cells) else ""

    @property
    def filled(self) -> list[str]:
        """Return the cells that are not blank."""
        return [cell for cell in self.cells if cell]


@dataclass(slots=True)
class Room:
    """How many cells all sheets of a file have so far, and how many of them are not blank."""

    cells: int = 0
    filled: int = 0

    def take(self, cells: Sequence[str], line: int) -> None:
        """Count the cells of a line. Raises DocumentError where they become too many."""
        self.cells += len(cells)
        self.filled += len(cells) - cells.count("")
        if self.cells > MOST_CELLS or self.filled > MOST_FILLED:
            raise DocumentError(f"La tabla tiene demasiadas celdas. {_SPLIT}.", code="too_large", line=line)


@dataclass(slots=True)
class Sheet:
    """A sheet of a workbook, a table of a web page, or a text under one delimiter.

    Cells of a text can be lost or repeated, so that those after them stand elsewhere; those of other forms cannot.
    `hidden_lines` and `hidden_columns`, from 0, are those of a sheet that is shown that are not.
    """

    name: str = ""
    hidden: bool = False
    records: list[Record] = field(default_factory=list)
    room: Room = field(default_factory=Room)
    hidden_lines: frozenset[int] = _NONE
    hidden_columns: frozenset[int] = _NONE

    def add(
        self,
        line: int,
        cells: Iterable[str],
        numbers: Mapping[int, Decimal] = _NO_NUMBERS,
        merged: frozenset[int] = _NONE,
    ) -> None:
        """Take in a line. Raises DocumentError where the sheet becomes too large."""
        kept = tuple(cells)
        refuse_columns(len(kept), line)
        if line > MOST_ROWS:
            raise DocumentError(f"Hay más de {MOST_ROWS:,} filas. {_SPLIT}.", code="too_large", line=line)
        self.room.take(kept, line)
        self.records.append(Record(line, kept, numbers, merged))


def refuse_columns(count: int, line: int) -> None:
    """Raise DocumentError for more columns than a table may have, with the line and the column."""
    if count > MOST_COLUMNS:
        message = f"La fila llega hasta la columna {letters(count - 1)}: se admiten {MOST_COLUMNS:,} columnas."
        raise DocumentError(message, code="too_large", line=line, column=letters(count - 1))


def refuse_bytes(size: int) -> None:
    """Raise DocumentError for a file of more bytes than are read."""
    if size > MOST_BYTES:
        message = f"El archivo tiene {size // 2**20:,} MB y se admiten {MOST_BYTES // 2**20}. {_SPLIT}."
        raise DocumentError(message, code="too_large")


def letters(column: int) -> str:
    """Return how a spreadsheet calls a column, counted from 0: `A`, `AB`."""
    name = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        name, column = chr(ord("A") + rest) + name, column - 1
    return name


def without_stray_blanks(text: str) -> str:
    """Return a cell with runs of white space made one blank, and none at its ends."""
    return " ".join(text.split())
