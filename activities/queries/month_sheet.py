"""All activities of a month, with what was reported of each: the sheet that a unit fills in."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from activities.models import Activity
from activities.queries.due import OWED, PERIODS, RETURNED, is_closed
from activities.queries.month_rows import MonthRows
from poi_api.database.keysets import Key

# Which rows are shown, by the name of the choice; any other name shows all
_SHOWN = {
    "owed": f"o.opens_on <= %(day)s AND f.status[o.month] <> 'returned' AND {OWED}",
    "returned": "f.status[o.month] = 'returned'",
    "submitted": "f.status[o.month] = 'submitted'",
    "accepted": "f.status[o.month] = 'accepted' AND f.executed[o.month] IS NOT NULL",
}
CHOICES = ("", *_SHOWN)
_CASES = " ".join(f"WHEN '{name}' THEN {condition}" for name, condition in _SHOWN.items())
_WHERE = f" WHERE a.id = ANY (ARRAY({{activities}})) AND CASE %(shown)s {_CASES} ELSE true END"
_COUNTS = ", ".join(["count(*)", *(f"count(*) FILTER (WHERE {condition})" for condition in _SHOWN.values())])
_DETAILS = f"""
  JOIN activities_measurementunit m ON m.id = a.measurement_unit_id
  LEFT JOIN activities_progressentry newest
    ON newest.activity_id = a.id AND newest.month = o.month AND newest.entry_version = f.entry_version[o.month]
  LEFT JOIN units_changeset told ON told.id = newest.change_set_id
{RETURNED}"""
_COLUMNS = """
       m.name, o.month, f.programmed[o.month], f.executed[o.month], f.pending[o.month], f.status[o.month],
       f.entry_version[o.month], (o.month >= f.cancelled_from) IS TRUE, newest.executed, newest.reason,
       newest.evidence_url, told.actor, told.committed_at, o.opens_on, o.due_on, o.closes_on,
       reopened_until(o.id, u.path), returned.comment, returned.actor, returned.committed_at
"""
_MEMBERS = (
    *("measure", "month", "programmed", "official", "pending", "status", "entry_version", "cancelled"),
    *("executed", "reason", "evidence_url", "by", "at", "opens_on", "due_on", "closes_on", "reopened_until"),
    *("comment", "returned_by", "returned_at"),
)


class MonthSheet(MonthRows):
    """The activities of a month by unit and code; `shown` is one of CHOICES, "" for all of them."""

    month = "o.month"
    usual_keys = tuple(map(Key, ("u.name_key", "u.id", "p.year", "a.code", "a.id")))
    months, details, where, columns = PERIODS, _DETAILS, _WHERE, _COLUMNS

    def __init__(
        self,
        activities: QuerySet[Activity],
        month: int,
        day: date,
        shown: str = "",
        *,
        moment: datetime | None = None,
    ) -> None:
        super().__init__(activities, {"month": [month], "ordering": ()}, moment=moment, day=day, shown=shown)
        self._day, self._is_past = day, moment is not None

    def counts(self) -> dict[str, int]:
        """Return how many rows each of CHOICES shows."""
        row = self._asked(f"SELECT {_COUNTS} {self._found}", shown="")[0]
        return dict(zip(CHOICES, row, strict=True))

    def shown(self, row: Sequence[Any]) -> dict[str, Any]:
        """Return a row's members; `opened` and `closed` tell whether the month takes reports on the day.

        One of the past takes none, and does not tell until when it was open again.
        """
        told = dict(zip(_MEMBERS, row, strict=True))
        if self._is_past:
            return {**told, "reopened_until": None, "closed": True, "opened": False}
        closed = is_closed(self._day, told["closes_on"], told["reopened_until"])
        return {**told, "closed": closed, "opened": told["opens_on"] <= self._day}
