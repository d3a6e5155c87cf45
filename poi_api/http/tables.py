"""Tables as CSV: UTF-8 with BOM, made line by line, safe to open in a spreadsheet."""

import csv
from collections.abc import Generator, Iterable
from decimal import Decimal
from functools import lru_cache
from threading import local
from typing import Any

BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Echo:
    """A file that gives back what is written to it, so that csv.writer makes one line after the other."""

    def write(self, text: str) -> str:
        return text


class _OfThread(local):
    """What each thread has of its own: a writer puts a line together in itself."""

    def __init__(self) -> None:
        self.writer = csv.writer(_Echo())


_own = _OfThread()


def csv_lines(
    header: Iterable[str], rows: Iterable[Iterable[Any]], *, raw: bool = False
) -> Generator[bytes, None, None]:
    """Yield a table as CSV, line by line; numbers to the digit, null as nothing.

    With `raw` texts stay as they are, for programs: a spreadsheet might run one of them as a formula.
    """
    yield (BOM + csv_line(header, raw=raw)).encode()
    for row in rows:
        yield csv_line(row, raw=raw).encode()


def csv_line(row: Iterable[Any], *, raw: bool = False) -> str:
    """Return one line of a table, with its end (CR LF)."""
    cell = _raw_cell if raw else _cell
    line: str = _own.writer.writerow([cell(value) for value in row])
    return line


def _cell(value: Any) -> str:
    return safe_text(value) if isinstance(value, str) else _raw_cell(value)


def _raw_cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


# Names of units and catalogues stand in line after line
@lru_cache(maxsize=4096)
def safe_text(text: str) -> str:
    """Return a text that a spreadsheet does not run as a formula: a quote before it makes it a text again."""
    return f"'{text}" if _is_formula(text) else text


def plain_text(text: str) -> str:
    """Return what `safe_text` was given, so that what goes out comes in again as it was."""
    return text[1:] if text.startswith("'") and _is_formula(text) else text


def _is_formula(text: str) -> bool:
    """Quotes before a formula count as part of it, so that none of them gets lost on the way back."""
    return text.lstrip("'").startswith(_FORMULA)
