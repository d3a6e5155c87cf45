"""What a publication says of itself, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.models import Audience
from reports.shared.report import report_called
from units.pages.filters import moment

AUDIENCES = {
    Audience.MEMBERS.value: "Quienes ven toda la institución",
    Audience.PLANNERS.value: "Quienes la planifican",
}
_NAMES = {
    "institution": "Institución",
    "year": "Año",
    "from_year": "Desde el año",
    "to_year": "Hasta el año",
    "through": "Hasta",
    "version": "Versión",
    "as_of": "Como se sabía el",
    "draft": "Borrador",
    "group_by": "Por",
    "unit": "Unidad",
    "within": "Unidad y las que dependen de ella",
}
_TRUTHS = {"true": "Sí", "false": "No"}


def report_title(name: str) -> str:
    """Return what a report is called."""
    return report_called(name).title


def parameters_in_words(parameters: Mapping[str, Sequence[str]]) -> list[tuple[str, Any]]:
    """Return what was asked of the report, as name and value."""
    return [(_NAMES.get(name, name), _value(name, values)) for name, values in parameters.items()]


def _value(name: str, values: Sequence[str]) -> str:
    if name == "as_of":
        return ", ".join(map(moment, values))
    return ", ".join(_TRUTHS.get(value, value) for value in values)
