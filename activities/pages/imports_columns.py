"""What each title of a document's table means, where no rule knows it: what a person types, and what is asked."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from units.pages.api import Problem
from units.pages.filters import month_name

# Refusals that saying what titles mean may mend
_MENDED_BY_COLUMNS = frozenset(("no_table", "missing_column", "ambiguous_column", "unclear_header", "unknown_meaning"))
_TITLE = re.compile(r"«([^»]+)»")
_NO_TITLES = frozenset(("columns",))
_SPARE = 2  # lines to write further titles in

_BLOCKS = {"programmed": "Programado", "executed": "Ejecutado"}
NAMES = {
    "unit": "Unidad",
    "unit_code": "Código de la unidad",
    "unit_above": "Órgano del que depende la unidad",
    "mef_activity": "Actividad MEF",
    "mef_activity_code": "Código de la actividad MEF",
    "activity": "Actividad POI",
    "activity_code": "Código de la actividad POI",
    "measurement_unit": "Unidad de medida",
    "measurement_unit_code": "Código de la unidad de medida",
    "annual_target": "Meta anual",
    "accumulation": "Acumulación",
    "row_kind": "Tipo de meta (física o financiera)",
    "year": "Año",
    "oei": "OEI (código)",
    "oei_name": "OEI (nombre)",
    "aei": "AEI (código)",
    "aei_name": "AEI (nombre)",
    "category": "Categoría presupuestal",
    "product": "Producto o proyecto",
    "priority": "Prioridad",
    **{f"{block}_{n:02}": f"{said} de {month_name(n)}" for block, said in _BLOCKS.items() for n in range(1, 13)},
}
MEANINGS = [
    ("", "Sin decir"),
    ("ignore", "No se lee"),
    *NAMES.items(),
]


class Said(NamedTuple):
    """A title, and the meaning that was chosen for it, empty while there is none."""

    title: str
    meaning: str


def typed_columns(data: Any) -> list[Said]:
    """Return what a form says of titles, in its order; lines without a title are left out."""
    pairs = zip(data.getlist("title"), data.getlist("meaning"), strict=False)
    return [Said(title.strip(), meaning) for title, meaning in pairs if title.strip()]


def as_columns(said: Iterable[Said]) -> dict[str, str]:
    """Return the meanings by title, as the API takes them."""
    return {each.title: each.meaning for each in said if each.meaning}


def mended_by_columns(problem: Problem) -> bool:
    """Tell whether the document is refused for titles that nobody understands."""
    return bool(problem.codes() & _MENDED_BY_COLUMNS)


def to_say(said: Sequence[Said], problem: Problem | None) -> list[Said]:
    """Return the lines to fill in: what was said, the titles that a refusal names, and some spare ones."""
    named = [title for item in problem.items for title in _TITLE.findall(item["detail"])] if problem else []
    known = {each.title for each in said} | _NO_TITLES
    new = [Said(title, "") for title in dict.fromkeys(named) if title not in known]
    return [*said, *new, *[Said("", "")] * _SPARE]
