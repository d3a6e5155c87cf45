"""Sheets of a workbook (XLSX): what each cell shows, and the numbers behind."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from activities.document.forms.archive import OF_DOCUMENTS, Bounds, Part, look_through
from activities.document.forms.sheets import Room, Sheet, refuse_columns, without_stray_blanks
from activities.document.layout import MONTHS
from activities.document.model import DocumentError
from activities.document.quantities import printed

FORMULA: Final = "=…"
"""What stands for a formula whose value the workbook does not keep."""
_DAMAGED = (
    *(ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error, EOFError, SyntaxError, RecursionError),
)
"""What is raised by the library for a workbook that breaks its format."""
_MOST_SHEETS: Final = 100
_LANGUAGE: Final = re.compile(r"\[\$-[^\]]*\]")
_DIGITS: Final = ".15g"
"""As many as a spreadsheet keeps and shows: 0.1 + 0.2 is 0.3."""


def read_workbook(content: bytes, bounds: Bounds = OF_DOCUMENTS) -> Iterator[Sheet]:
    """Yield the sheets of a workbook one by one; a line is the row of its sheet, from 1.

    A merged cell has its text in all its places. Raises DocumentError for a workbook that is damaged or too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = look_through(archive, bounds)
        yield from _sheets(content, parts)
    except DocumentError:
        raise
    except _DAMAGED as error:
        message = "El libro está cortado o dañado: ábralo y guárdelo de nuevo como «Libro de Excel (.xlsx)»."
        raise DocumentError(message, code="bad_file") from error


def _sheets(content: bytes, parts: dict[str, Part]) -> Iterator[Sheet]:
    # Here and not above: with what it imports it costs 20 MB, which only processes that read workbooks should pay
    import openpyxl

    room = Room()
    warnings.filterwarnings("ignore", module=r"openpyxl\.")  # of styles it does not know, and of each date that is none
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        if len(book.worksheets) > _MOST_SHEETS:
            raise DocumentError(f"El libro tiene más de {_MOST_SHEETS} hojas.", code="too_large")
        worksheets: list[Any] = list(book.worksheets)
        for worksheet in worksheets:
            worksheet.reset_dimensions()  # rows beyond those that it says it has would be passed over
            hidden = worksheet.sheet_state != "visible"
            part = parts.get(worksheet._worksheet_path, Part())
            columns = (column for first, last in part.hidden_columns for column in range(max(0, first - 1), last))
            sheet = Sheet(
                worksheet.title,
                hidden=hidden,
                room=room,
                hidden_lines=frozenset(part.hidden_rows),
                hidden_columns=frozenset(columns),
            )
            _fill(sheet, worksheet, part)
            yield sheet
    finally:
        book.close()


def _fill(sheet: Sheet, worksheet: Any, part: Part) -> None:
    merges = _Merges(part)
    for line, row in enumerate(worksheet.iter_rows(), 1):
        cells, numbers = _read(row, line, part)
        merged = merges.spread(line, cells)
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            sheet.add(line, cells, numbers, merged)


def _read(row: Sequence[Any], line: int, part: Part) -> tuple[list[str], dict[int, Decimal]]:
    """Return what the cells of a row show, and their numbers by place."""
    cells, numbers = [""] * len(row), {}
    for place, cell in enumerate(row):
        value = cell.value
        if part.unknown and (line, place + 1) in part.unknown:
            cells[place] = FORMULA
        elif isinstance(value, str):
            cells[place] = without_stray_blanks(value)
        elif value is not None:
            cells[place], number = _shown(value, cell.number_format)
            if number is not None:
                numbers[place] = number
        if cells[place]:
            refuse_columns(place + 1, line)
    return cells, numbers


def _shown(value: Any, number_format: str) -> tuple[str, Decimal | None]:
    """Return what a cell shows, and its number if it is one; a percentage is none, nor is money."""
    if isinstance(value, bool):
        return ("VERDADERO" if value else "FALSO"), None
    if isinstance(value, int | float):
        number = Decimal(format(value, _DIGITS) if isinstance(value, float) else value)
        if not number.is_finite():
            return str(value), None
        if _is_percentage(number_format):
            return f"{_plain(number * 100)}%", None
        if currency := _currency(number_format):
            return f"{currency} {_plain(number)}", None
        return _plain(number), number
    return _shown_date(value), None


def _plain(number: Decimal) -> str:
    return printed(number).replace(",", "")


@lru_cache(maxsize=256)
def _is_percentage(number_format: str) -> bool:
    return "%" in "".join(number_format.split('"')[::2])


@lru_cache(maxsize=256)
def _currency(number_format: str) -> str:
    """Return the sign of the currency that a format shows, if any; `[$-280A]` names but a language."""
    shown = _LANGUAGE.sub("", number_format)
    return next((sign for sign in ("S/", "€", "$") if sign in shown), "")


def _shown_date(value: datetime | date | time | timedelta) -> str:
    """Return a date; the first of a month as that month, as headers have it."""
    if isinstance(value, date):
        return f"{MONTHS[value.month - 1]} {value.year}" if value.day == 1 else f"{value:%d/%m/%Y}"
    return str(value)


class _Merges:
    """Spreads the text of merged cells over their places, row by row."""

    def __init__(self, part: Part) -> None:
        self._waiting = sorted(part.merged, reverse=True)
        self._open: list[tuple[int, int, int, str]] = []

    def spread(self, line: int, cells: list[str]) -> frozenset[int]:
        """Fill in the texts of merged cells in a row, and return the places that are parts of such cells."""
        while self._waiting and self._waiting[-1][0] <= line:
            top, left, bottom, right = self._waiting.pop()
            text = cells[left - 1] if top == line and left <= len(cells) else ""
            self._open.append((bottom, left, right, text))
        self._open = [each for each in self._open if each[0] >= line]
        merged: set[int] = set()
        for _, left, right, text in self._open:
            cells += [""] * (right - len(cells))
            cells[left - 1 : right] = [text] * (right - left + 1)
            merged.update(range(left - 1, right))
        return frozenset(merged)
