"""Sort the lines of a sheet: titles, headers, data rows, groups of them, TOTAL rows, sources and the rest."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from activities.document.columns.finding import Finder, unit_said
from activities.document.columns.header import Header
from activities.document.forms.sheets import Record
from activities.document.layout import NAMES
from activities.document.model import Problem
from activities.document.quantities import is_number, looks_numeric
from poi_api.http.folding import fold
from poi_api.http.texts import without_hidden

_TITLE = re.compile(r"\bplan operativo\b|\bpoi\b")
_TOTAL = re.compile(r"(sub ?-?)?total(es)?\b[ :]*(.*)")
_OF_ALL = re.compile(r"(?:general|institucional|entidad|institucion|pliego|poi|de|del|la|el|anual|\W)*")
_PAGE_NUMBER = re.compile(r"(?:pag(?:ina)?\.? *)?\d{1,4}(?: *(?:/|de) *\d{1,4})?|[-–— ]+")
_MONEY = re.compile(
    r"\b(?:program\w*|ejecuc\w*|avances?|metas?|seguimiento|cronograma) financier"
    r"|\ben (?:miles de |millones de )?(?:nuevos )?soles\b"
)
_SCALED = re.compile(r"\ben (?:miles|millones|cientos|decenas)\b")
_NO_UNIT = re.compile(
    r"(?:oei|aei|oe|ae)\b|(?:objetivo|accion|lineamiento|eje|programa|categoria|producto|proyecto|actividad|meta)s? "
)
"""How a line begins that groups rows by anything but their unit."""
_FEW = 2
_FARTHEST = 2


@dataclass(slots=True)
class Table:
    """One page's header and its data rows, each with the label of the group that it stands in (blank: none).

    `is_money`: the line above says that it is about money; `is_scaled`: that its figures are in thousands or the like.
    `unit` is the one that a line above it names, where no column does.
    """

    header: Header
    is_money: bool = False
    is_scaled: bool = False
    unit: str = ""
    label: str = ""
    rows: list[tuple[Record, str]] = field(default_factory=list)

    @property
    def records(self) -> list[Record]:
        """Return the data rows without the labels of their groups."""
        return [record for record, _ in self.rows]


@dataclass(slots=True)
class Pages:
    """The lines of a sheet by what they are; `early` ones have figures and stand before the first header.

    `counted`: every line has all its cells one after another, so that one that is missing moves those after it.
    """

    tables: list[Table] = field(default_factory=list)
    titles: list[Record] = field(default_factory=list)
    sources: list[Record] = field(default_factory=list)
    totals: list[Record] = field(default_factory=list)
    ignored: list[Problem] = field(default_factory=list)
    early: list[Record] = field(default_factory=list)
    groups: dict[str, Record] = field(default_factory=dict)
    counted: bool = False


def sort_records(records: Sequence[Record], finder: Finder) -> Pages:
    """Return the records sorted. None with figures, and after the first header none at all, is dropped unsaid."""
    pages = Pages()
    open_table = False
    heading: list[str] = []
    unit = ""
    headers = _headers(records, finder)
    at = 0
    while at < len(records):
        if at in headers:
            header, at = headers[at]
            pages.tables.append(_opened(header, heading, unit))
            open_table, heading = True, []
        else:
            if (filled := records[at].filled) and _numbers(filled) <= _FEW:
                heading.append(fold(" ".join(filled)))
                unit = without_hidden(unit_said(" ".join(filled))) or unit
            open_table = _sort(records[at], pages, open_table)
        at += 1
    for table in pages.tables:
        table.header = placed(table.header, table.records)
    if pages.tables:
        _sort_early(pages)
    return pages


def _headers(records: Sequence[Record], finder: Finder) -> dict[int, tuple[Header, int]]:
    """Return the headers by the place of their first line, each with the place of its last one."""
    places = {record.line: place for place, record in enumerate(records)}
    found = {}
    at = 0
    while at < len(records):
        header = finder.header_at(records, at)
        if header:
            found[places[header[0].line]] = header
            at = header[1]
        at += 1
    return found


def _opened(header: Header, heading: Sequence[str], unit: str) -> Table:
    """Return a table without rows, with what the lines above it say of it; `unit` is the last that any line names."""
    is_scaled = any(_SCALED.search(fold(line)) for line in (*heading, *header.titles))
    unit = "" if "unit" in header.columns else unit
    return Table(header, _is_money(heading, header), is_scaled, unit, label=unit)


def _is_money(heading: Sequence[str], header: Header) -> bool:
    """Tell whether the lines above a table say that it is about money, and its own titles do not set that apart."""
    if header.left_out or any("fisic" in fold(line) for line in (*heading, *header.titles)):
        return False
    last = heading[-1] if heading else ""
    return ("financier" in last and not _TITLE.search(last)) or any(_MONEY.search(line) for line in heading)


def placed(header: Header, rows: Sequence[Record]) -> Header:
    """Return the header moved to where the data rows show names and figures, should its own blanks have been lost.

    It stays unless another place fits strictly more rows.
    """
    if header.tail is None:
        return header
    moves = sorted(range(-_FARTHEST, _FARTHEST + 1), key=abs)
    least = min(*header.columns.values(), *header.targets)
    candidates = [header.moved(by) for by in moves if least + by >= 0]
    return max(candidates, key=lambda candidate: sum(fits(candidate, row) for row in rows))


def fits(header: Header, row: Record) -> bool:
    """Tell whether the row has words in every name column and a quantity as META."""
    cells = (row.cell(header.columns[name]) for name in NAMES if name in header.columns)
    names = all(has_letter(cell) or cell == "%" for cell in cells)
    figure = min(header.programmed.months.values()) if header.target is None else header.target
    return names and (figure in row.numbers or is_number(row.cell(figure)))


def has_letter(text: str) -> bool:
    """Tell whether a name can be a name."""
    return any(character.isalpha() for character in text)


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
        return _sort_total(record, pages, open_table)
    if _TITLE.search(text) and (len(filled) <= _FEW or not (open_table or _numbers(filled) > _FEW)):
        pages.titles.append(record)
        return False
    if _is_group(record, text) and open_table:
        _open_group(record, pages)
    elif pages.tables and (_is_row(record, pages.tables[-1].header) if open_table else _numbers(filled) > _FEW):
        pages.tables[-1].rows.append((record, pages.tables[-1].label))
    elif pages.tables and not _PAGE_NUMBER.fullmatch(text):
        pages.ignored.append(_ignored(record))
    elif not pages.tables:
        (pages.early if _numbers(filled) > _FEW else pages.titles).append(record)
    return open_table


def _is_row(record: Record, header: Header) -> bool:
    """Tell whether a line below a header has figures, or at least every name: signatures have neither."""
    filled = record.filled
    named = [column for name, column in header.columns.items() if name in NAMES]
    return len(filled) >= _FEW and (_numbers(filled) > 0 or bool(record.numbers) or all(map(record.cell, named)))


def _is_group(record: Record, text: str) -> bool:
    """Tell whether a line has one text, at its beginning, as a line has that names the group of rows below it."""
    return len(record.filled) == 1 and bool(record.cell(0)) and has_letter(text) and not _PAGE_NUMBER.fullmatch(text)


def _sort_total(record: Record, pages: Pages, open_table: bool) -> bool:
    """Keep the TOTAL of all rows, which ends the table; that of a group of them ends the group."""
    label = record.filled[0]
    if names_total(label) and not fold(label).startswith("sub"):
        pages.totals.append(record)
        return False
    if pages.tables:
        pages.tables[-1].label = pages.tables[-1].unit
    return open_table


def names_total(label: str) -> bool:
    """Tell whether a label is that of a TOTAL of all rows, or of a SUBTOTAL, and says nothing else."""
    match = _TOTAL.fullmatch(fold(label))
    return bool(match and _OF_ALL.fullmatch(match[3]))


def _open_group(record: Record, pages: Pages) -> None:
    label = without_hidden(unit_said(record.filled[0]) or record.filled[0])
    pages.groups.setdefault(label, record)
    if not _NO_UNIT.match(fold(label)):
        pages.tables[-1].label = label


def _is_total(filled: list[str]) -> bool:
    """Tell whether a line has the label TOTAL and figures, and no other words: a unit may be called TOTAL too."""
    return bool(_TOTAL.match(fold(filled[0]))) and 0 < _numbers(filled) >= len(filled) - _FEW


def _numbers(filled: list[str]) -> int:
    return sum(looks_numeric(cell) for cell in filled)


def _ignored(record: Record) -> Problem:
    text = " ".join(record.filled)
    shown = text if len(text) <= 80 else f"{text[:80]}…"
    return Problem("ignored_line", f"No es una fila de datos y no se leyó: «{shown}».", record.line)
