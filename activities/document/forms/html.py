"""Tables of a web page, as applications write them into files named .xls."""

import re
from typing import Final

from lxml import etree

from activities.document.forms.sheets import (
    LONGEST_CELL,
    MOST_COLUMNS,
    Room,
    Sheet,
    refuse_columns,
    without_stray_blanks,
)
from activities.document.forms.text import decode
from activities.document.model import DocumentError

_PIECE: Final = 1 << 16
_DEEPEST: Final = 64
_MOST_TABLES: Final = 100
_LONGEST_TAG: Final = 1 << 20
_OPENED, _CLOSED = re.compile("<table\\b", re.IGNORECASE), re.compile("</table\\b", re.IGNORECASE)
_UNSHOWN: Final = ("script", "style", "head", "title")


def read_html(content: bytes) -> list[Sheet]:
    """Return each table of a web page as a sheet; a line is the row of its table, from 1.

    Raises DocumentError for a page that is no text, is nested too deeply or is cut off inside a table.
    """
    tables = _Tables()
    parser = etree.HTMLParser(target=tables, huge_tree=False, remove_comments=True)
    text = decode(content)
    if _count(_OPENED, text) > _count(_CLOSED, text):
        message = "La página web está cortada: falta su final. Descárguela de nuevo."
        raise DocumentError(message, code="truncated_file")
    try:
        for start in range(0, len(text), _PIECE):
            parser.feed(text[start : start + _PIECE])
            tables.refuse_endless_tag(start)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise DocumentError("La página web está dañada y no se puede leer.", code="bad_file") from error
    return tables.sheets


def _count(tag: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in tag.finditer(text))


class _Tables:
    """Takes a page in piece by piece (lxml's parser target) and keeps the cells of its tables, never a tree."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._room = Room()
        self._depth = self._hidden = 0
        self._tags = self._tags_before = self._tag_at = 0
        self._in_table = self._in_cell = False
        self._row: dict[int, str] = {}
        self._merged: set[int] = set()
        self._line = self._length = self._column = 0
        self._text: list[str] = []
        self._span = (1, 1)
        self._below: dict[int, tuple[int, str]] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._tags += 1
        self._depth += 1
        if self._depth > _DEEPEST:
            raise DocumentError("Las etiquetas de la página web están demasiado anidadas.", code="too_deep")
        self._hidden += tag in _UNSHOWN
        if tag == "table":
            self._open_table()
        elif tag == "tr" and self._in_table:
            self._open_row()
        elif tag in ("td", "th") and self._in_table:
            self._open_cell(attributes)
        elif tag == "br" and self._in_cell:
            self._text.append(" ")

    def end(self, tag: str) -> None:
        self._tags += 1
        self._depth -= 1
        self._hidden -= tag in _UNSHOWN
        if tag in ("td", "th"):
            self._close_cell()
        elif tag == "tr":
            self._close_row()
        elif tag == "table":
            self._close_row()
            self._in_table = False

    def data(self, text: str) -> None:
        if self._in_cell and not self._hidden:
            self._length += len(text)
            if self._length > LONGEST_CELL:
                message = f"La celda es demasiado larga: se admiten {LONGEST_CELL:,} caracteres."
                raise DocumentError(message, code="cell_too_long", line=self._line)
            self._text.append(text)

    def close(self) -> None:
        """Do nothing: what was kept is in `sheets`."""

    def refuse_endless_tag(self, at: int) -> None:
        """Raise DocumentError if nothing of the page was understood for long, up to the character `at`."""
        if self._tags != self._tags_before:
            self._tags_before, self._tag_at = self._tags, at
        elif at - self._tag_at > _LONGEST_TAG:
            raise DocumentError(
                "La página web tiene una etiqueta que no termina.", code="too_large", line=self._line or None
            )

    def _open_table(self) -> None:
        if self._in_table:
            raise DocumentError("Hay una tabla dentro de otra: deje solo la del POI.", code="nested_table")
        if len(self.sheets) >= _MOST_TABLES:
            raise DocumentError(
                f"Hay más de {_MOST_TABLES} tablas en la página: deje solo la del POI.", code="too_large"
            )
        self.sheets.append(Sheet(f"tabla {len(self.sheets) + 1}", room=self._room))
        self._in_table, self._line, self._below = True, 0, {}

    def _open_row(self) -> None:
        self._close_row()
        self._line += 1
        self._column = 0
        self._row, self._merged = {}, set(self._below)
        for column, (rows, text) in list(self._below.items()):
            self._row[column] = text
            if rows > 1:
                self._below[column] = rows - 1, text
            else:
                del self._below[column]

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self._close_cell()
        if not self._line:
            self._open_row()
        self._in_cell, self._text, self._length = True, [], 0
        self._span = _number(attributes.get("colspan")), _number(attributes.get("rowspan"))

    def _close_cell(self) -> None:
        if not self._in_cell:
            return
        self._in_cell = False
        text = without_stray_blanks("".join(self._text))
        width, height = self._span
        merged = width > 1 or height > 1
        while self._column in self._row:
            self._column += 1
        for column in range(self._column, self._column + width):
            refuse_columns(column + 1, self._line)
            self._row[column] = text
            if merged:
                self._merged.add(column)
            if height > 1:
                self._below[column] = height - 1, text
        self._column += width

    def _close_row(self) -> None:
        self._close_cell()
        if self._row and self._in_table:
            cells = [self._row.get(column, "") for column in range(max(self._row) + 1)]
            self.sheets[-1].add(self._line, cells, merged=frozenset(self._merged))
        self._row = {}


def _number(text: str | None) -> int:
    """Return how many columns or rows a cell spans: 1 where that cannot be read."""
    return max(1, min(int(text), MOST_COLUMNS + 1)) if text and text.isdecimal() and len(text) < 6 else 1
