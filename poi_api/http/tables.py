"""Tables as CSV: UTF-8 with BOM, made line by line, safe to open in a spreadsheet."""

import re
from collections.abc import Generator, Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_QUOTED = re.compile('[,"\r\n]').search


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
    return ",".join([csv_cell(value, raw=raw) for value in row]) + "\r\n"


def csv_cell(value: Any, *, raw: bool = False) -> str:
    """Return a value as a cell, in quotes where a text would be read as more than one (RFC 4180)."""
    if isinstance(value, str):
        text = value if raw else safe_text(value)
        return '"' + text.replace('"', '""') + '"' if _QUOTED(text) else text
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


def reads_two_ways(number: str) -> bool:
    """Tell whether what stands before the last three digits may be of thousands or of decimals: `1,234`, `1.234`."""
    return _EITHER.fullmatch(number.removeprefix("-")) is not None


def _is_formula(text: str) -> bool:
    """Quotes before a formula count as part of it, so that none of them gets lost on the way back."""
    return text.lstrip("'").startswith(_FORMULA)
