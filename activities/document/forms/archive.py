"""Look through the parts of a workbook before a library reads them: how large they are, and what they may not hold."""

import re
import zipfile
from dataclasses import dataclass, field
from typing import IO, Final
from xml.parsers import expat

from activities.document.forms.kinds import refused
from activities.document.forms.sheets import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS
from activities.document.model import DocumentError

MOST_PARTS: Final = 1_000
MOST_HELD: Final = 200_000
"""Elements that a reader keeps at a time: those outside of rows and shared texts, and those of one of these."""
MOST_MERGED: Final = 2_000_000
"""Places of all merged cells of a sheet."""
_DEEPEST: Final = 64
_PIECE: Final = 1 << 16
_LONGEST: Final = 1 << 20
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_STRICT: Final = "http://purl.oclc.org/ooxml/"
_ROW, _CELL, _FORMULA, _VALUE, _TEXT, _SHARED, _MERGED, _COLUMNS = (
    _MAIN + name for name in ("row", "c", "f", "v", "is", "si", "mergeCell", "col")
)
_TRUE: Final = ("1", "true")
_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
_OTHERS = {
    "word/document.xml": "un documento de Word (.docx)",
    "ppt/presentation.xml": "una presentación (.pptx)",
    "xl/workbook.bin": "un libro binario de Excel (.xlsb)",
    "content.xml": "un documento de LibreOffice (.ods u otro)",
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a workbook may be: bytes of all its parts unpacked, and elements of one of them."""

    unpacked: int = 96 * 2**20
    elements: int = 6_000_000


OF_DOCUMENTS: Final = Bounds()
Range = tuple[int, int, int, int]
"""First row, first column, last row, last column, all from 1."""


@dataclass(slots=True)
class Part:
    """What is known of a worksheet: merged ranges, and the places (row, column) of formulas without a kept value.

    `hidden_rows` and `hidden_columns` are those that are not shown, from 1; columns as first and last of each run.
    """

    merged: list[Range] = field(default_factory=list)
    unknown: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)


def look_through(archive: zipfile.ZipFile, bounds: Bounds = OF_DOCUMENTS) -> dict[str, Part]:
    """Return what is known of each part of a workbook, by its name.

    Raises DocumentError for another kind of archive, for one that is too large, and for XML with a DTD.
    """
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        what = next((what for name, what in _OTHERS.items() if name in names), "un archivo comprimido")
        raise refused(what)
    if any(entry.flag_bits & 1 for entry in entries):
        raise DocumentError("El libro está protegido con contraseña: guárdelo sin ella.", code="encrypted")
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > bounds.unpacked:
        message = f"El libro descomprimido es demasiado grande: se admiten {bounds.unpacked // 2**20} MB."
        raise DocumentError(message, code="too_large")
    if len(names) < len(entries):
        raise DocumentError("El libro tiene dos partes con el mismo nombre: está dañado.", code="bad_file")
    parts = {}
    for entry in entries:
        with archive.open(entry) as stream:
            parts[entry.filename] = _look_at(stream, bounds)
    return parts


def _look_at(stream: IO[bytes], bounds: Bounds) -> Part:
    """Return what is known of one part; one that is no XML has nothing."""
    piece = stream.read(_PIECE)
    look = _Look(bounds)
    if b"<" not in piece[:8]:
        return look.part
    fed = 0
    while piece:
        look.parser.Parse(piece, False)
        fed += len(piece)
        if fed - max(look.parser.CurrentByteIndex, 0) > _LONGEST:
            raise DocumentError("El libro tiene un texto demasiado largo.", code="too_large", line=look.row or None)
        piece = stream.read(_PIECE)
    look.parser.Parse(b"", True)
    return look.part


class _Look:
    """Follows the elements of one part, keeping none of them."""

    def __init__(self, bounds: Bounds) -> None:
        self.part = Part()
        self._most = bounds.elements
        self.row = self._column = 0
        self._depth = self._count = self._rows = self._loose = self._held = 0
        self._inside = ""
        self._length = self._merged = 0
        self._formula = self._value = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = _refuse_dtd
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        self._length = 0
        if self._depth == 1 and name.startswith(_STRICT):
            raise refused("un libro en formato «Open XML estricto»")
        if self._inside:
            self._held += 1
        else:
            self._loose += name not in (_ROW, _SHARED)
        if self._depth > _DEEPEST or self._count > self._most or self._loose + self._held > MOST_HELD:
            raise DocumentError("El libro tiene demasiados elementos.", code="too_large", line=self.row or None)
        if name == _CELL:
            self._open_cell(attributes.get("r"))
        elif name == _TEXT:
            self._value = True
        elif name == _FORMULA:
            self._formula = True
        elif name == _ROW:
            self._open_row(attributes.get("r"))
            if attributes.get("hidden") in _TRUE:
                self.part.hidden_rows.add(self.row)
        elif name == _COLUMNS and attributes.get("hidden") in _TRUE and len(self.part.hidden_columns) < MOST_COLUMNS:
            self.part.hidden_columns.append((_count(attributes.get("min")), _count(attributes.get("max"))))
        elif name == _SHARED:
            self._open(name)
        elif name == _MERGED:
            self._merge(attributes.get("ref", ""))

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name == _VALUE:
            self._value = self._value or self._length > 0
        if name == self._inside:
            self._inside, self._held = "", 0
        elif name == _CELL and self._formula and not self._value:
            self.part.unknown.add((self.row, self._column))

    def _data(self, text: str) -> None:
        self._length += len(text)
        if self._length > LONGEST_CELL:
            message = f"Una celda es demasiado larga: se admiten {LONGEST_CELL:,} caracteres."
            raise DocumentError(message, code="cell_too_long", line=self.row or None)

    def _open(self, name: str) -> None:
        self._inside = name
        self._rows += 1
        if self._rows > 8 * MOST_ROWS:
            message = "El libro tiene demasiadas filas o textos: borre las filas vacías."
            raise DocumentError(message, code="too_large", line=self.row or None)

    def _open_row(self, number: str | None) -> None:
        row = int(number) if number and number.isdecimal() and len(number) < 8 else self.row + 1
        if row <= self.row:
            raise DocumentError("Las filas del libro no están en orden: está dañado.", code="bad_file", line=row)
        self.row, self._column = row, 0
        self._open(_ROW)

    def _open_cell(self, place: str | None) -> None:
        row, column = placed(place) if place else (self.row, self._column + 1)
        if row != self.row or column <= self._column:
            message = "Las celdas del libro no están en orden: está dañado."
            raise DocumentError(message, code="bad_file", line=self.row or None, column=place)
        self._column, self._formula, self._value = column, False, False

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        top, left = placed(first)
        bottom, right = placed(last or first)
        bottom, right = min(bottom, MOST_ROWS), min(right, MOST_COLUMNS)
        self._merged += max(1, bottom - top + 1) * max(1, right - left + 1)
        if self._merged > MOST_MERGED:
            raise DocumentError("El libro tiene demasiadas celdas combinadas.", code="too_large", line=top)
        self.part.merged.append((top, left, bottom, right))


def _count(text: str | None) -> int:
    """Return a number of an attribute, 0 where it is none, no higher than there are columns."""
    return min(int(text), MOST_COLUMNS) if text and text.isdecimal() and len(text) < 8 else 0


def placed(reference: str) -> tuple[int, int]:
    """Return the row and column, from 1, of a place such as `AB12`. Raises DocumentError for anything else."""
    match = _PLACE.fullmatch(reference)
    if not match:
        raise DocumentError("El libro nombra una celda que no existe: está dañado.", code="bad_file")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


def _refuse_dtd(*_: object) -> None:
    message = "El libro trae una definición de entidades (DTD), que ninguna hoja de cálculo escribe: no se lee."
    raise DocumentError(message, code="bad_file")
