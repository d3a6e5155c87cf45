"""The lines of an export, made of what COPY sends of an activity: labels, classification, each of FIGURES by month.

Most of what is said beside the quantities is said again and again, and is written once.
"""

import re
from collections.abc import Callable, Container, Iterable, Sequence
from itertools import chain
from typing import TypeVar

import orjson
from rest_framework import serializers

from activities.models.classification import Classifier
from poi_api.http.tables import csv_cell
from reports.exports.columns import FIGURES, LABEL_COLUMNS, MONTH
from reports.shared.columns import CLASSIFICATION

_MONTHS = range(1, 13)
_KEPT = 1000  # texts of a column, and sets of twelve months, that are remembered as they are written
_SHORT = 500  # bytes about twelve months; where there are more, somebody gave reasons, which do not come again
_TEXTS = [place for place, column in enumerate(LABEL_COLUMNS) if not isinstance(column.field, serializers.IntegerField)]
_CLASSES = [(name, part) for name in Classifier.values for part in ("code", "name")]
_PROGRAMMED, _EXECUTED, *_SAID = (column.name for column in FIGURES)
# What COPY writes for characters that would be read otherwise
_ESCAPED = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_TRUTHS = {b"t": b"true", b"f": b"false"}
_NULL = b"NULL"  # in an array
_NONE = rb"\N"  # in place of one
Made = TypeVar("Made")


class _Kept(dict[bytes, Made]):
    """What is made of bytes, remembered; when there is too much of it, it begins anew."""

    def __init__(self, make: Callable[[bytes], Made]) -> None:
        self._make = make

    def __missing__(self, said: bytes) -> Made:
        if len(self) >= _KEPT:
            self.clear()
        made = self[said] = self._make(said)
        return made


class Lines:
    """How a format writes lines: a `text` as a cell, `nothing`, the `name` before a cell, what begins and ends a line.

    What it wrote it remembers, for every export and thread. Cells are written column by column, of many activities at
    once, and put in their places twelve months at a time.
    """

    def __init__(self, text: Callable[[str], bytes], nothing: bytes, name: str, start: bytes, end: bytes) -> None:
        def named(column: str) -> bytes:
            return name.format(column).encode()

        self._text, self._nothing = text, nothing
        befores = [named(column.name) for column in LABEL_COLUMNS]
        befores[0] = start + befores[0]
        self._labels = [
            self._text_after(before) if place in _TEXTS else (before.__add__ if before else None)
            for place, before in enumerate(befores)
        ]
        self._classes = [named(column.name) for column in CLASSIFICATION.columns]
        self._months = [b",%b%d,%b" % (named(MONTH.name), month, named(_PROGRAMMED)) for month in _MONTHS]
        self._between = b"," + named(_EXECUTED)
        self._end = b"".join(b",%b%%b" % named(column) for column in _SAID) + end
        self._classified = _Kept(self._made_classified).__getitem__
        self._ends = _Kept(self._made_ends).__getitem__

    def __call__(self, activities: Sequence[bytes]) -> bytes:
        """Return the twelve lines of each activity, of which COPY sent a line."""
        return b"".join(self._parts(activities))

    def some(self, activities: Sequence[bytes], months: Container[int]) -> bytes:
        """Return the lines of some months, 1 to 12, of each activity."""
        parts = self._parts(activities)
        asked = [place for place in range(0, len(parts), 6) if place // 6 % 12 + 1 in months]
        return b"".join(part for place in asked for part in parts[place : place + 6])

    def _parts(self, activities: Sequence[bytes]) -> list[bytes]:
        """Return what the lines are made of, six parts each."""
        cells = zip(*[line.split(b"\t", len(LABEL_COLUMNS) + 3) for line in activities], strict=True)
        *labels, classified, programmed, executed, said = cells
        written = [map(write, column) if write else column for write, column in zip(self._labels, labels, strict=True)]
        starts = list(map(b",".join, zip(*written, map(self._classified, classified), strict=True)))
        parts = [b"", b"", b"", self._between, b"", b""] * (12 * len(starts))
        for month in _MONTHS:
            parts[6 * month - 6 :: 72] = starts
        parts[1::6] = self._months * len(starts)
        parts[2::6] = self._cells(programmed)
        parts[4::6] = self._cells(executed)
        parts[5::6] = chain.from_iterable(
            self._ends(months) if len(months) < _SHORT else self._made_ends(months) for months in said
        )
        return parts

    def _text_after(self, before: bytes) -> Callable[[bytes], bytes]:
        return _Kept(lambda cell: before + self._text(_unescaped(cell).decode())).__getitem__

    def _cells(self, arrays: Iterable[bytes]) -> list[bytes]:
        """Return the elements of arrays of PostgreSQL that have no texts in them."""
        return b",".join(arrays).translate(None, b"{}").replace(_NULL, self._nothing).split(b",")

    def _made_classified(self, cell: bytes) -> bytes:
        """Return the cells of a classification, each with what stands before it."""
        said = orjson.loads(_unescaped(cell))
        texts = (said[name][part] if name in said else None for name, part in _CLASSES)
        cells = (self._nothing if text is None else self._text(text) for text in texts)
        return b",".join(before + cell for before, cell in zip(self._classes, cells, strict=True))

    def _made_ends(self, said: bytes) -> list[bytes]:
        """Return what follows the quantities of each month."""
        pending, status, late, version, *texts = said[:-1].split(b"\t")
        columns = [
            self._cells([pending]),
            [self._text(cell.decode()) for cell in self._cells([status])],
            [_TRUTHS.get(cell, self._nothing) for cell in self._cells([late])],
            self._cells([version]),
            *map(self._texts, texts),
        ]
        return [self._end % cells for cells in zip(*columns, strict=True)]

    def _texts(self, cells: bytes) -> list[bytes]:
        if cells == _NONE:
            return [self._nothing] * 12
        return [self._text(text) if text else self._nothing for text in orjson.loads(_unescaped(cells))]


def _unescaped(cell: bytes) -> bytes:
    if b"\\" not in cell:
        return cell
    return re.sub(rb"\\(.)", lambda found: _ESCAPED.get(found[1], found[1]), cell)


def _csv(*, raw: bool) -> Lines:
    return Lines(lambda text: csv_cell(text, raw=raw).encode(), b"", "", b"", b"\r\n")


CSV, RAW_CSV = _csv(raw=False), _csv(raw=True)
JSON = Lines(orjson.dumps, b"null", '"{}":', b"{", b"}\n")
