"""The lines of an export, made of what COPY sends of an activity: labels, classification, each of FIGURES by month.

Most of what is said beside the quantities is said again and again, and is written once.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import orjson
from rest_framework import serializers

from activities.models.classification import Classifier
from poi_api.http.tables import csv_cell
from reports.exports.columns import FIGURES, LABEL_COLUMNS, MONTH
from reports.shared.columns import CLASSIFICATION

_MONTHS = range(1, 13)
_KEPT = 4096  # texts, and sets of twelve months, that are remembered as they are written
_SHORT = 500  # bytes about twelve months; where there are more, somebody gave reasons, which do not come again
_TEXTS = [place for place, column in enumerate(LABEL_COLUMNS) if not isinstance(column.field, serializers.IntegerField)]
_CLASSES = [(name, part) for name in Classifier.values for part in ("code", "name")]
_PROGRAMMED, _EXECUTED, *_SAID = (column.name for column in FIGURES)
# What COPY writes for characters that would be read otherwise
_ESCAPED = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_TRUTHS = {b"t": b"true", b"f": b"false"}
_NULL = b"NULL"


class Lines:
    """How a format writes lines: a `text` as a cell, `nothing`, the `name` before a cell, what begins and ends a line.

    What it wrote it remembers, for every export and thread.
    """

    def __init__(self, text: Callable[[str], bytes], nothing: bytes, name: str, start: bytes, end: bytes) -> None:
        def named(column: str) -> bytes:
            return name.format(column).encode()

        self._text, self._nothing = text, nothing
        self._start = start + b",".join(named(column.name) + b"%b" for column in LABEL_COLUMNS) + b"%b"
        self._classes = [b"," + named(column.name) for column in CLASSIFICATION.columns]
        self._months = [b",%b%d,%b" % (named(MONTH.name), month, named(_PROGRAMMED)) for month in _MONTHS]
        self._between = b"," + named(_EXECUTED)
        self._end = b"".join(b",%b%%b" % named(column) for column in _SAID) + end
        self._written = lru_cache(_KEPT)(lambda cell: text(_unescaped(cell).decode()))
        self._classified = lru_cache(_KEPT)(self._made_classified)
        self._ends = lru_cache(_KEPT)(self._made_ends)

    def __call__(self, line: bytes) -> bytes:
        """Return the twelve lines of an activity, of a line of COPY."""
        return b"".join(self._parts(line))

    def some(self, line: bytes, months: Iterable[int]) -> bytes:
        """Return the lines of some months, 1 to 12, of an activity."""
        parts = self._parts(line)
        return b"".join(part for month in months for part in parts[6 * month - 6 : 6 * month])

    def _parts(self, line: bytes) -> list[bytes]:
        """Return what the twelve lines are made of, six parts each."""
        *labels, classified, programmed, executed, said = line[:-1].split(b"\t", len(LABEL_COLUMNS) + 3)
        for place in _TEXTS:
            labels[place] = self._written(labels[place])
        parts = [self._start % (*labels, self._classified(classified)), b"", b"", self._between, b"", b""] * 12
        parts[1::6] = self._months
        parts[2::6] = _cells(programmed)
        parts[4::6] = _cells(executed.replace(_NULL, self._nothing))
        parts[5::6] = self._ends(said) if len(said) < _SHORT else self._made_ends(said)
        return parts

    def _made_classified(self, cell: bytes) -> bytes:
        """Return the cells of a classification, each with what stands before it."""
        said = orjson.loads(_unescaped(cell))
        texts = (said[name][part] if name in said else None for name, part in _CLASSES)
        cells = (self._nothing if text is None else self._text(text) for text in texts)
        return b"".join(before + cell for before, cell in zip(self._classes, cells, strict=True))

    def _made_ends(self, said: bytes) -> list[bytes]:
        """Return what follows the quantities of each month."""
        pending, status, late, version, *texts = said.split(b"\t")
        columns = [
            _cells(pending.replace(_NULL, self._nothing)),
            [self._written(cell) for cell in _cells(status)],
            [_TRUTHS.get(cell, self._nothing) for cell in _cells(late)],
            _cells(version),
            *map(self._texts, texts),
        ]
        return [self._end % cells for cells in zip(*columns, strict=True)]

    def _texts(self, cells: bytes) -> list[bytes]:
        return [self._text(text) if text else self._nothing for text in orjson.loads(_unescaped(cells))]


def _cells(array: bytes) -> Sequence[bytes]:
    """Return the elements of an array of PostgreSQL that has no texts in it."""
    return array[1:-1].split(b",")


def _unescaped(cell: bytes) -> bytes:
    if b"\\" not in cell:
        return cell
    return re.sub(rb"\\(.)", lambda found: _ESCAPED.get(found[1], found[1]), cell)


def _csv(*, raw: bool) -> Lines:
    return Lines(lambda text: csv_cell(text, raw=raw).encode(), b"", "", b"", b"\r\n")


CSV, RAW_CSV = _csv(raw=False), _csv(raw=True)
JSON = Lines(orjson.dumps, b"null", '"{}":', b"{", b"}\n")
