"""The columns of CEPLAN's export that say what is kept here, under its titles and in its order.

Of an activity `a` with its plan `p`, institution `i`, unit `u`, the unit `above` that, MEF activity `m`, measurement
unit `k`, `rule` of accumulation, figures `f` and its target in version 1, `t`. `of_u` and `of_above` are the codes that
documents of the plan have for the two units, `of_m` and `of_k` those for the two entries of catalogues, `said` is what
the latest one says of the activity in its own words.
"""

from activities.choices import MONTHS
from poi_api.http.texts import of_the
from reports.shared.columns import Column, number, quantity, text

# What was reported so far, and nothing where no month is. If nothing that was expected is among it, no month has a
# programme that was reported
_EXECUTED_TOTAL = """CASE WHEN array_remove(f.executed, NULL) <> '{}' THEN coalesce(f.executed_total,
     (measures(rule.accumulation, array_fill(0::numeric, ARRAY[12]), f.executed)).executed_total) END"""
_BLOCKS = (
    ("F(CS)", "t.programmed[{0}]", "t.annual_target", "Programado de la versión 1 (consistencia)"),
    ("F(RE)", "f.programmed[{0}]", "f.annual_target", "Programado de la versión pedida (reprogramación)"),
    ("F(SE)", "f.executed[{0}]", _EXECUTED_TOTAL, "Ejecutado oficial (seguimiento)"),
)

# NO is what a document says, though its months add up; how it was read then is how they are counted still
_ACCUMULATED = """CASE WHEN rule.accumulation <> 'sum' OR said.read_as = 'sum' AND upper(said.word) = 'NO'
     THEN 'NO' ELSE 'SI' END"""


def _text(title: str, sql: str, said: str) -> Column:
    return text(title, sql, said, allow_null=True)


def _own_code(unit: str) -> str:
    """Return the SQL of a unit's code as CEPLAN has it this year: that of documents of the plan, where one has it.

    Else it is the one kept, without what tells it from those of others and other years.
    """
    bare = f"CASE WHEN starts_with({unit}.code, i.code || '-') THEN substr({unit}.code, length(i.code) + 2)"
    return f"coalesce(of_{unit}.code, regexp_replace({bare} ELSE {unit}.code END, '-' || p.year || '$', ''))"


def _spelled(name: str, member: str) -> str:
    """Return the SQL of a name as the latest document spells it, if it does not call the thing otherwise."""
    printed = f"said.reading ->> '{member}'"
    return f"CASE WHEN poi_fold({printed}) = poi_fold({name}) THEN {printed} ELSE {name} END"


def _classified(code_title: str, name_title: str, classifier: str, said: str) -> tuple[Column, Column]:
    part = f"a.classification -> '{classifier}'"
    return (
        _text(code_title, f"{part} ->> 'code'", f"Código {of_the(said)}."),
        _text(name_title, f"{part} ->> 'name'", f"Nombre {of_the(said)}."),
    )


def _place(code_title: str, name_title: str, number: int) -> tuple[Column, Column]:
    """Return the columns of a part of the place: two digits of its code, and its name between commas."""
    code = f"nullif(substr(a.classification #>> '{{ubigeo,code}}', {number * 2 - 1}, 2), '')"
    name = f"nullif(split_part(a.classification #>> '{{ubigeo,name}}', ', ', {number}), '')"
    return _text(code_title, code, "Parte del ubigeo."), _text(name_title, name, "Parte del ubigeo.")


_ABOUT = (
    number("POI", "p.year", "Año del plan."),
    text("UE ID", "i.code", "Código de la institución."),
    text("UE", "i.name", "Nombre de la institución."),
    _text("CC Responsable ID", _own_code("above"), "Código de la unidad superior; de una de primer nivel, el suyo."),
    _text("CC Responsable", "above.name", "Nombre de la unidad superior; de una de primer nivel, el suyo."),
    text("Centro Costo ID", _own_code("u"), "Código de la unidad, sin el de la institución delante."),
    text("Centro de Costo", _spelled("u.name", "unit"), "Nombre de la unidad."),
    *_classified("OEI", "Objetivo Estrategico Institucional", "oei", "el OEI"),
    *_classified("AEI", "Acción Estratégica Institucional", "aei", "la AEI"),
    *_classified("Categoria ID", "Categoria", "categoria", "la categoría presupuestal"),
    *_classified("Producto ID", "Producto", "producto", "el producto o proyecto"),
    text("Actividad Presupuestal ID", "coalesce(of_m.printed, m.code)", "Código de la actividad MEF."),
    text("Actividad Presupuestal", _spelled("m.name", "mef_activity"), "Nombre de la actividad MEF."),
    text("Actividad Operativa ID", "a.code", "Código de la actividad: AOI… si vino de CEPLAN."),
    text("Actividad Operativa", _spelled("a.name", "activity"), "Nombre de la actividad."),
    _text(
        "Prioridad",
        "a.classification #>> '{prioridad,code}' || ' : ' || (a.classification #>> '{prioridad,name}')",
        "Código y nombre de la prioridad.",
    ),
    text("UM ID", "coalesce(of_k.printed, k.code)", "Código de la unidad de medida."),
    text("Unidad de Medida", _spelled("k.name", "measurement_unit"), "Nombre de la unidad de medida."),
    text("Acumulado", _ACCUMULATED, "SI: los meses se suman; NO también donde el documento importado lo dice así."),
    *_place("Dep. UBIGEO", "Departamento Nombre UBIGEO", 1),
    *_place("Prov. UBIGEO", "Provincia Nombre UBIGEO", 2),
    *_place("Dis. UBIGEO", "Distrito Nombre UBIGEO", 3),
)
_STATE = (
    text("Incorporado", "CASE WHEN t.programmed IS NULL THEN 'SI' ELSE 'NO' END", "SI: entró después de la versión 1."),
    text("Activo AO", "CASE f.cancelled_from WHEN 1 THEN 'NO' ELSE 'SI' END", "NO: anulada desde enero."),
)


def _reason(month: int) -> Column:
    return _text(f"Motivo(SE) {month:02}", f"nullif(f.reason[{month}], '')", f"Motivo de {MONTHS[month - 1]}.")


def _month(block: str, sql: str, said: str, month: int) -> Column:
    return quantity(f"{block} {month:02}", sql.format(month), f"{said}, {MONTHS[month - 1]}.", allow_null=True)


def columns_of(month: int | None) -> tuple[Column, ...]:
    """Return the columns of the report: those of all months with their totals, or of one month alone."""
    months = range(1, 13) if month is None else (month,)
    figures: list[Column] = []
    for block, sql, total, said in _BLOCKS:
        figures += [_month(block, sql, said, each) for each in months]
        if month is None:
            figures.append(quantity(f"{block} Total", total, f"{said}, el año por su regla.", allow_null=True))
    return (*_ABOUT, *figures, *map(_reason, months), *_STATE)


COLUMNS = columns_of(None)
