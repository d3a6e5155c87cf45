"""Months that wait for a review, and what a reviewer has to know of them (api.md, `/progress/reviews/`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from activities.models import Activity
from activities.queries.month_rows import MonthRows, client_named
from poi_api.database.keysets import Key
from units.access.grants import Access

_MONTHS = """
 CROSS JOIN generate_series(1, 12) AS m (month)
  JOIN activities_progressentry e
    ON e.activity_id = a.id AND e.month = m.month AND e.entry_version = f.entry_version[m.month]
  JOIN units_changeset c ON c.id = e.change_set_id
"""
# Nobody reviews what they submitted (domain.md, rule 12), and what was cancelled is not reviewed any more (rule 8)
_WAITING = """
 WHERE a.id IN ({activities}) AND 'submitted' = ANY (f.status) AND f.status[m.month] = 'submitted'
   AND (m.month >= f.cancelled_from) IS NOT TRUE"""
_OWN = "(c.client_id = %(client)s OR c.user_id = %(person)s)"
_COLUMNS = """
       m.month, f.programmed[m.month], f.pending[m.month], f.executed[m.month], e.entry_version, e.is_late, e.reason,
       e.evidence_url, c.actor, c.client_id, k.name, c.committed_at
"""
_CLIENT = " LEFT JOIN units_apiclient k ON k.id = c.client_id"
_MEMBERS = ("month", "programmed", "executed", "official", "entry_version", "late", "reason", "evidence_url", "by")


class Kind(NamedTuple):
    """How many wait of a month and a unit, and when the newest of them was reported."""

    year: int
    month: int
    code: str
    name: str
    waiting: int
    newest: datetime


class ReviewQueue(MonthRows):
    """The months that wait for `access` to review them, the longest waiting first."""

    orderings = {**MonthRows.orderings, "month": "m.month", "at": "c.committed_at"}
    month = "m.month"
    usual_keys = tuple(map(Key, ("c.committed_at", "e.id")))
    months, details, columns = _MONTHS, _CLIENT, _COLUMNS
    where = f"{_WAITING} AND {_OWN} IS NOT TRUE"

    def __init__(
        self,
        activities: QuerySet[Activity],
        asked: Mapping[str, Any],
        access: Access,
        moment: datetime | None = None,
    ) -> None:
        super().__init__(activities, asked, moment=moment, client=access.client_id, person=access.user_id)

    def kinds(self) -> list[Kind]:
        """Return how many wait of each year, month and unit: what can be chosen among them."""
        grouped = f"p.year, {self.month}, u.code, u.name"
        order = "GROUP BY 1, 2, 3, 4, u.name_key ORDER BY 1 DESC, 2 DESC, u.name_key"
        asked = f"SELECT {grouped}, count(*), max(c.committed_at) {self._found} {order}"
        return [Kind(*row) for row in self._asked(asked)]

    def shown(self, row: Sequence[Any]) -> dict[str, Any]:
        *of_month, client_id, client_name, at = row
        return {
            **dict(zip(_MEMBERS, of_month, strict=True)),
            "client": client_named(client_id, client_name),
            "at": at,
        }


class OwnSubmissions(ReviewQueue):
    """The months that `access` submitted and somebody else has to review."""

    where = f"{_WAITING} AND {_OWN}"
