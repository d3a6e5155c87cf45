"""Tables as CSV: UTF-8 with BOM, streamed, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Echo:
    """A file that gives back what is written to it, so that csv.writer can stream."""

    def write(self, text: str) -> str:
        return text


_WRITER = csv.writer(_Echo())


def csv_lines(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield a table as CSV text, line by line; numbers to the digit, null as nothing."""
    yield BOM + csv_line(header)
    for row in rows:
        yield csv_line(row)


def csv_line(row: Iterable[Any]) -> str:
    """Return one line of a table, with its end (CR LF)."""
    line: str = _WRITER.writerow([_cell(value) for value in row])
    return line


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    text = str(value)
    # A spreadsheet would run such a text as a formula; the quote makes it a text again.
    return f"'{text}" if text.startswith(_FORMULA) else text
