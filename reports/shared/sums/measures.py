"""The measures: what is shown of sums, and how it is made of them (domain.md, rules 3 to 7).

In SQL, `measure` is something else: the function by which a single activity counts (`activities/sql/measures.sql`).
"""

from typing import Any

from reports.shared.columns import choice, number, quantity, truth

# Sums travel in 27,720ths and are rounded once, here; percentages are divided with so many decimals that rounding
# them once afterwards is exact. `s` is a line, a total or a subtotal, with the columns LINE_SUMS (`statement.py`).
MEASURES_JOINS = """
     CROSS JOIN LATERAL (SELECT shown(s.programmed_scaled) AS programmed,
                                CASE WHEN NOT s.unreported THEN shown(s.executed_scaled) END AS executed,
                                progress(CASE WHEN NOT s.unreported THEN s.executed_scaled END,
                                         s.programmed_scaled) AS progress,
                                trim_scale(round(round(s.sum_of_progress / nullif(s.with_progress, 0), 24), 2))
                                    AS mean_progress,
                                s.green_from <> s.most_green OR s.amber_from <> s.most_amber AS mixed_bands
                        OFFSET 0) AS v
     CROSS JOIN LATERAL (SELECT CASE WHEN NOT v.mixed_bands THEN band(v.progress, s.green_from, s.amber_from) END
                                    AS band, coalesce(v.progress > 100, false) AS over OFFSET 0) AS w"""
MIXED_UNITS = truth("mixed_units", "s.mixed_units", "Si suma distintas unidades de medida.")
OF_ONE_UNIT = (
    number("activities", "s.activities::bigint", "Cuántas actividades; la de dos años cuenta en cada uno."),
    quantity("programmed", "v.programmed"),
    quantity("executed", "v.executed", "Nulo: de lo programado no se reportó nada.", allow_null=True),
    quantity("progress", "v.progress", "Ejecutado ÷ programado × 100, con dos decimales.", allow_null=True),
    choice("band", "w.band", ["green", "amber", "red"], allow_null=True),
    truth("over", "w.over", "Si el avance pasa de 100."),
    quantity("mean_progress", "v.mean_progress", "La media de los avances de sus actividades.", allow_null=True),
    truth("mixed_accumulation", "s.mixed_rules", "Si suma actividades de distinta regla."),
    truth("mixed_bands", "v.mixed_bands", "Si los planes tienen cortes distintos: no hay semáforo."),
)
MEASURES = (*OF_ONE_UNIT, MIXED_UNITS)
# The total of no activity at all.
NOTHING: dict[str, Any] = {
    **{measure.name: None for measure in MEASURES},
    "activities": 0,
    "programmed": 0,
    "executed": 0,
    "over": False,
    "mixed_accumulation": False,
    "mixed_bands": False,
    "mixed_units": False,
}
