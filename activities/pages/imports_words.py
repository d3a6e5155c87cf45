"""What the diagnosis of a document says, in words."""

import re
from collections.abc import Mapping
from typing import Any

_COLUMNS = re.compile(r" con «columns» '[^']*'")
_TERM = re.compile(r" con «(\w+)»|«(\w+)»")

_CHANGES = {
    "institution": "instituciones nuevas",
    "plan": "planes nuevos",
    "units": "unidades nuevas",
    "mef_activities": "actividades MEF nuevas",
    "measurement_units": "unidades de medida nuevas",
    "activities": "actividades nuevas",
    "targets": "metas que cambian",
    "corrected": "actividades que se corrigen",
    "moved": "actividades que cambian de unidad",
    "classified": "actividades que se clasifican de otro modo",
    "renamed": "actividades que cambian de nombre",
    "entries_created": "cifras ejecutadas nuevas",
    "entries_updated": "cifras ejecutadas que cambian",
    "entries_unchanged": "cifras ejecutadas que ya estaban",
    "executed_left_out": "cifras ejecutadas que el borrador no toma",
}


def changes_in_words(changes: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Return what applying a document makes and changes, as name and count, without what is 0."""
    return [(said, changes[name]) for name, said in _CHANGES.items() if changes.get(name)]


def in_words_of(detail: str, labels: Mapping[str, str]) -> str:
    """Return what the API refuses of a document, with the fields of a form (labels by name) in place of its members."""

    def named(term: re.Match[str]) -> str:
        name = term[1] or term[2]
        if name not in labels:
            return term[0]
        return f" en «{labels[name]}»" if term[1] else f"«{labels[name]}»"

    return _TERM.sub(named, _COLUMNS.sub(" en «Qué es cada columna», más abajo", detail))
