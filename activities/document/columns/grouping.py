"""Titles of several lines put together, column by column: a group's title holds for the columns to its right."""

from collections.abc import Sequence
from itertools import pairwise

from activities.document.columns.words import block_of, figure_of, period_of
from activities.document.forms.sheets import Record, letters
from activities.document.layout import OFFICIAL

Lines = tuple[str, ...]
"""The titles of one column, from top to bottom, none of them blank and none twice."""


def shown(column: int, lines: Lines) -> str:
    """Return a column with its title, as messages name it."""
    return f"«{' / '.join(lines)}» (columna {letters(column)})"


def columns_of(header: Sequence[Record]) -> list[Lines]:
    """Return the titles of each column under these header lines."""
    width = max(len(record.cells) for record in header)
    rows = [[record.cell(column) for column in range(width)] for record in header]
    for place, row in enumerate(rows[:-1]):
        titled = [any(other[column] for other in rows[place + 1 :]) for column in range(width)]
        for column in range(1, width):  # a title with none below it is that of its own column
            if not row[column] and titled[column] and titled[column - 1]:
                row[column] = row[column - 1]
    return [tuple(dict.fromkeys(row[column] for row in rows if row[column])) for column in range(width)]


def realigned(header: Sequence[Record]) -> list[Lines] | None:
    """Return the titles where a line lost blanks: the groups in turn over the runs of the line below.

    None if their numbers differ, a run lacks a month, or there are not two lines.
    """
    if len(header) != 2:
        return None
    groups, below = header
    first = next((column for column, cell in enumerate(groups.cells) if block_of(cell) and not _plain(cell)), None)
    start = next((column for column, cell in enumerate(below.cells) if period_of(cell)), None)
    if first is None or start is None:
        return None
    titles = [cell for cell in groups.cells[first:] if cell]
    cells = below.cells[start:]
    starts = _runs(cells)
    runs = [cells[at:end] for at, end in pairwise([*starts, len(cells)])]
    if len(starts) != len(titles) or not all(map(_is_whole, runs)):
        return None
    first = _first_month(groups, below, first, start)
    spread = dict(zip((first + at for at in starts), titles, strict=True))
    row = [spread.get(column, groups.cell(column) if column < first else "") for column in range(first + len(cells))]
    lower = below.cells[:start] if start >= first else ()
    moved = (*lower[:first], *[""] * (first - len(lower[:first])), *cells)
    return columns_of([Record(groups.line, tuple(row)), Record(below.line, moved)])


def _first_month(groups: Record, below: Record, first: int, start: int) -> int:
    """Return where months begin: below the first group, unless a title or a gap shows that this one was moved.

    Between the names and a group that somebody centred over its months there is a gap; a group that begins above a
    name's title, such as META, does not move the months there.
    """
    named = all(groups.cells[start:first]) if start < first else not any(below.cells[first:start])
    return first if named else start


def _is_whole(run: Sequence[str]) -> bool:
    """Tell whether the months of a run begin with January and lack none, or are all of a year; there may be none."""
    figures = [figure for cell in run if cell and (figure := figure_of((cell,)))]
    months = [figure.number for figure in figures if figure.kind == "month"]
    return len(months) == OFFICIAL.months or months == list(range(1, len(months) + 1))


def _plain(cell: str) -> bool:
    """Tell whether a title of a group is rather that of a column: META, or a figure."""
    return block_of(cell) == "programmed" and "meta" in cell.lower()


def _runs(cells: Sequence[str]) -> list[int]:
    """Return where the runs of a line of months begin: no month, and no block of a quarter, comes twice in one."""
    starts: list[int] = []
    seen: set[object] = set()
    months = False
    for place, cell in enumerate(cells):
        if not cell:
            continue
        figure = figure_of((cell,))
        is_month = figure is not None and figure.kind == "month"
        key = figure.number if is_month and figure else block_of(cell)
        if not starts or key in seen or is_month != months:
            starts.append(place)
            seen = set()
        seen.add(key)
        months = is_month
    return starts
