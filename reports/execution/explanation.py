"""Where a percentage comes from: formula, inputs and rule of each (domain.md, rule 5)."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from rest_framework import serializers

from reports.shared.columns import Column

_RULES = {
    "sum": "Suma: se suman los meses del periodo. El programado es el de todos sus meses, reportados o no.",
    "last": "Último: el último mes reportado del periodo, contra el último programado; un 0 reportado donde nada se "
    "programó no cuenta.",
    "average": "Promedio: la media de los meses reportados del periodo, contra la media de los programados.",
    "mixed": "Cada actividad por su propia regla (suma, último o promedio) en el periodo; después se suman.",
}
_PROGRESS = "ejecutado ÷ programado × 100, con dos decimales, redondeando la mitad hacia arriba, sin tope"
_MEAN = "suma de los avances de las actividades ÷ actividades con avance, redondeando una sola vez"
_MEAN_RULE = "La media de los porcentajes de las actividades; no cuentan las que no tienen avance."
_BAND = "verde desde el primer corte, ámbar desde el segundo, rojo por debajo; lee el avance redondeado"
_BAND_RULE = "Los cortes son los del plan; entre planes con cortes distintos no hay semáforo."
_SCALE = 27720

# What an explanation needs besides the measures of a line `s`.
INPUTS = tuple(
    Column(name, sql, serializers.Field())
    for name, sql in (
        ("first", "s.first"),
        ("last", "s.last"),
        ("executed_scaled", "s.executed_scaled"),
        ("programmed_scaled", "s.programmed_scaled"),
        ("unreported", "s.unreported"),
        ("rule", "CASE WHEN s.mixed_rules THEN 'mixed' ELSE s.rule END"),
        ("with_progress", "s.with_progress"),
        ("sum_of_progress", "trim_scale(round(s.sum_of_progress, 6))"),
        ("green_from", "CASE WHEN NOT v.mixed_bands THEN trim_scale(s.green_from) END"),
        ("amber_from", "CASE WHEN NOT v.mixed_bands THEN trim_scale(s.amber_from) END"),
    )
)


def explanation(measures: dict[str, Any], inputs: dict[str, Any]) -> dict[str, Any]:
    """Return the explanation of a line's percentages from its measures and INPUTS."""
    unreported, programmed = inputs["unreported"], inputs["programmed_scaled"]
    return {
        "progress": {
            "formula": _PROGRESS,
            "inputs": {
                "executed": measures["executed"],
                "programmed": measures["programmed"],
                "executed_exact": None if unreported else _exact(inputs["executed_scaled"], measures["executed"]),
                "programmed_exact": _exact(programmed, measures["programmed"]),
                "from_month": inputs["first"],
                "to_month": inputs["last"],
            },
            "rule": _RULES[inputs["rule"]],
            "null_because": "unreported" if unreported else "unprogrammed" if programmed == 0 else None,
        },
        "mean_progress": {
            "formula": _MEAN,
            "inputs": {
                "activities": measures["activities"],
                "with_progress": inputs["with_progress"],
                "sum_of_progress": inputs["sum_of_progress"],
            },
            "rule": _MEAN_RULE,
        },
        "band": {
            "formula": _BAND,
            "inputs": {
                "progress": measures["progress"],
                "green_from": inputs["green_from"],
                "amber_from": inputs["amber_from"],
            },
            "rule": _BAND_RULE,
        },
    }


def _exact(scaled: Decimal, shown: Decimal) -> str | None:
    """Return a quantity in 27,720ths as a fraction, None where its decimals show all of it."""
    exact = Fraction(scaled) / _SCALE
    return None if exact == Fraction(shown) else f"{exact.numerator}/{exact.denominator}"
