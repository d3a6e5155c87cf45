"""The official document as a workbook: A3 landscape, its header lines in sight and on each page."""

from collections.abc import Sequence
from functools import partial
from textwrap import wrap

from poi_api.http.files import Parts
from poi_api.http.tables import safe_text
from poi_api.http.workbooks import Sheet, workbook_parts
from reports.poi.printing import MONTH_TITLES, Cell, Paper

_TITLES, _MONTHS, _ROWS = 2, 3, 4  # lines from 0, below title and notice
_IN_SIGHT = 3  # columns: unit, MEF activity, activity
_A3 = 8
_HEADER_HEIGHT = 16  # points
_WIDTHS = (26, 26, 40, 18, 14)  # of the names and ACUMULACIÓN, in characters
_WIDTH = 8  # of a figure, at least
_OF_A_DIGIT = 0.9  # of such a character
_NAMED = 110  # characters of the institution at the foot of a page, where «&» counts twice, of 255 in all


def workbook(paper: Paper) -> Parts:
    """Yield the document as a workbook, of the same lines as its CSV."""
    return workbook_parts(paper.heading, partial(_fill, paper=paper))


def _fill(sheet: Sheet, *, paper: Paper) -> None:
    _set_up(sheet, paper)
    width, column = len(paper.names) + len(MONTH_TITLES), 0
    for at, text in enumerate((paper.heading, paper.notice)):
        sheet.merged(at, text, across=width, style="title")
    for group in paper.groups:
        sheet.merged(_TITLES, group.text, column, across=group.across, down=group.down)
        column += group.across
    sheet.line(_MONTHS, [*[""] * len(paper.names), *MONTH_TITLES], "header")
    for at, cells in enumerate(paper.body(), _ROWS):
        sheet.line(at, map(_as_read, cells), text_lines=_text_lines(cells))
    end = _ROWS + len(paper.rows)
    sheet.line(end, paper.last(), "total")
    sheet.line(end + 2, [paper.ending], "plain")


def _as_read(cell: Cell) -> Cell:
    """Return a cell as reading gives it back: it takes one of the quotes before a formula away, as CSV has one more."""
    return safe_text(cell) if isinstance(cell, str) and cell.startswith("'") else cell


def _text_lines(cells: Sequence[Cell]) -> int:
    """Return how many lines the longest name of a row takes."""
    return max(len(wrap(str(name), width)) for name, width in zip(cells, _WIDTHS, strict=False))


def _set_up(sheet: Sheet, paper: Paper) -> None:
    page = sheet.page
    page.set_landscape()
    page.set_paper(_A3)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.repeat_rows(_TITLES, _MONTHS)
    page.freeze_panes(_ROWS, _IN_SIGHT)
    # The blank keeps a name that begins with a number apart from the size of the letters
    page.set_footer(f"&L&7 {paper.institution[:_NAMED].replace('&', '&&')}&R&7Página &P de &N")
    for line in (_TITLES, _MONTHS):
        page.set_row(line, _HEADER_HEIGHT)
    names = _WIDTHS[: len(paper.names) - 1]
    figures = [max(_WIDTH, longest * _OF_A_DIGIT + 1) for longest in paper.longest_figures()]
    for column, width in enumerate((*names, *figures)):
        page.set_column(column, column, width)
