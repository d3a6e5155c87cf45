"""Sort the lines of a document: titles, headers, data rows, TOTAL rows, sources and the rest."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from activities.document.headers import Header, fits, header_at, placed
from activities.document.model import Problem
from activities.document.quantities import is_number
from activities.document.records import Record
from poi_api.http.folding import fold

_TITLE = re.compile(r"\bplan operativo\b|\bpoi\b")
_TOTAL = re.compile(r"total\b")
_PAGE_NUMBER = re.compile(r"(?:pag(?:ina)?\.? *)?\d{1,4}(?: *(?:/|de) *\d{1,4})?|[-–— ]+")
_FEW = 2


@dataclass(slots=True)
class Table:
    """One page's header and its data rows."""

    header: Header
    rows: list[Record] = field(default_factory=list)


@dataclass(slots=True)
class Pages:
    """The lines of a document by what they are; `early` ones have figures and stand before the first header."""

    tables: list[Table] = field(default_factory=list)
    titles: list[Record] = field(default_factory=list)
    sources: list[Record] = field(default_factory=list)
    totals: list[Record] = field(default_factory=list)
    ignored: list[Problem] = field(default_factory=list)
    early: list[Record] = field(default_factory=list)


def sort_records(records: Sequence[Record]) -> Pages:
    """Return the records sorted. None with figures, and after the first header none at all, is dropped unsaid."""
    pages = Pages()
    open_table = False
    at = 0
    while at < len(records):
        header = header_at(records, at)
        if header:
            pages.tables.append(Table(header[0]))
            open_table, at = True, header[1]
        else:
            open_table = _sort(records[at], pages, open_table)
        at += 1
    for table in pages.tables:
        table.header = placed(table.header, table.rows)
    if pages.tables:
        _sort_early(pages)
    return pages


def _sort_early(pages: Pages) -> None:
    """Keep as `early` what would be rows under the header that comes after; the rest is told as ignored."""
    header = pages.tables[0].header
    pages.ignored[:0] = [_ignored(record) for record in pages.early if not fits(header, record)]
    pages.early = [record for record in pages.early if fits(header, record)]


def _sort(record: Record, pages: Pages, open_table: bool) -> bool:
    """Put one record where it belongs and return whether the table is still open after it."""
    filled = record.filled
    if not filled:
        return open_table
    text = fold(" ".join(filled))
    if text.startswith("fuente") and _numbers(filled) <= _FEW:
        pages.sources.append(record)
        return False
    if _is_total(filled):
        pages.totals.append(record)
        return False
    if _TITLE.search(text) and (len(filled) <= _FEW or not (open_table or _numbers(filled) > _FEW)):
        pages.titles.append(record)
        return False
    if pages.tables and (len(filled) >= _FEW if open_table else _numbers(filled) > _FEW):
        pages.tables[-1].rows.append(record)
    elif pages.tables and not _PAGE_NUMBER.fullmatch(text):
        pages.ignored.append(_ignored(record))
    elif not pages.tables and _numbers(filled) > _FEW:
        pages.early.append(record)
    return open_table


def _is_total(filled: list[str]) -> bool:
    """Tell whether a line has the label TOTAL and figures, and no other words: a unit may be called TOTAL too."""
    return bool(_TOTAL.match(fold(filled[0]))) and 0 < _numbers(filled) >= len(filled) - _FEW


def _numbers(filled: list[str]) -> int:
    return sum(is_number(cell) for cell in filled)


def _ignored(record: Record) -> Problem:
    text = " ".join(record.filled)
    shown = text if len(text) <= 80 else f"{text[:80]}…"
    return Problem("ignored_line", f"No es una fila de datos y no se leyó: «{shown}».", record.line)
