"""Where a percentage comes from: formula, inputs and rule of each (domain.md, rule 5), as JSON text in SQL."""

import json

_RULES = {
    "sum": "Suma: se suman los meses del periodo. El programado es el de todos sus meses, reportados o no.",
    "last": "Último: vale el último mes reportado del periodo, contra lo programado en ese mismo mes.",
    "average": "Promedio: la media de los meses reportados del periodo, contra la media programada en esos meses.",
    "mixed": "Cada actividad por su propia regla (suma, último o promedio) en el periodo; después se suman.",
}
_TEXTS = {
    "progress_formula": "ejecutado ÷ programado × 100, con dos decimales, redondeando la mitad hacia arriba, sin tope",
    "mean_formula": "suma de los avances de las actividades ÷ actividades con avance, redondeando una sola vez",
    "mean_rule": "La media de los porcentajes de las actividades; no cuentan las que no tienen avance.",
    "band_formula": "verde desde el primer corte, ámbar desde el segundo, rojo por debajo; lee el avance redondeado",
    "band_rule": "Los cortes son los del plan; entre planes con cortes distintos no hay semáforo.",
}


def explanation_values() -> dict[str, str]:
    """Return the named values that EXPLANATION uses: sentences, as JSON text."""
    rules = {f"rule_{name}": text for name, text in _RULES.items()}
    return {name: json.dumps(text, ensure_ascii=False) for name, text in (rules | _TEXTS).items()}


def _exact(scaled: str) -> str:
    """Return the SQL text of a quantity in 27,720ths as a fraction, null where its decimals show all of it."""
    part = f"gcd({scaled} * 1000, 27720000)"
    fraction = f"""'"' || trim_scale(div({scaled} * 1000, {part})) || '/' || trim_scale(div(27720000, {part})) || '"'"""
    return f"CASE WHEN {scaled} = shown({scaled}) * 27720 THEN 'null' ELSE {fraction} END"


# Added to the measures of each object that has percentages.
EXPLANATION = f""" || ',"explanation":{{"progress":{{"formula":' || %(progress_formula)s
       || ',"inputs":{{"executed":' || number_json(v.executed) || ',"programmed":' || v.programmed
       || ',"executed_exact":' || CASE WHEN s.unreported THEN 'null' ELSE {_exact("s.e")} END
       || ',"programmed_exact":' || {_exact("s.p")}
       || ',"from_month":' || t.first || ',"to_month":' || t.last
       || '}},"rule":' || CASE WHEN s.mixed_rules THEN %(rule_mixed)s WHEN s.rule = 'sum' THEN %(rule_sum)s
                              WHEN s.rule = 'last' THEN %(rule_last)s ELSE %(rule_average)s END
       || ',"null_because":' || CASE WHEN s.unreported THEN '"unreported"' WHEN s.p = 0 THEN '"unprogrammed"'
                                      ELSE 'null' END
       || '}},"mean_progress":{{"formula":' || %(mean_formula)s
       || ',"inputs":{{"activities":' || s.activities || ',"with_progress":' || s.measured
       || ',"sum_of_progress":' || number_json(trim_scale(round(s.percents, 6)))
       || '}},"rule":' || %(mean_rule)s
       || '}},"band":{{"formula":' || %(band_formula)s
       || ',"inputs":{{"progress":' || number_json(v.progress)
       || ',"green_from":' || CASE WHEN v.mixed_bands THEN 'null' ELSE trim_scale(s.green_from)::text END
       || ',"amber_from":' || CASE WHEN v.mixed_bands THEN 'null' ELSE trim_scale(s.amber_from)::text END
       || '}},"rule":' || %(band_rule)s || '}}}}'"""
