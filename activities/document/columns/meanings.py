"""What a column of names can hold, and how well a title says so.

A phrase that is all of a title counts in full, one that is a part of it counts less.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from activities.document.columns.words import words_of

CODE: Final = "_code"
"""Ends the meaning of a column with codes of what another column names."""
REQUIRED: Final = ("unit", "activity", "measurement_unit")
"""What every table should have: a title that may be one of these rather is."""
IMPORTED: Final = (*REQUIRED, "unit_above", "mef_activity")
"""Where two fits that are as good would import something else."""
_BONUS, _PART = 6, 3
_PHRASES: Mapping[str, Mapping[int, tuple[str, ...]]] = {
    "unit": {
        10: ("organo unidad organica", "unidad organica", "centro costo", "centro costos", "c costo"),
        9: ("unidad responsable", "organo responsable", "area responsable", "unidad organizacional"),
        7: ("organo", "subgerencia"),
        6: ("cc responsable", "oficina", "gerencia", "area", "dependencia", "direccion"),
        5: ("unidad",),
        2: ("unidad ejecutora", "sector", "sede"),
        1: ("responsable",),
    },
    "unit_above": {10: ("unidad superior",), 8: ("cc responsable",), 5: ("organo", "gerencia", "direccion")},
    "institution": {8: ("unidad ejecutora", "ue", "entidad", "institucion"), 6: ("pliego",)},
    "mef_activity": {
        10: ("actividad mef", "actividad presupuestal", "actividad presupuestaria", "actividad presupuestal mef"),
        5: ("accion inversion obra", "presupuestal", "mef"),
        3: ("actividad",),
    },
    "activity": {
        10: ("actividad poi", "actividad operativa", "actividad operativa poi", "actividades operativas"),
        8: ("accion operativa",),
        7: ("actividad", "actividades"),
        5: ("subproducto", "sub producto", "tarea"),
        2: ("denominacion", "descripcion"),
    },
    "measurement_unit": {
        10: ("unidad medida", "unid medida", "unid med", "u medida"),
        9: ("um", "u m"),
        7: ("medida",),
        5: ("unidad",),
        3: ("indicador",),
    },
    "accumulation": {8: ("acumulado", "acumulacion", "tipo acumulacion")},
    "row_kind": {
        9: ("actividad tarea",),
        8: ("fisico financiero", "tipo fila"),
        6: ("tipo meta", "tipo programacion", "nivel"),
        4: ("tipo",),
    },
    "year": {9: ("ano fiscal",), 8: ("ano", "anio", "ejercicio"), 4: ("poi",)},
    "active": {10: ("activo ao",)},
    "pliego": {8: ("pliego",)},
    "oe": {10: ("oe",)},
    "oe_name": {10: ("objetivo estrategico",)},
    "ae": {10: ("ae",)},
    "ae_name": {6: ("accion estrategica",)},
    "oei": {10: ("oei",)},
    "oei_name": {10: ("objetivo estrategico institucional",)},
    "aei": {10: ("aei",)},
    "aei_name": {10: ("accion estrategica institucional",), 8: ("accion estrategica",)},
    "category": {10: ("categoria", "categoria presupuestal", "cat presupuestal", "programa presupuestal")},
    "product": {10: ("producto", "producto proyecto")},
    "priority": {10: ("prioridad",)},
    "function": {10: ("funcion",)},
    "functional_division": {10: ("division funcional",)},
    "functional_group": {10: ("grupo funcional",)},
    "department": {10: ("departamento ubigeo",)},
    "department_ubigeo": {10: ("dep ubigeo",)},
    "province": {10: ("provincia ubigeo",)},
    "province_ubigeo": {10: ("prov ubigeo",)},
    "district": {10: ("distrito ubigeo",)},
    "district_ubigeo": {10: ("dis ubigeo",)},
    "stage": {8: ("etapa",)},
    "sectoral_activity": {10: ("actividad operativa sectorial",)},
    "record_number": {10: ("nro registro poi",)},
    "state": {8: ("estado se",)},
}
"""The phrases of each meaning, by how well a title that says so fits it."""
MEANINGS: Final = (*_PHRASES, *(meaning + CODE for meaning in _PHRASES), "annual_target", "ignore")
"""What `columns` can say of a column of names."""
_CODES = ("cod", "codigo", "id")
_IDLE = frozenset(("de", "del", "la", "el", "los", "las", "y", "nombre", "denominacion", "descripcion"))
_TARGETS = ("meta", "metas")


def names_codes(title: str) -> bool:
    """Tell whether a title is that of a column of codes."""
    return any(word in _CODES for word in words_of(title))


def names_target(title: str) -> bool:
    """Tell whether a title is that of an annual target."""
    words = words_of(title)
    return any(word in _TARGETS for word in words) and not {"medida", "tipo"} & set(words)


def names_person(title: str) -> bool:
    """Tell whether a title is RESPONSABLE alone, which may be a person as well as a unit."""
    return core_of(title) == ("responsable",)


def core_of(title: str) -> tuple[str, ...]:
    """Return the words of a title that say what it is about, without those for its codes or its name."""
    words = words_of(title)
    core = tuple(word for word in words if word not in _IDLE and word not in _CODES)
    return core or tuple(words)


@lru_cache(maxsize=1 << 12)
def scores_of(title: str) -> Mapping[str, int]:
    """Return how well a title, without its word for codes, fits each meaning that it may have."""
    core = core_of(title)
    scores: dict[str, int] = {}
    for meaning, phrases in _PHRASES.items():
        partly = meaning in (*REQUIRED, "mef_activity")
        fits = ((phrase, fit) for fit, alike in phrases.items() for phrase in alike)
        best = max(_score(core, tuple(phrase.split()), fit, partly) for phrase, fit in fits)
        if best > 0:
            scores[meaning] = best + (_BONUS if meaning in REQUIRED else 0)
    return scores


def exact_meanings(core: tuple[str, ...]) -> list[str]:
    """Return the meanings that have a phrase of exactly these words."""
    text = " ".join(core)
    return [meaning for meaning, phrases in _PHRASES.items() if any(text in alike for alike in phrases.values())]


def _score(words: Sequence[str], phrase: Sequence[str], score: int, partly: bool) -> int:
    if words == phrase:
        return score
    if not partly:
        return 0
    size = len(phrase)
    if any(words[start : start + size] == phrase for start in range(len(words) - size + 1)):
        return score - _PART
    return 0
