"""Months that units still owe: expected and not reported, or returned (api.md, `/progress/due/`)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from activities.models import Activity
from activities.queries.month_rows import MonthRows, client_named
from poi_api.database.keysets import Key

PERIODS = " JOIN activities_reportingperiod o ON o.plan_id = p.id"
# Expected means programmed (rule 1); a withdrawn figure is owed again, one that waits for its review is not. What was
# returned is to be mended, unless its month was cancelled since: it takes no more reports (rule 8).
OWED = """
       (f.status[o.month] = 'returned' AND (o.month >= f.cancelled_from) IS NOT TRUE
        OR f.programmed[o.month] > 0 AND f.executed[o.month] IS NULL
           AND (f.status[o.month] <> 'submitted' OR f.pending[o.month] IS NULL))
"""
# An array is looked up. In a set PostgreSQL looks last, after so many joins, when it has joined everything.
_WHERE = f" WHERE a.id = ANY (ARRAY({{activities}})) AND o.opens_on <= %(day)s AND {OWED}"
_COLUMNS = """
       o.month, f.programmed[o.month], f.status[o.month], f.entry_version[o.month], o.due_on, o.closes_on,
       reopened_until(o.id, u.path),
       returned.comment, returned.actor, returned.client_id, returned.client_name, returned.committed_at
"""
_MEMBERS = ("month", "programmed", "status", "entry_version", "due_on", "closes_on", "reopened_until")
# The verdict by which the newest entry came back
RETURNED = """
  LEFT JOIN LATERAL (
       SELECT r.comment, c.actor, c.client_id, k.name AS client_name, c.committed_at
         FROM activities_progressentry e
         JOIN activities_review r ON r.entry_id = e.id
         JOIN units_changeset c ON c.id = r.change_set_id
         LEFT JOIN units_apiclient k ON k.id = c.client_id
        WHERE f.status[o.month] = 'returned' AND e.activity_id = a.id AND e.month = o.month
          AND e.entry_version = f.entry_version[o.month]
        ORDER BY r.id DESC LIMIT 1) AS returned ON true
"""


class DueMonths(MonthRows):
    """The months that are owed on a day, by due date."""

    orderings = {**MonthRows.orderings, "month": "o.month", "due_on": "o.due_on", "closes_on": "o.closes_on"}
    month = "o.month"
    usual_keys = tuple(map(Key, ("o.due_on", "p.year", "o.month", "u.name_key", "u.id", "a.code", "a.id")))
    months, details, where, columns = PERIODS, RETURNED, _WHERE, _COLUMNS

    def __init__(self, activities: QuerySet[Activity], asked: Mapping[str, Any], day: date) -> None:
        super().__init__(activities, asked, day=day)
        self._day = day

    def shown(self, row: Sequence[Any]) -> dict[str, Any]:
        told = dict(zip(_MEMBERS, row, strict=False))
        due_on = told["due_on"]
        return {
            **told,
            "days_left": (due_on - self._day).days,
            "late": self._day > due_on,
            "closed": is_closed(self._day, told["closes_on"], told["reopened_until"]),
            "returned": _returned(*row[len(_MEMBERS) :]),
        }


def is_closed(day: date, closes_on: date, reopened_until: date | None) -> bool:
    """Tell whether a month takes no report on a day (domain.md, rule 10)."""
    return day > closes_on and (reopened_until is None or day > reopened_until)


def _returned(comment: str | None, by: str, client_id: int | None, client_name: str, at: Any) -> dict[str, Any] | None:
    if comment is None:
        return None
    return {"comment": comment, "by": by, "client": client_named(client_id, client_name), "at": at}
