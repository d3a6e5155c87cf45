"""Reports that are tables: the same header and rows as CSV and as a workbook."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from poi_api.http.files import Parts
from poi_api.http.formats import TABLES
from poi_api.http.places import LARGEST_PAGE, Place
from poi_api.http.workbooks import parts_of_table
from reports.shared.columns import Column, names
from reports.shared.question import PagedQuestion
from reports.shared.reading import Reading
from units.access.grants import Access

Rows = Callable[[Any, Access], Iterable[Iterable[Any]]]


def tables(
    title: str, columns: Callable[[Any], Iterable[Column]], rows: Rows
) -> Mapping[str, Callable[[Any, Access], Parts]]:
    """Return a report's files by format; `columns` are those of a question's `rows`, `title` what people call it."""

    def parts(variant: str, question: Any, access: Access) -> Parts:
        header = names(columns(question))
        return parts_of_table(variant, title, header, rows(question, access), raw=question.raw)

    return {variant: partial(parts, variant) for variant in TABLES}


def every_page(question: Any, read: Callable[[Any], Reading]) -> Iterator[Reading]:
    """Yield what `read` reads of each page of a question: for tables of reports that are small, page by page."""
    asked: PagedQuestion = replace(question, limit=LARGEST_PAGE, offset=0, page=None)
    while True:
        reading = read(asked)
        yield reading
        if not reading.around.more:
            return
        asked = replace(asked, page=Place(tuple(reading.around.ends[-1]), order=asked.order))
