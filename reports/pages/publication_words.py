"""What a publication says of itself, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.models import Audience
from reports.poi.report import POI
from reports.shared.report import report_called
from units.pages.filters import day, moment, month_name
from units.pages.words import tells

AUDIENCES = {
    Audience.MEMBERS.value: "Quienes ven toda la institución",
    Audience.PLANNERS.value: "Quienes la planifican",
}
MONTHS = {str(number): month_name(number).capitalize() for number in range(1, 13)}
GROUPS = {
    "unit": "Unidad",
    "branch": "Órgano, con todo lo que depende de él",
    "mef_activity": "Actividad MEF",
    "measurement_unit": "Unidad de medida",
    "activity": "Actividad",
    "oei": "OEI",
    "aei": "AEI",
    "month": "Mes",
    "quarter": "Trimestre",
    "semester": "Semestre",
    "year": "Año",
    "categoria": "Categoría",
    "prioridad": "Prioridad",
    "institution": "Institución",
}
QUARTERS = {"1": "I trimestre", "2": "II trimestre", "3": "III trimestre", "4": "IV trimestre"}
_NAMES = {
    **GROUPS,  # what rows are grouped by, they are chosen by too
    "from_year": "Desde el año",
    "to_year": "Hasta el año",
    "through": "Hasta",
    "version": "Versión",
    "as_of": "Como se sabía el",
    "draft": "Borrador",
    "group_by": "Por",
    "within": "Unidad y las que dependen de ella",
    "depth": "Nivel",
    "cumulative": "Acumulado",
    "include": "Incluye",
    "labels": "Nombres",
    "explain": "Con su explicación",
    "subtotals": "Con subtotales por unidad de medida",
    "ordering": "Ordenado por",
}
_TRUTHS = {"true": "Sí", "false": "No"}


def parameters_in_words(report: str, parameters: Mapping[str, Sequence[str]]) -> list[tuple[str, Any]]:
    """Return what was asked of a report, as name and value."""
    ends = QUARTERS if report == POI.name else MONTHS
    said = _TRUTHS | {f"through {end}": title for end, title in ends.items()}
    said |= {f"group_by {name}": title for name, title in GROUPS.items()}
    return [
        (_NAMES.get(name, name), ", ".join(_value(said, name, each) for each in values))
        for name, values in parameters.items()
    ]


def _value(said: Mapping[str, str], name: str, value: str) -> str:
    """Return a value in words; `said` has those of truths, and of single values after the name of their parameter."""
    if name == "as_of":
        return day(value) if len(value) == len("2023-01-05") else moment(value)
    return said.get(f"{name} {value}", said.get(value, value))


@tells("publication", "report")
def _report(image: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [("", report_called(image["report"]).title)]


@tells("publication", "parameters")
def _parameters(image: Mapping[str, Any]) -> list[tuple[str, str]]:
    return parameters_in_words(image["report"], image["parameters"])
