"""The official document on a page, with the titles, rows and TOTAL that it has on paper."""

from collections.abc import Mapping
from typing import Any

from reports.poi.printing import MONTH_TITLES, texts
from reports.poi.report import paper_of
from units.pages.slices import slice_of

_PAGE = 50  # rows that are shown at a time
_ACTIVITY = 2  # the place of the column that stays while the table is scrolled


def printed(document: Mapping[str, Any], page: str) -> dict[str, Any]:
    """Return what the page shows of a document, which has the members of its JSON: the rows of one page of it."""
    paper = paper_of(document)
    rows, before = slice_of(paper.rows, page, _PAGE), len(paper.names)
    rows["results"] = [_row(texts(paper.cells_of(row)), before) for row in rows["results"]]
    return {
        "institution": paper.institution,
        "heading": paper.heading,
        "notice": paper.notice,
        "names": paper.names,
        "sticky": _ACTIVITY,
        "groups": paper.groups[before:],
        "titles": MONTH_TITLES,
        "rows": rows,
        "total": {"across": before - 1, "figures": texts(paper.last()[before - 1 :])},
        "ending": paper.ending,
    }


def _row(cells: list[str], before: int) -> dict[str, list[str]]:
    """Return the cells of a row: those with words, and the figures from META on."""
    return {"names": cells[: before - 1], "figures": cells[before - 1 :]}
