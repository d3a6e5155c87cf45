"""What deserves a look: each alert with its rule and the figures behind it; a question, never a verdict."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from activities.choices import MONTHS
from poi_api.http import exact_json
from poi_api.http.exact_json import decimal_text
from reports.alerts.statement import BASE, FINDERS, LAST_DAYS, LEAST_MONTHS, OVER_ABOVE
from reports.completeness.statement import shown_nodes
from reports.matrix.statement import page_url
from reports.shared.question import Question
from reports.shared.selection import HEAD, JOINS, conditions, values
from units.access.grants import Access
from units.models.change import LAST_POSITION
from units.requests.conditional import Freshness, last_change_sql

Figures = dict[str, Any]


def _percent(progress: Decimal | int | None) -> str:
    return "sin reportar" if progress is None else f"{decimal_text(Decimal(progress))} %"


def _red_twice(of: Figures) -> str:
    first, second = (
        f"{MONTHS[month - 1]} {_percent(p)}" for month, p in zip(of["months"], of["progress"], strict=True)
    )
    return f"En rojo dos meses seguidos: {first} y {second}."


def _identical(of: Figures) -> str:
    return f"Lo ejecutado es igual a lo programado en cada mes, hasta {MONTHS[of['to_month'] - 1]}."


def _last_moment(of: Figures) -> str:
    month = MONTHS[of["month"] - 1]
    return f"Todo lo de {month} se registró desde el {of['first_on']}; el plazo cerraba el {of['closes_on']}."


def _december(of: Figures) -> str:
    before, now = _percent(of["november"]["progress"]), _percent(of["year"]["progress"])
    return f"En noviembre iba {before} y diciembre lo llevó a {now}."


def _lowered(of: Figures) -> str:
    months = ", ".join(MONTHS[month["month"] - 1] for month in of["months"])
    return f"La versión {of['version']}, del {of['on']}, bajó la meta de meses ya cerrados: {months}."


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
        "El total de una unidad, con las que dependen de ella, suma actividades de distinta unidad de medida.",
        _mixed,
    ),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rules, through which month, and which page."""

    question: Question
    rules: Sequence[str]
    through: int
    limit: int
    offset: int


def alerts(asked: Asked, access: Access, url: str) -> tuple[bytes, Freshness]:
    """Return the answer's JSON, and what it was made from: one statement. `url` is the request's own."""
    mark, mark_values = last_change_sql(access, asked.question.institutions)
    named = values(asked.question, access) | mark_values
    named |= {"through": asked.through, "limit": asked.limit, "offset": asked.offset, "order": list(RULES)}
    with connection.cursor() as cursor:
        cursor.execute(_statement(asked, mark), named)
        position, mark_position, head, counts, rows = cursor.fetchone()
    document = exact_json.loads(f"{{{head}}}".encode())
    found = exact_json.loads(counts.encode())
    document["through"] = asked.through
    document["rules"] = [_shown_rule(name, found.get(name, 0)) for name in asked.rules]
    document |= _links(asked, sum(found.values()), url)
    document["results"] = [_shown(row) for row in exact_json.loads(rows.encode())]
    return exact_json.dumps(document), Freshness(position, mark_position)


def _statement(asked: Asked, mark: str) -> str:
    question = asked.question
    ids = f"ARRAY(SELECT a.id {JOINS}{conditions(question)})"
    base = BASE.format(joins=JOINS, source=question.basis.source(ids), conditions=conditions(question))
    finders = "\nUNION ALL\n".join(
        f"({FINDERS[name].replace('{node}', shown_nodes(question))})" for name in asked.rules
    )
    return f"""
        WITH seen AS MATERIALIZED (SELECT {LAST_POSITION} AS position, {mark} AS mark), {base},
        found (rule, year, institution_id, unit_id, activity_id, figures) AS MATERIALIZED ({finders}),
        page AS (
            SELECT json_build_object('rule', w.rule, 'year', w.year,
                       'institution', reference_json(i.id, i.code, i.name)::json,
                       'unit', reference_json(u.id, u.code, u.name)::json,
                       'activity', reference_json(a.id, a.code, a.name)::json, 'figures', w.figures) AS line,
                   row_number() OVER (ORDER BY array_position(%(order)s::text[], w.rule), w.year, i.name_key, i.code,
                       u.name_key, u.code, a.code, a.id, w.figures::text) AS place
              FROM found w JOIN units_unit i ON i.id = w.institution_id JOIN units_unit u ON u.id = w.unit_id
              LEFT JOIN activities_activity a ON a.id = w.activity_id)
        SELECT seen.position, seen.mark, {HEAD},
               (SELECT coalesce(json_object_agg(rule, n), '{{}}')::text
                  FROM (SELECT rule, count(*) AS n FROM found GROUP BY rule) c),
               (SELECT coalesce(json_agg(line ORDER BY place), '[]')::text FROM page
                 WHERE place > %(offset)s AND place <= %(offset)s + %(limit)s)
          FROM seen"""


def _shown_rule(name: str, count: int) -> dict[str, Any]:
    rule = RULES[name]
    return {"rule": name, "title": rule.title, "description": rule.description, "count": count}


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    rule, figures = RULES[row["rule"]], row.pop("figures")
    return row | {"title": rule.title, "detail": rule.said(figures), "figures": figures}


def _links(asked: Asked, count: int, url: str) -> dict[str, Any]:
    onward, back = asked.offset + asked.limit, max(asked.offset - asked.limit, 0)
    return {
        "count": count,
        "next": page_url(url, asked.limit, onward) if onward < count else None,
        "previous": page_url(url, asked.limit, back) if asked.offset else None,
    }
