"""What the diagnosis of a document says, in words."""

from collections.abc import Mapping
from typing import Any

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


def is_noted(row: Mapping[str, Any]) -> bool:
    """Tell whether something of a row deserves a look: it was not read as it stands, or is in doubt."""
    return bool(row["repairs"] or row["problems"] or row["doubts"] or row["alternatives"])


def is_to_choose(row: Mapping[str, Any]) -> bool:
    """Tell whether a row has readings that only a person can choose between."""
    return bool(row["alternatives"]) and not row["confirmed"]
