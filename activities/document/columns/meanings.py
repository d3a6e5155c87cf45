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
_PHRASES: Mapping[str, Mapping[str, int]] = {
    "unit": {
        "organo unidad organica": 10,
        "unidad organica": 10,
        "centro costo": 10,
        "centro costos": 10,
        "c costo": 10,
        "unidad responsable": 9,
        "organo responsable": 9,
        "area responsable": 9,
        "unidad organizacional": 9,
        "responsable": 1,
        "cc responsable": 6,
        "organo": 7,
        "oficina": 6,
        "gerencia": 6,
        "subgerencia": 7,
        "area": 6,
        "dependencia": 6,
        "direccion": 6,
        "unidad": 5,
        "unidad ejecutora": 2,
        "sector": 2,
        "sede": 2,
    },
    "unit_above": {"organo": 5, "gerencia": 5, "direccion": 5, "cc responsable": 8, "unidad superior": 10},
    "institution": {"unidad ejecutora": 8, "ue": 8, "entidad": 8, "institucion": 8, "pliego": 6},
    "mef_activity": {
        "actividad mef": 10,
        "actividad presupuestal": 10,
        "actividad presupuestaria": 10,
        "actividad presupuestal mef": 10,
        "accion inversion obra": 5,
        "presupuestal": 5,
        "mef": 5,
        "actividad": 3,
    },
    "activity": {
        "actividad poi": 10,
        "actividad operativa": 10,
        "actividad operativa poi": 10,
        "actividades operativas": 10,
        "accion operativa": 8,
        "actividad": 7,
        "actividades": 7,
        "subproducto": 5,
        "sub producto": 5,
        "tarea": 5,
        "denominacion": 2,
        "descripcion": 2,
    },
    "measurement_unit": {
        "unidad medida": 10,
        "unid medida": 10,
        "unid med": 10,
        "u medida": 10,
        "um": 9,
        "u m": 9,
        "medida": 7,
        "unidad": 5,
        "indicador": 3,
    },
    "accumulation": {"acumulado": 8, "acumulacion": 8, "tipo acumulacion": 8},
    "row_kind": {
        "tipo": 4,
        "tipo meta": 6,
        "tipo programacion": 6,
        "fisico financiero": 8,
        "nivel": 6,
        "tipo fila": 8,
        "actividad tarea": 9,
    },
    "year": {"ano": 8, "anio": 8, "ano fiscal": 9, "ejercicio": 8, "poi": 4},
    "active": {"activo ao": 10},
    "pliego": {"pliego": 8},
    "oe": {"oe": 10},
    "oe_name": {"objetivo estrategico": 10},
    "ae": {"ae": 10},
    "ae_name": {"accion estrategica": 6},
    "oei": {"oei": 10},
    "oei_name": {"objetivo estrategico institucional": 10},
    "aei": {"aei": 10},
    "aei_name": {"accion estrategica institucional": 10, "accion estrategica": 8},
    "category": {"categoria": 10, "categoria presupuestal": 10, "cat presupuestal": 10, "programa presupuestal": 10},
    "product": {"producto": 10, "producto proyecto": 10},
    "priority": {"prioridad": 10},
    "function": {"funcion": 10},
    "functional_division": {"division funcional": 10},
    "functional_group": {"grupo funcional": 10},
    "department": {"departamento ubigeo": 10},
    "department_ubigeo": {"dep ubigeo": 10},
    "province": {"provincia ubigeo": 10},
    "province_ubigeo": {"prov ubigeo": 10},
    "district": {"distrito ubigeo": 10},
    "district_ubigeo": {"dis ubigeo": 10},
    "stage": {"etapa": 8},
    "sectoral_activity": {"actividad operativa sectorial": 10},
    "record_number": {"nro registro poi": 10},
    "state": {"estado se": 8},
}
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
        best = max(_score(core, tuple(phrase.split()), score, partly) for phrase, score in phrases.items())
        if best > 0:
            scores[meaning] = best + (_BONUS if meaning in REQUIRED else 0)
    return scores


def exact_meanings(core: tuple[str, ...]) -> list[str]:
    """Return the meanings that have a phrase of exactly these words."""
    text = " ".join(core)
    return [meaning for meaning, phrases in _PHRASES.items() if text in phrases]


def _score(words: Sequence[str], phrase: Sequence[str], score: int, partly: bool) -> int:
    if words == phrase:
        return score
    if not partly:
        return 0
    size = len(phrase)
    if any(words[start : start + size] == phrase for start in range(len(words) - size + 1)):
        return score - _PART
    return 0
