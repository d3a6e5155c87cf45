"""TSV and CSV: encoding, line ends, delimiters and quotes."""

import csv
import re
from collections.abc import Iterator

from activities.document.forms.sheets import LONGEST_CELL, Sheet, refuse_columns, without_stray_blanks
from activities.document.model import DocumentError

DELIMITERS = ("\t", ";", ",")
_SAVE_AS = "expórtelo desde la hoja de cálculo como «CSV UTF-8»"
_MOST_DELIMITERS = 25
"""A quoted cell of several lines, one with more delimiters than this, swallowed a line of the table."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_NOT_SPANISH = re.compile(r"[^\x00-\x7fáéíóúüñÁÉÍÓÚÜÑ¿¡ºª°´·«»“”‘’–—…•€§±½¼¾²³×\xa0\xad]")
"""What Spanish texts in Windows-1252 hold none of: a file with it is in another encoding."""


def decode(content: bytes) -> str:
    """Return the text of a file in UTF-8, with or without BOM, or else in Windows-1252.

    Raises DocumentError with the line that is not text.
    """
    if b"\0" in content:
        message = f"El archivo no es de texto, tiene un carácter nulo: {_SAVE_AS}."
        raise DocumentError(message, code="binary_file", line=_line_of(content, content.index(b"\0")))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = _windows_1252(content, error.start)
    if not text.strip():
        raise DocumentError("El archivo está vacío.", code="empty_file")
    return text


def _windows_1252(content: bytes, first: int) -> str:
    """Return the text in the encoding that spreadsheets in Spanish save CSV in; `first` is no UTF-8."""
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise _bad_encoding(content, error.start) from None
    if other := _NOT_SPANISH.search(text):
        raise _bad_encoding(content, min(first, other.start())) from None
    return text


def _bad_encoding(content: bytes, offset: int) -> DocumentError:
    message = f"El archivo no está en UTF-8 ni en Windows-1252, hay bytes que no se pueden leer: {_SAVE_AS}."
    return DocumentError(message, code="bad_encoding", line=_line_of(content, offset))


def _line_of(content: bytes, offset: int) -> int:
    return content.count(b"\n", 0, offset) + 1


def split(text: str, delimiter: str) -> Sheet:
    """Return a delimited text as a sheet. Raises DocumentError with the line where quotes are wrong.

    A tabular text whose quotes do not pair, or pair across lines of the table, is read with quotes as plain
    characters, as no name of it can hold a tab.
    """
    try:
        return _sheet(text, delimiter, quoted=True)
    except DocumentError as error:
        if delimiter != "\t" or error.code != "bad_quotes":
            raise
    return _sheet(text, delimiter, quoted=False)


def _sheet(text: str, delimiter: str, *, quoted: bool) -> Sheet:
    sheet = Sheet()
    for line, row in _rows(text, delimiter, quoted=quoted):
        sheet.add(line, map(without_stray_blanks, row))
    return sheet


def _rows(text: str, delimiter: str, *, quoted: bool) -> Iterator[tuple[int, list[str]]]:
    lines = _lines(text, delimiter)
    rows = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE, strict=True)
    line = 1
    try:
        for row in rows:
            if any(_swallows(cell, delimiter) for cell in row):
                raise _unclosed(line)
            yield line, row
            line = rows.line_num + 1
    except csv.Error:
        for number, physical in enumerate(_LINE.finditer(text), 1):
            if number >= line and physical.end() - physical.start() > LONGEST_CELL:
                message = f"La línea es demasiado larga: una celda admite hasta {LONGEST_CELL:,} caracteres."
                raise DocumentError(message, code="cell_too_long", line=number) from None
        raise _unclosed(line) from None


def _lines(text: str, delimiter: str) -> Iterator[str]:
    """Yield the lines of a text, none of them with more cells than could be quoted away."""
    for number, match in enumerate(_LINE.finditer(text), 1):
        line = match.group()
        if len(line) > LONGEST_CELL:
            refuse_columns(line.rstrip(delimiter + "\r\n").count(delimiter) + 1, number)
        yield line


def _swallows(cell: str, delimiter: str) -> bool:
    """Tell whether a quoted cell holds a line of the table."""
    return "\n" in cell and any(part.count(delimiter) > _MOST_DELIMITERS for part in cell.split("\n"))


def _unclosed(line: int) -> DocumentError:
    message = 'Las comillas no se cierran bien: quítelas, o escríbalas dobles («""») si son parte de un nombre.'
    return DocumentError(message, code="bad_quotes", line=line)
