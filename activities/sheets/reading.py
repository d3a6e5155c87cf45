"""Reading a template that was filled in: by its titles, so that lines and columns may stand in another order."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from activities.choices import MONTHS
from activities.document.forms.archive import Bounds
from activities.document.forms.kinds import kind_of
from activities.document.forms.sheets import Record, Sheet, letters
from activities.document.forms.workbook import read_workbook
from activities.document.model import DocumentError
from activities.document.quantities import checked, quantity
from activities.sheets.layout import COLUMNS, TITLES, Use
from poi_api.http.folding import fold
from poi_api.http.tables import reads_two_ways

_BOUNDS: Final = Bounds(unpacked=16 * 2**20, elements=1_000_000)
"""Of a whole template, with room for what programs add when they save it."""
_HEADER_WITHIN: Final = 50
"""Lines from the top among which the titles stand."""
_NEEDED: Final = frozenset(
    {"year", "month_name", "code", *(column.name for column in COLUMNS if column.use is not Use.SHOWN)}
)
_WORDS: Final = ("reason", "evidence_url")
_ALIKE: Final = len(_NEEDED) // 2
"""As many of the titles as a line has that is taken for the header of a damaged template."""
_NO_TEMPLATE = "El libro no es una plantilla de avance: pídala en /reports/poi/template/ y llénela."
_LOST = "La fila perdió datos de la plantilla ({}): pida la plantilla de nuevo y cópielos de ahí, o llene la nueva."
_MIXED = "La fila junta celdas de dos filas: dice {} y sus datos ocultos son de {}. Deje cada fila como vino."
_MERGED = "está combinada con otras; sepárelas y escriba la cifra de cada una."
_TWO_WAYS = "«{}» es un texto y se puede leer de dos maneras: escriba {}, o {} en una celda con formato de número."
Flaw = tuple[str, str, str]
"""Member, code and Spanish sentence."""


@dataclass(frozen=True, slots=True)
class FilledLine:
    """A line with a quantity: the row of its sheet from 1, the code that it shows, and what is wrong.

    `said` is what it is about and what was filled in, as an item of a list; what cannot be read is None. `cells` has
    the place of each cell to fill in, by member.
    """

    row: int
    code: str
    said: dict[str, Any]
    cells: dict[str, str]
    flaws: list[Flaw]


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """What a template says: its lines with a quantity, and the rows that have a reason or a proof alone."""

    lines: list[FilledLine]
    without_quantity: list[int]


def read_sheet(content: bytes) -> FilledSheet:
    """Return what a filled-in template says. Raises DocumentError for another file, and for one that is damaged."""
    if kind_of(content) != "workbook":
        raise DocumentError("El archivo no es un libro de Excel (.xlsx).", code="not_a_workbook")
    found = [(sheet, at) for sheet in read_workbook(content, _BOUNDS) if (at := _header_of(sheet)) is not None]
    if not found:
        raise DocumentError(_NO_TEMPLATE, code="not_a_template")
    if len(found) > 1:
        names = " y ".join(f"«{sheet.name}»" for sheet, _ in found[:2])
        raise DocumentError(f"Hay dos plantillas en el libro, {names}: deje una sola.", code="several_templates")
    sheet, at = found[0]
    return _read(sheet.records[at + 1 :], _places(sheet.records[at]))


def _header_of(sheet: Sheet) -> int | None:
    """Return which record of a sheet has the titles, None if none has."""
    titles = {fold(TITLES[name]) for name in _NEEDED}
    for at, record in enumerate(sheet.records[:_HEADER_WITHIN]):
        if len(titles.intersection(map(fold, record.cells))) > _ALIKE:
            return at
    return None


def _places(header: Record) -> dict[str, int]:
    """Return where each column stands that is needed. Raises DocumentError where one is missing or stands twice."""
    cells = [fold(cell) for cell in header.cells]
    titles = {name: title for name, title in TITLES.items() if name in _NEEDED}
    if missing := [f"«{title}»" for title in titles.values() if fold(title) not in cells]:
        message = f"A la plantilla le falta {', '.join(missing)}: alguien borró la columna o cambió su título."
        raise DocumentError(message, code="missing_column", line=header.line)
    if twice := [f"«{title}»" for title in titles.values() if cells.count(fold(title)) > 1]:
        raise DocumentError(f"{', '.join(twice)} está dos veces: deje una.", code="repeated_column", line=header.line)
    return {name: cells.index(fold(title)) for name, title in titles.items()}


def _read(records: Sequence[Record], places: dict[str, int]) -> FilledSheet:
    lines, without_quantity = [], []
    for record in records:
        if record.cell(places["executed"]):
            lines.append(_Reader(record, places).line())
        elif any(record.cell(places[name]) for name in _WORDS):
            without_quantity.append(record.line)
    return FilledSheet(lines, without_quantity)


class _Reader:
    """Reads one line; flaws gather."""

    def __init__(self, record: Record, places: dict[str, int]) -> None:
        self._record, self._places = record, places
        self._flaws: list[Flaw] = []

    def line(self) -> FilledLine:
        whole = {name: self._whole(name) for name in ("activity", "year", "month", "entry_version")}
        if lost := [TITLES[name] for name, number in whole.items() if number is None]:
            self._flaws.append(("activity", "damaged_row", _LOST.format(", ".join(lost))))
        elif (month := whole["month"]) and self._text("month_name") != _month_name(month):
            said = _MIXED.format(self._text("month_name") or "ningún mes", _month_name(month))
            self._flaws.append(("month", "mixed_row", said))
            whole["activity"] = None  # of which one it is cannot be told
        return FilledLine(
            row=self._record.line,
            code=self._text("code"),
            said={**whole, "executed": self._quantity(), **{name: self._text(name) for name in _WORDS}},
            cells={column.name: self._cell(column.name) for column in COLUMNS if column.use is Use.FILLED},
            flaws=self._flaws,
        )

    def _text(self, name: str) -> str:
        return self._record.cell(self._places[name])

    def _cell(self, name: str) -> str:
        return f"{letters(self._places[name])}{self._record.line}"

    def _whole(self, name: str) -> int | None:
        text = self._text(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None

    def _quantity(self) -> Decimal | None:
        """Return the quantity, read as cells of documents are; None, with a flaw, where it cannot be.

        No other cell says how a text is meant that can be read two ways, as sums do in a document.
        """
        place, text = self._places["executed"], self._text("executed")
        try:
            if place in self._record.merged:
                raise ValueError(_MERGED)
            number = self._record.numbers.get(place)
            if number is None and reads_two_ways(text):
                raise ValueError(_TWO_WAYS.format(text, text.replace(",", "").replace(".", ""), text.replace(",", ".")))
            return quantity(text) if number is None else checked(number, text)
        except ValueError as error:
            self._flaws.append(("executed", "invalid_quantity", f"La celda {self._cell('executed')}: {error}"))
            return None


_DIGITS = 18  # more than any id has


def _month_name(month: int) -> str:
    return MONTHS[month - 1] if 1 <= month <= len(MONTHS) else str(month)


def mixed_code(said: str, code: str) -> Flaw:
    """Return what is wrong with a line that shows the code of another activity than its hidden cells name."""
    return "activity", "mixed_row", _MIXED.format(said or "ningún código", code)
