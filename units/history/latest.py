"""The last acts that somebody may know of: who changed what, when and why, as pages say it.

Reads units_changeset, units_change and units_unit.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from units.access.grants import Access
from units.history.visibility import visibility_for

_SETS = 200  # the last ones, among which those that are seen are sought
_MOST = 1000  # changes of one set that are counted
_LATEST = f"""
{{units}}
SELECT s.position, s.committed_at, s.actor, s.cause, c.entity, {{event}} AS event, count(*)
  FROM (SELECT * FROM units_changeset WHERE position IS NOT NULL ORDER BY position DESC LIMIT {_SETS}) s
 CROSS JOIN LATERAL (SELECT * FROM units_change WHERE change_set_id = s.id LIMIT {_MOST}) c
 CROSS JOIN LATERAL ({{judged}}) visible
 WHERE {{event}} IS NOT NULL
 GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1 DESC, 7 DESC, 5
"""


@dataclass(frozen=True, slots=True)
class Part:
    """How many objects of a kind came to be, changed or went in one act; at most 1,000 are counted."""

    entity: str
    event: str
    count: int


@dataclass(frozen=True, slots=True)
class Act:
    """A transaction: when, by whom, why, and what of it the asker may see."""

    at: datetime
    actor: str
    cause: str
    parts: list[Part]


def latest_acts(access: Access, most: int) -> list[Act]:
    """Return the last acts that `access` may know of, newest first: one statement, over the last 200 there were."""
    visibility = visibility_for(access, of_one=False)
    statement = _LATEST.format(units=visibility.units, judged=visibility.judged, event=visibility.event)
    acts: dict[int, Act] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, visibility.values)
        for position, at, actor, cause, *part in cursor.fetchall():
            acts.setdefault(position, Act(at, actor, cause, [])).parts.append(Part(*part))
    return list(acts.values())[:most]
