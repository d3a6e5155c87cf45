"""Tables as files, in the format of `TABLES` that was agreed on."""

from collections.abc import Iterable, Sequence
from typing import Any

from poi_api.http.files import Parts
from poi_api.http.tables import csv_lines
from poi_api.http.workbooks import table_parts


def parts_of_table(variant: str, title: str, header: Sequence[str], rows: Iterable[Iterable[Any]]) -> Parts:
    """Return the parts of a file with a table; raises, while they are read, what `workbook_parts` does."""
    return table_parts(title, header, rows) if variant == "xlsx" else csv_lines(header, rows)
