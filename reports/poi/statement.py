"""`/reports/poi/`: the official document of an institution and a year up to a quarter; one statement."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from poi_api.http import exact_json
from reports.poi.printing import Line, source_line, title
from reports.shared.question import Question
from reports.shared.selection import HEAD, MOMENT, values
from reports.shared.sums.question import Asked, Period
from reports.shared.sums.statement import groups, measures_object, shown
from units.access.grants import Access
from units.models.change import LAST_POSITION
from units.requests.conditional import Freshness, last_change_sql

_MONTHS = [Period(month, month, month) for month in range(1, 13)]
_QUARTERS = [Period(12 + quarter, quarter * 3 - 2, quarter * 3) for quarter in range(1, 5)]
_NAMES = ("unit", "mef_activity", "activity", "measurement_unit")
_EMPTY = {"programmed": 0, "executed": 0, "progress": None}
# The document names the institution as INSTITUCIONAL, unless a unit of it is called so.
_UNIT = """CASE WHEN u.kind = 'institution' AND NOT EXISTS (
               SELECT FROM units_unit n WHERE n.institution_id = u.id AND n.id <> u.id AND n.name_key = 'institucional')
           THEN 'INSTITUCIONAL' ELSE u.name END"""
# What was executed after the quarter is not shown (`%(through)s` months, `%(quarter)s` quarters are).
_ROWS = f"""
SELECT string_agg('{{"activity":' || reference_json(a.id, a.code, a.name)
           || ',"unit":' || reference_json(u.id, u.code, u.name)
           || ',"printed_unit":' || to_json({_UNIT})
           || ',"mef_activity":' || reference_json(k.id, k.code, k.name)
           || ',"measurement_unit":' || reference_json(n.id, n.code, n.name)
           || ',"annual_target":' || f.annual_target || ',"programmed":' || array_to_json(f.programmed)
           || ',"executed":' || array_to_json(f.executed[1 : %(through)s]
                                              || array_fill(NULL::numeric, ARRAY[12 - %(through)s]))
           || ',"quarters":' || quarters_json(f.quarter_programmed, f.quarter_executed[1 : %(quarter)s],
                                              f.quarter_progress[1 : %(quarter)s]) || '}}', ',' ORDER BY a.code, a.id)
  FROM chosen c JOIN figures f ON f.activity_id = c.id JOIN activities_activity a ON a.id = c.id
  JOIN units_unit u ON u.id = a.unit_id JOIN activities_mefactivity k ON k.id = a.mef_activity_id
  JOIN activities_measurementunit n ON n.id = a.measurement_unit_id"""
_TARGET = """
SELECT shown(coalesce(sum(CASE WHEN c.accumulation = 'average' THEN annual_target('average', f.programmed)
                               ELSE f.annual_target * 27720 END), 0))
  FROM chosen c JOIN figures f ON f.activity_id = c.id"""


@dataclass(frozen=True, slots=True)
class Official:
    """The document's JSON text, and what it was made from."""

    freshness: Freshness
    body: str

    def lines(self) -> tuple[str, list[Line], Line, str]:
        """Return title, rows, TOTAL and source, to print."""
        found = exact_json.loads(self.body.encode())
        rows = [
            _line(row, (row["printed_unit"], *(row[name]["name"] for name in _NAMES[1:]))) for row in found["results"]
        ]
        return found["title"], rows, _line(found["total"], ()), found["source_line"]


def official_document(question: Question, access: Access, quarter: int) -> Official:
    """Return the document of the one institution and year of `question` up to a quarter, 1 to 4."""
    asked = Asked(question, through=quarter * 3)
    mark, mark_values = last_change_sql(access, question.institutions)
    statement = f"""
        WITH seen AS MATERIALIZED (SELECT {LAST_POSITION} AS position, {mark} AS mark),
        {groups(asked, [*_MONTHS, *_QUARTERS])}
        SELECT seen.position, seen.mark, ({MOMENT} AT TIME ZONE interval '-5 hours')::date, {HEAD},
               coalesce(({_ROWS}), ''), ({_TARGET})::text,
               (SELECT jsonb_object_agg(s.place, jsonb_build_object('programmed', v.programmed, 'executed', v.executed,
                                                                  'progress', v.progress))::text FROM {shown("lines")}),
               (SELECT '{{' || {measures_object()} || '}}' FROM {shown("total")}),
               (SELECT reference_json(id, code, name) FROM units_unit WHERE code = ANY (%(institution)s))
          FROM seen"""
    named = values(question, access) | mark_values | {"through": asked.through, "quarter": quarter, "depth": 0}
    with connection.cursor() as cursor:
        cursor.execute(statement, named)
        position, mark_position, cut_off, head, rows, target, periods, to_date, institution = cursor.fetchone()
    about = _about(question.from_year, quarter, cut_off)
    total = _total(target, periods, to_date, quarter)
    body = f'{{{head},"institution":{institution},{about},"results":[{rows}],"total":{total}}}'
    return Official(Freshness(position, mark_position), body)


def _about(year: int, quarter: int, cut_off: date | None) -> str:
    about = {
        "through": quarter,
        "title": title(year, quarter),
        "cut_off": None if cut_off is None else cut_off.isoformat(),
        "source_line": source_line(cut_off),
    }
    return json.dumps(about, ensure_ascii=False, separators=(",", ":"))[1:-1]


def _total(target: str, periods: str | None, to_date: str | None, quarter: int) -> str:
    """Return the TOTAL as JSON text: what the rows add up to, month by month and quarter by quarter."""
    found = exact_json.loads((periods or "{}").encode())
    months = [found.get(str(period.place), _EMPTY) for period in _MONTHS]
    quarters = [found.get(str(period.place), _EMPTY) for period in _QUARTERS]
    total = {
        "annual_target": Decimal(target),
        "programmed": [month["programmed"] for month in months],
        "executed": [month["executed"] if place < quarter * 3 else None for place, month in enumerate(months)],
        "quarters": [
            each if place < quarter else {**each, "executed": None, "progress": None}
            for place, each in enumerate(quarters)
        ],
    }
    return f'{exact_json.dumps(total).decode()[:-1]},"to_date":{to_date or "null"}}}'


def _line(row: dict[str, Any], names: tuple[str, ...]) -> Line:
    """Return a row or the TOTAL as what is printed of it."""
    return Line(
        names=names,
        annual_target=Decimal(row["annual_target"]),
        programmed=[Decimal(month) for month in row["programmed"]],
        executed=[_decimal(month) for month in row["executed"]],
        quarters=[(Decimal(each["programmed"]), _decimal(each["executed"])) for each in row["quarters"]],
    )


def _decimal(number: int | Decimal | None) -> Decimal | None:
    return None if number is None else Decimal(number)
