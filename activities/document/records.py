"""Turn bytes into lines of cells: encoding, line ends, delimiters and quotes."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from activities.document.model import DocumentError

DELIMITERS = ("\t", ";", ",")
_OTHER_ENCODINGS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OTHER_FILES = {
    b"PK\x03\x04": "un libro de hojas de cálculo (o un archivo comprimido)",
    b"\xd0\xcf\x11\xe0": "un libro de Excel antiguo",
    b"%PDF": "un PDF",
    b"\x89PNG": "una imagen",
    b"\xff\xd8\xff": "una imagen",
}
_SAVE_AS = "expórtelo desde la hoja de cálculo como «CSV UTF-8»"
_MOST_DELIMITERS = 25
"""A quoted cell of several lines, one with more delimiters than this, swallowed a line of the table."""


@dataclass(frozen=True, slots=True)
class Record:
    """The physical line, from 1, where a line of the table starts, and its cells without stray blanks."""

    line: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """Return the cell of a column, blank where the line is shorter."""
        return self.cells[column] if 0 <= column < len(self.cells) else ""

    @property
    def filled(self) -> list[str]:
        """Return the cells that are not blank."""
        return [cell for cell in self.cells if cell]


def decode(content: bytes) -> str:
    """Return the text of a file in UTF-8, with or without BOM.

    Raises DocumentError with the line that is not text, or saying what kind of file it is.
    """
    for start, kind in _OTHER_FILES.items():
        if content.startswith(start):
            raise DocumentError(f"El archivo es {kind}, no un texto: {_SAVE_AS}.", code="binary_file")
    if content.startswith(_OTHER_ENCODINGS):
        raise DocumentError(f"El archivo está en UTF-16: {_SAVE_AS}.", code="bad_encoding")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"El archivo no está en UTF-8, hay bytes que no se pueden leer: {_SAVE_AS}."
        raise DocumentError(message, code="bad_encoding", line=_line_of(content, error.start)) from None
    if "\0" in text:
        message = f"El archivo no es de texto, tiene un carácter nulo: {_SAVE_AS}."
        raise DocumentError(message, code="binary_file", line=_line_of(content, content.index(b"\0")))
    if not text.strip():
        raise DocumentError("El archivo está vacío.", code="empty_file")
    return text


def _line_of(content: bytes, offset: int) -> int:
    return content.count(b"\n", 0, offset) + 1


def split(text: str, delimiter: str) -> list[Record]:
    """Return the records of a delimited text. Raises DocumentError with the line where quotes are wrong.

    A tabular text whose quotes do not pair, or pair across lines of the table, is read with quotes as plain
    characters, as no name of it can hold a tab.
    """
    try:
        return list(_records(text, delimiter, quoted=True))
    except DocumentError:
        if delimiter != "\t":
            raise
    return list(_records(text, delimiter, quoted=False))


def _records(text: str, delimiter: str, *, quoted: bool) -> Iterator[Record]:
    lines = io.StringIO(text, newline="")
    if quoted:
        rows = csv.reader(lines, delimiter=delimiter, strict=True)
    else:
        rows = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE, strict=True)
    line = 1
    try:
        for row in rows:
            if any(_swallows(cell, delimiter) for cell in row):
                raise _unclosed(line)
            yield Record(line, tuple(" ".join(cell.split()) for cell in row))
            line = rows.line_num + 1
    except csv.Error:
        most = csv.field_size_limit()
        for number, physical in enumerate(io.StringIO(text, newline=None), 1):
            if number >= line and len(physical) > most:
                message = f"La línea es demasiado larga: una celda admite hasta {most:,} caracteres."
                raise DocumentError(message, code="cell_too_long", line=number) from None
        raise _unclosed(line) from None


def _swallows(cell: str, delimiter: str) -> bool:
    """Tell whether a quoted cell holds a line of the table."""
    return "\n" in cell and any(part.count(delimiter) > _MOST_DELIMITERS for part in cell.split("\n"))


def _unclosed(line: int) -> DocumentError:
    message = 'Las comillas no se cierran bien: quítelas, o escríbalas dobles («""») si son parte de un nombre.'
    return DocumentError(message, code="bad_quotes", line=line)
