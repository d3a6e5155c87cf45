"""What a computation of today would say otherwise than a publication, in words."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from reports.shared.columns import text_of
from units.pages.filters import MONTHS, NOTHING, number, percent

_CHANGES = {"changed": ("waiting", "Cambió"), "added": ("done", "Nueva"), "removed": ("returned", "Ya no está")}
_WORDS = {
    "programmed": "programado",
    "executed": "ejecutado",
    "progress": "avance",
    "annual_target": "meta anual",
    "executed_total": "ejecutado del año",
    "band": "semáforo",
    "over": "más de 100 %",
    "accumulation": "acumulación",
    "printed_unit": "unidad impresa",
    "activity": "actividad",
    "unit": "unidad",
    "mef_activity": "actividad MEF",
    "measurement_unit": "unidad de medida",
    "name": "nombre",
    "code": "código",
    "total": "TOTAL",
    "to_date": "a la fecha",
    "activities": "actividades",
    "mean_progress": "avance medio",
    "mixed_units": "mezcla unidades de medida",
    "expected": "esperadas",
    "reported": "registradas",
    "on_time": "en plazo",
    "late": "fuera de plazo",
    "imported": "importadas",
    "missing": "faltan",
    "overdue": "vencidas",
    "punctuality": "puntualidad",
    "months": "mes",
    "month": "mes",
    "kind": "tipo",
    "parent": "unidad superior",
    "classification": "clasificación",
    "title": "título",
    "notice": "aviso",
}
_PERCENTS = ("progress", "punctuality")  # how the places of percentages end
_SIDES = ("published", "now")
_MONTHLY = frozenset(("programmed", "executed"))
_STEP = re.compile(r"(\w+)(?:\[([^\]]*)\])?")
_BY_UNIT = "by_measurement_unit"  # its parts are called by the codes of the units
_SAID_ALREADY = re.compile(r"(^|\.)id$|\]\.measurement_unit\.")  # what is said beside it


def measures_apart(differences: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether some values are those of one measurement unit, which is called by its code."""
    return any(f"{_BY_UNIT}[" in each["field"] for each in differences)


def lines_in_words(lines: Iterable[Mapping[str, Any]], units: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return lines of a comparison with what each is about, what became of it, and each value of it.

    `units` are the names of measurement units by their codes.
    """
    return [
        {
            "about": [text_of(part) or NOTHING for part in line["line"].values()],
            "badge": _CHANGES[line["change"]],
            "changes": differences_in_words(line["changes"], units) if line["change"] == "changed" else [],
        }
        for line in lines
    ]


def differences_in_words(differences: Iterable[Mapping[str, Any]], units: Mapping[str, str]) -> list[dict[str, str]]:
    """Return single values that differ, each said once: where, what was published, and what it is now."""
    return [
        {"place": place_in_words(each["field"], units), **{side: _shown(each[side], each["field"]) for side in _SIDES}}
        for each in differences
        if not _SAID_ALREADY.search(each["field"])
    ]


def place_in_words(place: str, units: Mapping[str, str]) -> str:
    """Return the place of a value, such as `quarters[0].executed` or `executed[11]`, as an office calls it."""
    said = ", ".join(_step(name, index, units) for name, index in _STEP.findall(place))
    return said[:1].upper() + said[1:]


def _step(name: str, index: str, units: Mapping[str, str]) -> str:
    if name == _BY_UNIT:
        return f"en {units.get(index, index)}"
    if name == "quarters" and index:
        return f"trimestre {int(index) + 1}"
    word = _WORDS.get(name, name)
    if not index:
        return word
    if name in _MONTHLY:
        return f"{word} {MONTHS[int(index)]}"
    return f"{word} {int(index) + 1}"


def _shown(value: Any, place: str) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "Sí" if value else "No"
    if isinstance(value, int | Decimal):
        return percent(value) if place.endswith(_PERCENTS) else number(value)
    return str(value)
