"""Computing the read model anew from the truth (architecture.md, "Truth, order, read model")."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection

from activities.models import Activity
from units.history.change_sets import recorded_transaction

_CHUNK = 1000
_WHY = "Cifras recalculadas desde su historia: algunas no eran como debían"
_COUNTED = """
WITH wrong AS (
    SELECT p.id, n.activities
      FROM activities_plan p
     CROSS JOIN LATERAL (SELECT count(*) AS activities FROM activities_activity a
                          WHERE a.plan_id = p.id AND NOT a.is_struck_out) AS n
     WHERE n.activities <> (SELECT coalesce(sum(s.activities), 0) FROM activities_standing s WHERE s.plan_id = p.id)
), gone AS (
    DELETE FROM activities_standing WHERE plan_id IN (SELECT id FROM wrong)
)
INSERT INTO activities_standing SELECT * FROM wrong
"""


_PLACED_AT_ONCE = "SET CONSTRAINTS ALL IMMEDIATE; SELECT open_change_set(); SET CONSTRAINTS ALL DEFERRED"
_SEEN_BY_EVERYBODY = """
INSERT INTO units_lastchange (unit_id, position)
SELECT seen.id, (SELECT max(position) FROM units_changeset)
  FROM (SELECT 0::bigint AS id UNION ALL SELECT id FROM units_unit WHERE parent_id IS NULL) AS seen
    ON CONFLICT (unit_id) DO UPDATE SET position = excluded.position
"""


def rebuild_figures() -> int:
    """Recompute the figures of every activity, and how many of each plan stand; return how many rows were wrong.

    A chunk of activities at a time, each in a transaction of its own unless the caller has one, so that
    writers wait no longer than for one chunk. What amends something takes a place in the change order that everybody
    sees and every institution has, without a change, for figures are derived: neither answers that were given nor
    totals that were kept stand from there on, though other chunks may take long yet.
    """
    amended = after = 0
    everything = Activity._base_manager.order_by("pk").values_list("pk", flat=True)
    while ids := list(everything.filter(pk__gt=after)[:_CHUNK]):
        amended += _amended(partial(_refresh, ids))
        after = ids[-1]
    return amended + _amended(_count_standing)


def _amended(amend: Callable[[Any], int]) -> int:
    with recorded_transaction(actor="command:rebuild_figures", cause=_WHY), connection.cursor() as cursor:
        if amended := amend(cursor):
            cursor.execute(_PLACED_AT_ONCE)
            cursor.execute(_SEEN_BY_EVERYBODY)
    return amended


def _refresh(ids: list[int], cursor: Any) -> int:
    cursor.execute("SELECT refresh_figures(%s)", [ids])
    return int(cursor.fetchone()[0])


def _count_standing(cursor: Any) -> int:
    """Count the activities of each plan that stand; return how many numbers were missing or wrong.

    Who adds or strikes out one meanwhile waits, so that each is counted once.
    """
    cursor.execute("LOCK activities_standing IN SHARE ROW EXCLUSIVE MODE")
    cursor.execute(_COUNTED)
    return int(cursor.rowcount)
