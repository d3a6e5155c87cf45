"""The official document on a page, with the titles, rows and TOTAL that it has on paper."""

from collections.abc import Mapping
from typing import Any

from reports.poi.printing import MONTH_TITLES, texts
from reports.poi.report import paper_of
from units.pages.slices import slice_of

_PAGE = 50  # rows that are shown at a time
_ACTIVITY = 2  # the place of the column that stays while the table is scrolled


def printed(document: Mapping[str, Any], page: str) -> dict[str, Any]:
    """Return what the page shows of a document, which has the members of its JSON: the rows of one page of it.

    A row has its cells with words, and its figures from META on.
    """
    rows = slice_of(document["results"], page, _PAGE)
    paper = paper_of(document, rows["results"])
    before = len(paper.names)
    cells = map(texts, paper.body())
    rows["results"] = [{"names": each[: before - 1], "figures": each[before - 1 :]} for each in cells]
    return {
        "paper": paper,
        "sticky": _ACTIVITY,
        "groups": paper.groups[before:],
        "titles": MONTH_TITLES,
        "rows": rows,
        "total": {"across": before - 1, "figures": texts(paper.last()[before - 1 :])},
    }
