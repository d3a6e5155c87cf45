"""Months that units still owe: expected and not reported, or returned (api.md, `/progress/due/`)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from activities.choices import PlanStatus
from activities.models import Activity
from poi_api.database.keysets import Key, beyond_sql, order_sql
from poi_api.http.places import Page
from units.serializers.references import reference

_FROM = """
  FROM activities_activity a
  JOIN activities_plan p ON p.id = a.plan_id
  JOIN units_unit u ON u.id = a.unit_id
  JOIN units_unit i ON i.id = p.institution_id
  JOIN activities_figure f ON f.activity_id = a.id
  JOIN activities_reportingperiod o ON o.plan_id = p.id
"""
# Expected means programmed (rule 1); a withdrawn figure is owed again, one that waits for its review is not. What was
# returned is to be mended, unless its month was cancelled since: it takes no more reports (rule 8).
_WHERE = """
 WHERE a.id IN ({activities}) AND o.opens_on <= %(day)s
   AND (f.status[o.month] = 'returned' AND (o.month >= f.cancelled_from) IS NOT TRUE
        OR f.programmed[o.month] > 0 AND f.executed[o.month] IS NULL
           AND (f.status[o.month] <> 'submitted' OR f.pending[o.month] IS NULL))
"""
KEYS = tuple(map(Key, ("o.due_on", "p.year", "o.month", "u.name_key", "u.id", "a.code", "a.id")))
_ROWS = f"""
SELECT a.id, a.code, a.name, u.id, u.code, u.name, i.id, i.code, i.name, p.year, o.month, f.programmed[o.month],
       f.status[o.month], f.entry_version[o.month], o.due_on, o.closes_on, reopened_until(o.id, u.path),
       returned.comment, returned.actor, returned.client_id, returned.client_name, returned.committed_at,
       {", ".join(key.column for key in KEYS)} {_FROM}
  LEFT JOIN LATERAL (
       SELECT r.comment, c.actor, c.client_id, k.name AS client_name, c.committed_at
         FROM activities_progressentry e
         JOIN activities_review r ON r.entry_id = e.id
         JOIN units_changeset c ON c.id = r.change_set_id
         LEFT JOIN units_apiclient k ON k.id = c.client_id
        WHERE f.status[o.month] = 'returned' AND e.activity_id = a.id AND e.month = o.month
          AND e.entry_version = f.entry_version[o.month]
        ORDER BY r.id DESC LIMIT 1) AS returned ON true {_WHERE}
   AND {{beyond}} ORDER BY {{order}} LIMIT %(most)s OFFSET %(offset)s
"""


class DueMonths:
    """The months that are owed on a day, by due date; a paginator counts them and reads a page (`Rows`)."""

    def __init__(self, activities: QuerySet[Activity], day: date) -> None:
        """Narrow to `activities`; of them only those of approved plans owe anything."""
        owing = activities.filter(plan__status=PlanStatus.APPROVED)
        sql, values = owing.order_by().values("pk").query.sql_with_params()
        self._activities = sql % tuple(f"%(value_{number})s" for number in range(len(values)))
        self._values = {f"value_{number}": value for number, value in enumerate(values)} | {"day": day}
        self._day = day

    def count(self) -> int:
        total: int = self._asked(f"SELECT count(*) {_FROM} {_WHERE}")[0][0]
        return total

    def read(self, page: Page, most: int) -> list[tuple[dict[str, Any], Sequence[Any]]]:
        condition, named = "true", dict[str, Any]()
        if page.place and page.place.values:
            condition, named = beyond_sql(KEYS, page.place)
        part = {"most": most, "offset": 0 if page.place else page.offset}
        rows = self._asked(_ROWS, beyond=condition, order=order_sql(KEYS, backwards=page.backwards), **named, **part)
        return [(_due(row[: -len(KEYS)], self._day), row[-len(KEYS) :]) for row in rows]

    def _asked(self, statement: str, *, beyond: str = "", order: str = "", **named: Any) -> list[Sequence[Any]]:
        with connection.cursor() as cursor:
            sql = statement.format(activities=self._activities, beyond=beyond, order=order)
            cursor.execute(sql, self._values | named)
            rows: list[Sequence[Any]] = cursor.fetchall()
            return rows


def _due(row: Sequence[Any], day: date) -> dict[str, Any]:
    year, month, programmed, status, entry_version, due_on, closes_on, reopened, *returned = row[9:]
    return {
        "activity": reference(*row[0:3]),
        "unit": reference(*row[3:6]),
        "institution": reference(*row[6:9]),
        "year": year,
        "month": month,
        "programmed": programmed,
        "status": status,
        "entry_version": entry_version,
        "due_on": due_on,
        "closes_on": closes_on,
        "reopened_until": reopened,
        "days_left": (due_on - day).days,
        "late": day > due_on,
        "closed": day > closes_on and (reopened is None or day > reopened),
        "returned": _returned(*returned),
    }


def _returned(comment: str | None, by: str, client_id: int | None, client_name: str, at: Any) -> dict[str, Any] | None:
    if comment is None:
        return None
    client = None if client_id is None else {"id": client_id, "name": client_name}
    return {"comment": comment, "by": by, "client": client, "at": at}
