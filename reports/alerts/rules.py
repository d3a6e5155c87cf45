"""What each rule looks for, and how one of its alerts is said: a question, never a verdict."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from activities.choices import MONTHS

OVER_ABOVE = 150  # percent
LEAST_MONTHS = 3  # expected months that make an identical execution worth a look
LAST_DAYS = 2  # of a window

Figures = dict[str, Any]


def _percent(progress: Decimal | int | None) -> str:
    return "sin reportar" if progress is None else f"{Decimal(progress):,.2f} %"


def _day(text: str) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}"


def _red_twice(of: Figures) -> str:
    first, second = (
        f"{MONTHS[month - 1]} {_percent(p)}" for month, p in zip(of["months"], of["progress"], strict=True)
    )
    return f"En rojo dos meses seguidos: {first} y {second}."


def _identical(of: Figures) -> str:
    return f"Lo ejecutado es igual a lo programado en cada mes, hasta {MONTHS[of['to_month'] - 1]}."


def _last_moment(of: Figures) -> str:
    month = MONTHS[of["month"] - 1]
    return (
        f"Todo lo de {month} se registró desde el {_day(of['first_on'])}; el plazo cerraba el {_day(of['closes_on'])}."
    )


def _december(of: Figures) -> str:
    before, now = _percent(of["november"]["progress"]), _percent(of["year"]["progress"])
    return f"En noviembre iba {before} y diciembre lo llevó a {now}."


def _lowered(of: Figures) -> str:
    months = ", ".join(MONTHS[month["month"] - 1] for month in of["months"])
    return f"La versión {of['version']}, del {_day(of['on'])}, bajó la meta de meses ya cerrados: {months}."


def _over(of: Figures) -> str:
    return f"Lo ejecutado es {_percent(of['progress'])} de lo programado hasta {MONTHS[of['through'] - 1]}."


def _mixed(of: Figures) -> str:
    names = ", ".join(unit["name"] for unit in of["measurement_units"])
    return f"El total suma unidades de medida distintas: {names}."


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule looks for, and how one of its alerts is said."""

    title: str
    description: str
    said: Callable[[Figures], str]


RULES = {
    "red_twice": Rule(
        "Rojo dos meses seguidos",
        "Dos meses programados seguidos, ambos reportados, con el avance del mes en rojo; se muestran los últimos.",
        _red_twice,
    ),
    "identical": Rule(
        "Ejecutado idéntico a lo programado",
        f"Lo ejecutado es igual a lo programado en todos los meses hasta el último reportado, con {LEAST_MONTHS} "
        "meses programados o más.",
        _identical,
    ),
    "last_moment": Rule(
        "Todo a última hora",
        f"Todo lo que una unidad registró por primera vez de un mes entró en los últimos {LAST_DAYS} días de su "
        "plazo. Lo importado no cuenta.",
        _last_moment,
    ),
    "december": Rule(
        "Recuperación en diciembre",
        "De enero a noviembre el avance estaba en rojo; diciembre ejecutó más de lo programado y sacó al año del rojo.",
        _december,
    ),
    "lowered": Rule(
        "Meta rebajada después del cierre",
        "Una versión del plan rebajó lo programado de un mes cuyo periodo ya había cerrado.",
        _lowered,
    ),
    "over": Rule(
        f"Ejecución mayor que {OVER_ABOVE} %",
        f"Lo ejecutado desde enero pasa de {OVER_ABOVE} % de lo programado.",
        _over,
    ),
    "mixed_units": Rule(
        "Total que mezcla unidades de medida",
        "El total de una unidad, con las que dependen de ella, suma lo programado en distintas unidades de medida.",
        _mixed,
    ),
}
