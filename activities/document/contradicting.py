"""Rows that a TOTAL row contradicts: nothing says which of them is misprinted, so none may pass as certain.

(domain.md, "Reading the source document".)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from activities.document.checking import Equations
from activities.document.layout import OFFICIAL, slot_title
from activities.document.model import REJECTED, Problem, Row

CONTRADICTED = "total_contradicts"
"""Code of the problem of a row whose figures TOTAL may contradict."""
_MONTHS = range(OFFICIAL.month_cells)


@dataclass(frozen=True, slots=True)
class Differing:
    """Columns that do not add to TOTAL: `alone` those that are off by themselves, with how much TOTAL says more.

    `together` are columns of which no choice of readings makes all add up, with how much TOTAL says more at most.
    `known` are all columns that were compared.
    """

    alone: Mapping[int, Decimal]
    together: Mapping[int, Decimal]
    known: frozenset[int]

    @property
    def columns(self) -> list[int]:
        """Return all of these columns in order."""
        return sorted({*self.alone, *self.together})

    def too_small(self) -> "Differing":
        """Return those in which TOTAL says less than the rows: rows that are missing explain all others.

        What these add nothing is known of, so that no column can be held against another.
        """
        return Differing(less(self.alone), less(self.together), known=frozenset())


def less(columns: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Return the columns in which TOTAL says less than the rows, by how much it says more."""
    return {column: by for column, by in columns.items() if by < 0}


def contradicted(rows: Sequence[Row], equations: Mapping[int, Equations], differing: Differing) -> list[Row]:
    """Return the rows, `inferred` where a figure may be another by what TOTAL says of `differing` columns.

    `equations` has those of the row in a line. A row is left as it is where it would not add up any more.
    """
    found: dict[Equations | None, list[tuple[frozenset[int], frozenset[int]]]] = {}
    read = []
    for row in rows:
        held_by = equations.get(row.line) if row.accumulation in (None, "sum") else None
        if held_by not in found:
            found[held_by] = _doubtful(held_by, differing)
        months = (*row.programmed, *row.executed)
        doubts = {
            column
            for slots, doubtful in found[held_by]
            if not slots or any(months[slot] for slot in slots)
            for column in doubtful
        }
        read.append(_in_doubt(row, sorted(doubts)) if doubts and row.status != REJECTED else row)
    return read


def _doubtful(equations: Equations | None, differing: Differing) -> list[tuple[frozenset[int], frozenset[int]]]:
    """Return which months may be others in rows with these equations, each time with the months that hold them.

    Months that nothing in the row holds come without: they may be others in every row.
    """
    off = frozenset(differing.columns).intersection(_MONTHS)
    found = []
    free = off
    for slots, total in equations.held if equations else ():
        months = off.intersection(slots)
        free -= months
        if months and not _is_misprint_of_total(months, slots, total, differing):
            found.append((frozenset(slots), months))
    return [*found, (frozenset(), free)] if free else found


def _is_misprint_of_total(
    months: frozenset[int], slots: Sequence[int], total: int | None, differing: Differing
) -> bool:
    """Tell whether TOTAL contradicts itself: one month of those that a row holds is off, and not what they add to."""
    (month, *others) = months
    if others or total is None or total > OFFICIAL.cells or total in differing.together:
        return False
    if not differing.known.issuperset((*slots, total)):
        return False
    return differing.alone.get(month) != differing.alone.get(total, Decimal(0))


def _in_doubt(row: Row, columns: Sequence[int]) -> Row:
    titles = tuple(title for title in map(slot_title, columns) if title not in row.doubts)
    detail = "La fila TOTAL dice otra cosa en las columnas en duda: compare la fila con el original."
    return row.in_doubt(Problem(CONTRADICTED, detail, row.line), (*row.doubts, *titles))
