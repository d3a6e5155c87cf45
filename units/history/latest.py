"""The last acts that somebody may know of: who changed what, when and why, as pages say it.

Reads units_changeset, units_change and units_unit.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from poi_api.database.rows import values_of
from poi_api.http.folding import fold
from units.access.grants import Access
from units.history.cursors import change_set_name, position_named
from units.history.visibility import enough_to_judge, visibility_for

_SETS = 200  # the last ones that are sought, among which those that are seen are found
_MOST = 5000  # rows of one act that are counted: as many as a list of months makes at most; only imports make more
# Found once, however few they are among all sets
_SOUGHT = f"""
WITH sought AS MATERIALIZED (SELECT * FROM units_changeset s WHERE {{sought}} ORDER BY position DESC LIMIT {_SETS})"""
_LATEST = f"""
{{units}}
SELECT s.position, s.committed_at, s.actor, s.cause, c.entity, c.event, sum(c.named), c.are_more
  FROM ({_SOUGHT} SELECT * FROM sought WHERE position >= coalesce({{enough}}, 0)) s
 CROSS JOIN LATERAL (
       SELECT *, count(*) OVER () = {_MOST} AS are_more
         FROM (SELECT c.entity, {{event}} AS event, 1 + coalesce(cardinality(c.further_ids), 0) AS named
                 FROM units_change c CROSS JOIN LATERAL ({{judged}}) visible
                WHERE c.change_set_id = s.id AND {{event}} IS NOT NULL LIMIT {_MOST}) seen) c
 GROUP BY 1, 2, 3, 4, 5, 6, 8 ORDER BY 1 DESC, 7 DESC, 5
"""
# How far back the sets reach that were looked through; null where there are no more
_REACH = f"""{_SOUGHT}
SELECT greatest({{enough}}, (SELECT min(position) FROM sought HAVING count(*) = {_SETS}))
"""
# By what is said of the acts that are sought
_CONDITIONS = {
    "since": "s.committed_at >= %(since)s",
    "until": "s.committed_at < %(until)s",
    "before": "s.position < %(before)s",
    "actor": "strpos(poi_fold(s.actor), %(actor)s) > 0",
    "entity": "EXISTS (SELECT FROM units_change o WHERE o.change_set_id = s.id AND o.entity = %(entity)s)",
}


@dataclass(frozen=True, slots=True)
class Part:
    """How many objects of a kind came to be, changed or went in one act; at least so many if not all were counted."""

    entity: str
    event: str
    count: int
    are_more: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """A transaction: when, by whom, why, and what of it the asker may see."""

    change_set: str
    at: datetime
    actor: str
    cause: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Sought:
    """Which acts are sought: from `since` to `until`, by whose name has a text, of a kind of object.

    They stand before the position `before`, which a page holds as a cursor: of what is not seen no moment is told.
    """

    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    actor: str = ""
    entity: str = ""

    def sql(self) -> tuple[str, dict[str, Any]]:
        """Return the condition on change sets, and its values."""
        values = asdict(self) | {"actor": fold(self.actor)}
        said = [condition for name, condition in _CONDITIONS.items() if values[name]]
        return " AND ".join(["s.position IS NOT NULL", *said]), values


def older_than(access: Access, sought: Sought, acts: Sequence[Act], most: int) -> int | None:
    """Return the position before which there may be more than `acts`, the latest `sought`; None if there are none."""
    if len(acts) >= most:
        return position_named(acts[-1].change_set)
    condition, values = sought.sql()
    position: int | None = values_of(_REACH.format(sought=condition, enough=_enough(access)), values)[0][0]
    return position


def latest_acts(access: Access, most: int, sought: Sought | None = None) -> list[Act]:
    """Return the last acts that `access` may know of, newest first: one statement.

    It looks through the last 200 that are sought, or through fewer whose changes are enough to judge.
    """
    visibility = visibility_for(access, of_one=False)
    condition, values = (sought or Sought()).sql()
    statement = _LATEST.format(
        units=visibility.units,
        judged=visibility.judged,
        event=visibility.event,
        sought=condition,
        enough=_enough(access),
    )
    acts: dict[int, Act] = {}
    for position, at, actor, cause, *part in values_of(statement, visibility.values | values):
        act = acts.get(position)
        if act is None:
            act = acts[position] = Act(change_set_name(position), at, actor, cause, [])
        act.parts.append(Part(*part))
    return list(acts.values())[:most]


def _enough(access: Access) -> str:
    order = "position DESC"
    return "NULL" if access.everywhere() else enough_to_judge(f"SELECT * FROM sought ORDER BY {order}", order)
