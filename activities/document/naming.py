"""The names of a row: those that its columns print, and what merged cells, groups and missing columns leave out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from activities.document.columns.header import Header
from activities.document.columns.meanings import names_person
from activities.document.forms.sheets import Record
from activities.document.layout import COLUMNS, NAMES
from activities.document.model import Problem
from activities.document.pages import Table, has_letter, names_total
from poi_api.http.tables import plain_text
from poi_api.http.texts import without_hidden

ITSELF: Final = "INSTITUCIONAL"
"""How documents name the institution as the one responsible."""
NOTHING_SAID: Final = {
    "unit": ITSELF,
    "mef_activity": "SIN ACTIVIDAD MEF",
    "measurement_unit": "SIN UNIDAD DE MEDIDA",
}
"""What stands for what no column of a table says."""
_NUMBER_AS_TEXT: Final = re.compile(r"'\d[\d.,/-]*")
"""A code that a spreadsheet keeps as text, by a quote before it."""
_CLASSIFYING = ("product", "category", "oei", "aei")
_HELD_BELOW = ("unit", "unit_above", "institution", "mef_activity", *_CLASSIFYING, "year")
"""What a merged cell says of all rows beside it. An activity and its measurement unit stand in each row."""


@dataclass(frozen=True, slots=True)
class Names:
    """The four names of a row, and all that its columns say by meaning.

    `filled_in` are the meanings that a blank cell took from the row above.
    """

    printed: dict[str, str]
    details: dict[str, str] = field(default_factory=dict)
    filled_in: tuple[str, ...] = ()


def named_rows(table: Table, header: Header) -> Iterator[tuple[Record, Names]]:
    """Yield the rows of a table with their names."""
    above: dict[str, str] = {}
    in_charge = "unit" in header.columns and names_person(header.title(header.columns["unit"]))
    for record, label in table.rows:
        cells = {meaning: _text(record, column) for meaning, column in header.columns.items()}
        if in_charge and label:
            cells["unit"] = label  # RESPONSABLE is then the person of the group's unit
        # An application that writes each activity's code classifies each by itself: what it leaves blank is not said
        own = _CLASSIFYING if "activity_code" in cells else ()
        filled_in = tuple(name for name in _HELD_BELOW if name in cells and name not in own and not cells[name])
        if cells.get("activity"):
            for meaning in filled_in:
                cells[meaning] = label if meaning == "unit" and label else above.get(meaning, "")
        above = {meaning: cells[meaning] for meaning in _HELD_BELOW if meaning in cells}
        taken = tuple(meaning for meaning in filled_in if cells[meaning])
        yield record, Names(_four(cells, label), cells, taken)


def _text(record: Record, column: int) -> str:
    text = plain_text(without_hidden(record.cell(column)))
    return text.removeprefix("'") if _NUMBER_AS_TEXT.fullmatch(text) else text


def _four(cells: dict[str, str], label: str) -> dict[str, str]:
    """Return the four names; those that no column says come from the group, or are said to be missing."""
    names = {name: cells[name] for name in NAMES if name in cells}
    if "unit" not in names and label:
        names["unit"] = label
    if "activity" not in names:
        names["activity"] = names.get("measurement_unit", "")
    return NOTHING_SAID | names


def name_problems(names: Names, line: int, header: Header) -> list[Problem]:
    """Return what is wrong with the names of a row."""
    problems = []
    for name in NAMES:
        text = names.printed[name]
        if not has_letter(text) and (name, text) != ("measurement_unit", "%"):
            detail = f"«{text}» no es un nombre." if text else "La celda está vacía."
            title = header.title(header.columns[name]) if name in header.columns else COLUMNS[name]
            problems.append(Problem("unreadable_name" if text else "blank_name", detail, line, title))
    if names_total(text := names.printed["activity"]):
        detail = f"«{text}» no es una actividad: si la fila suma las otras, deje en ella solo esa palabra y las cifras."
        problems.append(Problem("unreadable_name", detail, line, COLUMNS["activity"]))
    return problems
