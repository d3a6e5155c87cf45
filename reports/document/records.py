"""From bytes to lines of cells: encoding, line ends, delimiters and quotes."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from .model import DocumentError

DELIMITERS = ("\t", ";", ",")
_OTHER_ENCODINGS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Record:
    """The physical line, from 1, where a line of the table starts, and its cells without stray blanks."""

    line: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """The cell of a column, blank where the line is shorter."""
        return self.cells[column] if 0 <= column < len(self.cells) else ""

    @property
    def filled(self) -> list[str]:
        """The cells that are not blank."""
        return [cell for cell in self.cells if cell]


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, with or without BOM.

    Raises DocumentError naming the line that is not text.
    """
    if data.startswith(_OTHER_ENCODINGS):
        raise DocumentError("El archivo está en UTF-16; guárdelo en UTF-8.", code="bad_encoding", line=1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = _line_of(data, error.start)
        message = f"El archivo no está en UTF-8: la línea {line} tiene bytes que no se pueden leer."
        raise DocumentError(message, code="bad_encoding", line=line) from None
    if "\0" in text:
        line = _line_of(data, data.index(b"\0"))
        message = f"El archivo no es de texto: la línea {line} tiene un carácter nulo."
        raise DocumentError(message, code="binary_file", line=line)
    if not text.strip():
        raise DocumentError("El archivo está vacío.", code="empty_file")
    return text


def _line_of(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def split(text: str, delimiter: str) -> list[Record]:
    """The records of a delimited text. Raises DocumentError with the line where quotes are wrong.

    A tabular text whose quotes do not pair is read with quotes as plain characters, as no name of it can hold
    a tab.
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
            yield Record(line, tuple(" ".join(cell.split()) for cell in row))
            line = rows.line_num + 1
    except csv.Error:
        message = f"Las comillas de la línea {line} no se cierran bien o una de sus celdas es muy larga."
        raise DocumentError(message, code="bad_quotes", line=line) from None
