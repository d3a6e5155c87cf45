"""Reports that are tables: the same header and rows as CSV and as a workbook."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from poi_api.http.files import Parts
from poi_api.http.tables import csv_lines
from poi_api.http.workbooks import table_parts
from units.access.grants import Access

Table = tuple[list[str], Iterable[Iterable[Any]]]
TABLES = ("csv", "xlsx")


def tables(title: str, table: Callable[[Any, Access], Table]) -> Mapping[str, Callable[[Any, Access], Parts]]:
    """Return a report's files by format; `table` gives its header and rows, `title` what people call it."""

    def csv(question: Any, access: Access) -> Parts:
        return csv_lines(*table(question, access), raw=question.raw)

    def xlsx(question: Any, access: Access) -> Parts:
        return table_parts(title, *table(question, access))

    return dict(zip(TABLES, (csv, xlsx), strict=True))
