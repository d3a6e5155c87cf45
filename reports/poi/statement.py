"""`/reports/poi/` as SQL: the official document of an institution and a year; one statement.

Reads activities with their figures, what they name, and sums of them by month and quarter.
"""

from activities.choices import Accumulation
from activities.serializers.fields import TwelveQuantitiesField
from reports.poi.query import PoiQuestion
from reports.shared.columns import (
    ACTIVITY,
    MEASUREMENT_UNIT,
    MEF_ACTIVITY,
    UNIT,
    Column,
    choice,
    quantity,
    select,
    text,
)
from reports.shared.reading import Reading, read
from reports.shared.selection import is_draft
from reports.shared.sums.measures import MEASURES, OF_ONE_UNIT
from reports.shared.sums.question import Period, sums_of
from reports.shared.sums.statement import groups, subtotals, with_measures
from units.access.grants import Access

MONTHS = [Period(month, month, month) for month in range(1, 13)]
QUARTERS = [Period(12 + quarter, quarter * 3 - 2, quarter * 3) for quarter in range(1, 5)]
# The document names the institution as INSTITUCIONAL, unless a unit of it is called so.
_PRINTED_UNIT = """CASE WHEN u.kind = 'institution' AND NOT EXISTS (
                   SELECT FROM units_unit n
                    WHERE n.institution_id = u.id AND n.id <> u.id AND n.name_key = 'institucional')
               THEN 'INSTITUCIONAL' ELSE u.name END"""
ROW = (
    ACTIVITY,
    UNIT,
    text("printed_unit", _PRINTED_UNIT, "Cómo la nombra el documento: la institución es INSTITUCIONAL."),
    MEF_ACTIVITY,
    MEASUREMENT_UNIT,
    choice("accumulation", "c.accumulation", Accumulation.choices, "Cómo se acumulan sus meses."),
    quantity("annual_target", "f.annual_target", "META."),
    Column("programmed", "f.programmed", TwelveQuantitiesField()),
)
_ROWS = f"""
SELECT row_number() OVER (ORDER BY a.code, a.id) AS place, {select(ROW)},
       f.executed, f.quarter_programmed, f.quarter_executed, f.quarter_progress
  FROM selected c JOIN figures f ON f.activity_id = c.id JOIN activities_activity a ON a.id = c.id
{UNIT.join}{MEF_ACTIVITY.join}{MEASUREMENT_UNIT.join}"""
_LINES = f"""
SELECT row_number() OVER (ORDER BY s.period) AS place, s.period, {select(MEASURES)}
  FROM {with_measures("(SELECT * FROM total UNION ALL SELECT * FROM lines)")}"""
_TARGET = """(
    SELECT shown(coalesce(sum(CASE WHEN c.accumulation = 'average' THEN annual_target('average', f.programmed)
                                   ELSE f.annual_target * 27720 END), 0))
      FROM selected c JOIN figures f ON f.activity_id = c.id)"""
_LABEL = "(SELECT ARRAY[id::text, code, name] FROM {}units_unit WHERE id = ANY (%(institution)s::bigint[]))"
# One that nobody knew yet is called as it is today
_INSTITUTION = f"coalesce({_LABEL.format('')}, {_LABEL.format('public.')})"


def official_document(question: PoiQuestion, access: Access) -> Reading:
    """Read the document.

    Cells: the sum of annual targets; id, code and name of the institution; whether its plan is a draft. Sets:
    activities (ROW, executed by month; programmed, executed and progress by quarter), the sums of MONTHS,
    QUARTERS and everything, and their subtotals.
    """
    sums = sums_of(question, through=question.through * 3, subtotals=True)
    return read(
        question,
        access,
        groups(sums, [*MONTHS, *QUARTERS]),
        cells=[_TARGET, _INSTITUTION, is_draft(question)],
        sets=[_ROWS, _LINES, subtotals(sums, OF_ONE_UNIT)],
    )
