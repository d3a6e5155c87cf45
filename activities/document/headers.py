"""Find the tables of a document by their two header lines, wherever their columns stand, or say why there is none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from activities.document.layout import BLOCKS, COLUMNS, MONTHS, NAMES
from activities.document.model import DocumentError
from activities.document.quantities import is_number
from activities.document.records import DELIMITERS, Record
from poi_api.http.folding import fold

_MONTHS = {month.lower() for month in MONTHS} | {"sep"}
_PROGRAMMED, _EXECUTED = (fold(block)[:-1] for block in BLOCKS)
"""How the titles of both groups start, whatever their gender and number."""
_ENOUGH_MONTHS = 8
_FARTHEST = 2
_NOT_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Header:
    """Where a table's columns stand: each descriptor by its name in code, and the first programmed month."""

    line: int
    columns: dict[str, int]
    tail: int

    def moved(self, by: int) -> "Header":
        """Return the same header with every column `by` places to the right."""
        columns = {name: column + by for name, column in self.columns.items()}
        return Header(self.line, columns, self.tail + by)


def header_at(records: Sequence[Record], at: int) -> tuple[Header, int] | None:
    """Return the header whose group line is `records[at]` and the place of its months line; None if it is not one.

    Raises DocumentError if both lines are there but a descriptor column is not.
    """
    if _PROGRAMMED not in fold(" ".join(records[at].cells)):
        return None
    groups = [_key(cell) for cell in records[at].cells]
    programmed = _first(groups, _PROGRAMMED)
    if programmed is None or _first(groups, _EXECUTED) is None:
        return None
    below = next((place for place in range(at + 1, len(records)) if records[place].filled), None)
    if below is None:
        return None
    months = [_key(cell) for cell in records[below].cells]
    if len({month[:3] for month in months} & _MONTHS) < _ENOUGH_MONTHS:
        return None
    columns = _descriptors(groups[:programmed], months, records[at].line)
    return Header(records[at].line, columns, programmed), below


def placed(header: Header, rows: Sequence[Record]) -> Header:
    """Return the header moved to where the data rows show names and a META, should its own blanks have been lost.

    It stays unless another place fits strictly more rows.
    """
    moves = sorted(range(-_FARTHEST, _FARTHEST + 1), key=abs)
    candidates = [header.moved(by) for by in moves if min(header.columns.values()) + by >= 0]
    return max(candidates, key=lambda candidate: sum(fits(candidate, row) for row in rows))


def fits(header: Header, row: Record) -> bool:
    """Tell whether the row has words in every name column and a quantity as META."""
    names = all(has_letter(row.cell(header.columns[name])) for name in NAMES)
    return names and is_number(row.cell(header.columns["annual_target"]))


def has_letter(text: str) -> bool:
    """Tell whether a name can be a name."""
    return any(character.isalpha() for character in text)


def no_table(text: str, filename: str) -> DocumentError:
    """Return what to say of a text in which no delimiter shows a table, so that a person can mend the file."""
    for line, content in enumerate(text.splitlines(), 1):
        folded = fold(content)
        if _PROGRAMMED in folded and _EXECUTED in folded:
            if max(content.count(delimiter) for delimiter in DELIMITERS) < len(MONTHS):
                detail = (
                    "Parece la cabecera, pero sus columnas no están separadas: se perdieron los tabuladores. "
                    "Exporte de nuevo la tabla como CSV o como texto separado por tabuladores."
                )
            else:
                detail = (
                    "Es la línea de grupos de la cabecera (PROGRAMADO, EJECUTADO), pero debajo falta la de los meses "
                    f"({MONTHS[0]} … {MONTHS[-1]}): cópiela del original."
                )
            return DocumentError(detail, code="no_table", line=line)
    subject = f"el archivo «{filename}»" if filename else "el archivo"
    detail = (
        f"No se encontró en {subject} ninguna tabla con las dos líneas de cabecera del POI, la de grupos "
        "(ÓRGANO/UNIDAD ORGÁNICA, ACTIVIDAD MEF, …, PROGRAMADO, EJECUTADO) y la de meses "
        f"({MONTHS[0]} … {MONTHS[-1]})."
    )
    return DocumentError(detail, code="no_table")


def _key(cell: str) -> str:
    return _NOT_WORD.sub("", fold(cell))


def _first(keys: Sequence[str], start: str) -> int | None:
    return next((place for place, key in enumerate(keys) if key.startswith(start)), None)


def _descriptors(groups: Sequence[str], months: Sequence[str], line: int) -> dict[str, int]:
    """Return the column of each descriptor; its title may stand in either header line, and an exact title wins."""
    exact = {_key(title): name for name, title in COLUMNS.items()}
    columns: dict[str, int] = {}
    for place, key in enumerate(groups):
        if key in exact:
            columns.setdefault(exact[key], place)
    for place, key in [*enumerate(groups), *enumerate(months[: len(groups)])]:
        name = _descriptor(key)
        if name and place not in columns.values():
            columns.setdefault(name, place)
    missing = [title for name, title in COLUMNS.items() if name not in columns]
    if missing:
        message = f"A la cabecera le falta la columna {', '.join(missing)}."
        raise DocumentError(message, code="missing_column", line=line)
    return columns


def _descriptor(key: str) -> str | None:
    """Return which descriptor a folded title without blanks or signs speaks of, if any."""
    if key.startswith(("cod", "nro", "num")):
        return None
    if key.startswith("meta"):
        return "annual_target"
    if "medida" in key:
        return "measurement_unit"
    if "mef" in key or "presupuest" in key:
        return "mef_activity"
    if "actividad" in key:
        return "activity"
    return "unit" if "organ" in key or "unidad" in key else None
