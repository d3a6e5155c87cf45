"""`/reports/poi/template/` as SQL: the months of activities that are open on a day; one statement.

Reads activities with their figures, periods and reopenings, as reporting does (`activities/sql/submitting.sql`).
"""

from typing import NamedTuple

from activities.choices import MONTHS
from activities.serializers.batch import MOST_ITEMS
from poi_api.database.rows import values_of
from poi_api.http.exceptions import TooLarge
from reports.shared.question import Question
from reports.shared.selection import JOINS, conditions, count_of, named_values
from units.access.grants import Access

_TOO_LARGE = f"La plantilla tendría más de {MOST_ITEMS:,} filas: pídala por partes, con menos unidades o más filtros."
_OPEN = f"""
SELECT p.year, o.month, a.code, a.id, f.entry_version[o.month], a.name, u.name, m.name, f.programmed[o.month],
       f.executed[o.month], f.pending[o.month]
{JOINS}
  JOIN activities_measurementunit m ON m.id = a.measurement_unit_id
  JOIN activities_figure f ON f.activity_id = a.id
  JOIN activities_reportingperiod o ON o.plan_id = p.id
{{conditions}}
   AND p.status = 'approved' AND (o.month >= f.cancelled_from) IS NOT TRUE AND o.opens_on <= %(day)s
   AND (o.closes_on >= %(day)s OR reopened_until(o.id, u.path) >= %(day)s)
 ORDER BY u.name_key, u.code, a.code, a.id, o.month
 LIMIT {MOST_ITEMS + 1}"""


class OpenMonth(NamedTuple):
    """An activity and a month that can be reported, under the names of the template's columns."""

    year: int
    month_name: str
    code: str
    activity: int
    month: int
    entry_version: int
    activity_name: str
    unit: str
    measurement_unit: str
    programmed: object
    official: object
    pending: object


def open_months(question: Question, access: Access) -> list[OpenMonth]:
    """Read the months that are open on the question's day.

    Raises TooLarge where they are more than a batch has items: all of a template can be sent together.
    """
    values = named_values(question, access) | {"day": question.day}
    rows = values_of(_OPEN.format(conditions=conditions(question)), values)
    if len(rows) > MOST_ITEMS:
        raise TooLarge("file_too_large", _TOO_LARGE)
    return [OpenMonth(year, MONTHS[month - 1], code, pk, month, *rest) for year, month, code, pk, *rest in rows]


def activities_in(question: Question, access: Access) -> int:
    """Return how many activities are in question, whether a month of theirs is open or not."""
    count: int = values_of(f"SELECT {count_of(question, access)}", named_values(question, access))[0][0]
    return count
