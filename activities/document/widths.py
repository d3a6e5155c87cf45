"""How many cells the rows of a table have: one with more or fewer than most lost or repeated some."""

from collections import Counter
from dataclasses import dataclass

from activities.document.contributing import TITLES
from activities.document.forms.sheets import Record
from activities.document.layout import OFFICIAL
from activities.document.model import REJECTED, Problem, Row
from activities.document.pages import Table

_NET = {"add": -1, "drop": 1, "change": 0}
_ZEROS = ("0", "0.0", "0.00", "0.000")


@dataclass(frozen=True, slots=True)
class Widths:
    """How many cells the header of a table has, and how many most of its rows have: None where no two have as many.

    `is_trimmed`: no row ends with a blank, so that blanks at the end may not be printed.
    """

    header: int
    usual: int | None
    is_trimmed: bool

    @classmethod
    def of(cls, table: Table) -> "Widths":
        """Return those of a table."""
        widths = Counter(len(record.cells) for record in table.records)
        width, rows = widths.most_common(1)[0] if widths else (0, 0)
        is_trimmed = all(record.cells[-1] for record in table.records if record.cells)
        return cls(len(table.header.titles), width if rows > 1 else None, is_trimmed)

    def miscounted(self, record: Record) -> Problem | None:
        """Return what is wrong with a row that has another number of cells than most.

        A cell that was lost or repeated moves those after it, and no sum may show it.
        """
        if len(record.cells) == (self.header if self.usual is None else self.usual):
            return None
        detail = (
            f"La fila tiene {len(record.cells)} celdas y la cabecera {self.header}: se perdió o sobra alguna. "
            "Compare la fila con el original y corríjala."
        )
        return Problem("missing_cells", detail, record.line)

    def held(self, row: Row, record: Record, start: int) -> Row:
        """Return the row, `inferred` where its repairs do not make of its cells as many as most rows have.

        Where runs of equal months, blanks or zeros are too long or too short its sums may hold all the same. `start` is
        the place of its first month.
        """
        if row.status == REJECTED or row.accumulation not in (None, "sum") or self._explain(row, record, start):
            return row
        detail = (
            f"La fila tiene {len(record.cells)} celdas y la mayoría {self.usual}: se perdió o sobra alguna que las "
            "sumas no muestran. Compare la fila con el original."
        )
        return row.in_doubt(Problem("cells_unexplained", detail, row.line), TITLES)

    def _explain(self, row: Row, record: Record, start: int) -> bool:
        """Tell whether a row has as many cells as most or as its repairs say, or its end is blank and not printed.

        Of a row that prints zeros elsewhere the last quarters are not blank.
        """
        net = sum(_NET[repair.action] for repair in row.repairs)
        if self.usual is None or len(record.cells) in (self.usual, self.usual + net):
            return True  # rows that were filled up with blanks say nothing of their cells
        if not self.is_trimmed:
            return False
        left = OFFICIAL.cells + net - (len(record.cells) - start)
        quarters = record.cells[-(OFFICIAL.quarter_cells - left) :] if left < OFFICIAL.quarter_cells else ()
        return left == 0 or not any(cell in _ZEROS for cell in quarters)
