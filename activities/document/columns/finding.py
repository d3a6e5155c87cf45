"""Headers among the lines of a sheet: the line of months, with the groups above it and the blocks below it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import lru_cache

from activities.document.columns.figures import Unclear, figures_among, refuse_gaps, title_in_gap
from activities.document.columns.grouping import Lines, columns_of, realigned, shown
from activities.document.columns.header import Header
from activities.document.columns.meanings import MEANINGS, scores_of
from activities.document.columns.naming import figure_said, names_among, said_of
from activities.document.columns.words import Figure, block_of, figure_of, period_of
from activities.document.forms.sheets import Record
from activities.document.model import DocumentError
from poi_api.http.folding import fold

_ENOUGH_MONTHS = 3
_MOST_ABOVE = 3
_MOST_BELOW = 2
_NUMBERED = re.compile(
    r"(?P<month>0?[1-9]|1[0-2])(?:[/-](?P<year>20\d\d))?|(?P<year_before>20\d\d)[/-](?P<month_after>0[1-9]|1[0-2])"
    r"|\d\d[/-](?P<month_within>0[1-9]|1[0-2])[/-](?P<year_behind>20\d\d)"
)
"""A month as a number: `1`, `01`, `01/2024`, `2024-01`, and any day of it: `31/01/2024`."""
_FEWEST_NUMBERS = 6
_YEAR = re.compile(r"20\d\d")
_UNIT_ABOVE = re.compile(
    r"(?:unidad(?: organica| responsable)?|organo(?: ?/ ?| o )?(?:unidad organica)?|organo responsable|dependencia"
    r"|area(?: usuaria| responsable)?|centro de costos?)"
)


class Finder:
    """Finds headers; `columns` is what the caller says of titles."""

    def __init__(self, columns: Mapping[str, str] | None = None) -> None:
        self._said = dict(columns or {})
        for title, meaning in self._said.items():
            if meaning not in MEANINGS and not figure_said(meaning):
                raise DocumentError(f"«{meaning}», dicho de «{title}», no es nada que se lea.", code="unknown_meaning")
        self._months = {fold(title) for title, meaning in self._said.items() if figure_said(meaning)}

    def header_at(self, records: Sequence[Record], at: int) -> tuple[Header, int] | None:
        """Return the header whose line of months is `records[at]`, and the place of its last line; None if it is none.

        Raises DocumentError if it is one that cannot be read.
        """
        anchor = records[at]
        if not (self._is_anchor(anchor) or _is_numbered(anchor)):
            return None
        above = _above(records, at, _first_month(anchor))
        last = _below(records, at)
        header = [*above, *(record for record in records[at : last + 1] if record.filled)]
        if not self._is_anchor(anchor):
            if not above or not any(block_of(cell) for cell in above[-1].filled):
                return None
            header[len(above)] = _with_months(anchor)
        return self._read(header), last

    def _is_anchor(self, record: Record) -> bool:
        return len({month for cell in record.cells if (month := self._month(cell))}) >= _ENOUGH_MONTHS

    def _month(self, cell: str) -> object:
        if not cell or cell[0].isdigit():
            return None
        if self._months and fold(cell) in self._months:
            return cell
        return _month_in(cell)

    def _read(self, lines: Sequence[Record]) -> Header:
        """Return the header of these lines, whose groups may have lost blanks."""
        titles = columns_of(lines)
        try:
            return self._header(lines, titles)
        except Unclear as unclear:
            moved = realigned(lines)
            if moved and moved != titles:
                try:
                    return self._header(lines, moved)
                except Unclear:
                    pass  # the reading of the titles where they stand says better what is wrong
            raise self._unreadable(lines, str(unclear)) from None

    def _header(self, lines: Sequence[Record], titles: Sequence[Lines]) -> Header:
        said = said_of(titles, self._said)
        found: dict[int, Figure] = {}
        names: dict[int, Lines] = {}
        for column, title in enumerate(titles):
            figure = figure_said(said[column]) if column in said else figure_of(title)
            if figure:
                found[column] = figure
            elif title:
                names[column] = title
        figures = figures_among(titles, found)
        kept = {column: meaning for column, meaning in said.items() if column in names}
        columns, targets = names_among(names, kept, lines[0].line)
        unread = names.keys() - {*columns.values(), *targets, *said}
        if unknown := title_in_gap(titles, unread, (figures.programmed, figures.executed)):
            raise self._unreadable(lines, f"entre los meses, «{unknown}» no es ninguno")
        refuse_gaps(figures)
        _refuse_nameless(columns, names, lines[0].line)
        return Header(
            line=lines[0].line,
            last_line=lines[-1].line,
            titles=tuple(" ".join(title) for title in titles),
            columns=columns,
            targets=tuple(targets),
            **{each.name: getattr(figures, each.name) for each in fields(figures)},
        )

    def _unreadable(self, lines: Sequence[Record], why: str) -> DocumentError:
        line = lines[-1].line
        message = f"No se entiende la cabecera: {why}. Diga qué es cada columna con --column 'TÍTULO=SIGNIFICADO'."
        return DocumentError(message, code="unclear_header", line=line)


def _refuse_nameless(columns: Mapping[str, int], titles: Mapping[int, Lines], line: int) -> None:
    """Raise DocumentError if nothing in the table can name an activity."""
    if "activity" in columns or ("unit" in columns and "measurement_unit" in columns):
        return
    message = "A la cabecera le falta la columna ACTIVIDAD POI"
    if unread := [shown(column, lines) for column, lines in titles.items() if column not in columns.values()]:
        message += f"; no se entiende {', '.join(unread[:10])}: diga cuál es con --column 'TÍTULO=activity'"
    raise DocumentError(f"{message}.", code="missing_column", line=line)


@lru_cache(maxsize=1 << 14)
def _month_in(cell: str) -> tuple[int, str] | None:
    """Return the month that a cell names, with its block so that CEPLAN's blocks count apart."""
    figure = figure_of((cell,)) if len(cell) <= 40 else None
    return (figure.number, figure.block) if figure and figure.kind == "month" else None


def _first_month(record: Record) -> int:
    return next((column for column, cell in enumerate(record.cells) if _month_in(cell)), 0)


def _is_numbered(record: Record) -> bool:
    """Tell whether a line begins with months as numbers, `1`, `2`, …, with nothing before them."""
    start = next((column for column, cell in enumerate(record.cells) if cell), 0)
    months = [_month_numbered(cell) for cell in record.cells[start : start + _FEWEST_NUMBERS]]
    return [month and month[0] for month in months] == list(range(1, _FEWEST_NUMBERS + 1))


@lru_cache(maxsize=1 << 12)
def _month_numbered(cell: str) -> tuple[int, str] | None:
    """Return the month that a number or a date says, and its year where it has one."""
    match = _NUMBERED.fullmatch(cell)
    if not match:
        return None
    said = {name: text for name, text in match.groupdict().items() if text}
    month = next(text for name, text in said.items() if name.startswith("month"))
    return int(month), next((text for name, text in said.items() if name.startswith("year")), "")


def _with_months(record: Record) -> Record:
    months = [_month_numbered(cell) for cell in record.cells]
    cells = [
        f"mes {month[0]} {month[1]}".strip() if month else cell
        for month, cell in zip(months, record.cells, strict=True)
    ]
    return Record(record.line, tuple(cells))


def _above(records: Sequence[Record], at: int, month: int) -> list[Record]:
    """Return the lines of groups and titles right above a line of months."""
    found: list[Record] = []
    for place in range(at - 1, max(-1, at - 1 - _MOST_ABOVE), -1):
        if not records[place].filled and place == at - 1:
            continue
        if not _is_group_line(records[place], month) or unit_said(" ".join(records[place].filled)):
            break
        found.insert(0, records[place])
    return found


def _is_group_line(record: Record, month: int) -> bool:
    texts = dict.fromkeys(record.filled)
    if not texts or any(_is_figure(text) and not _YEAR.fullmatch(text) for text in texts):
        return False
    grouped = [column for column, cell in enumerate(record.cells) if cell and (block_of(cell) or period_of(cell))]
    if len(texts) == 1:
        first = next(column for column, cell in enumerate(record.cells) if cell)
        return bool(grouped) and first > 0 and first >= month - 1
    named = [cell for cell in texts if scores_of(cell)]
    return any(grouped) or len(named) > 1


def _below(records: Sequence[Record], at: int) -> int:
    """Return the place of the last header line: below the months there may be a line of blocks, `P`, `E`, `P`, `E`.

    Between them there may be one of what each is about: FÍSICO, FINANCIERO.
    """
    for place in range(at + 1, min(at + 1 + _MOST_BELOW, len(records))):
        filled = records[place].filled
        if not filled or any(_is_figure(cell) for cell in filled):
            break
        if sum(bool(block_of(cell)) and len(cell) <= 20 for cell in filled) > _ENOUGH_MONTHS:
            return place
    return at


def _is_figure(text: str) -> bool:
    return text[0].isdigit() and not any(character.isalpha() for character in text)


def unit_said(text: str) -> str:
    """Return the unit that a line names after what a unit is called and a colon; blank if it names none."""
    what, _, name = text.partition(":")
    return name.strip() if _UNIT_ABOVE.fullmatch(fold(what)) and any(map(str.isalpha, name)) else ""
