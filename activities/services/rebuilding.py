"""Computing the read model anew from the truth (architecture.md, "Truth, order, read model")."""

from django.db import connection, transaction

from activities.models import Activity

_CHUNK = 1000
_COUNTED = """
INSERT INTO activities_standing
SELECT p.id, count(a.id)
  FROM activities_plan p
  LEFT JOIN activities_activity a ON a.plan_id = p.id AND NOT a.is_struck_out
  LEFT JOIN activities_standing s ON s.plan_id = p.id
 GROUP BY p.id, s.activities HAVING count(a.id) <> coalesce(s.activities, 0)
    ON CONFLICT (plan_id) DO UPDATE SET activities = excluded.activities
"""


def rebuild_figures() -> int:
    """Recompute the figures of every activity, and how many of each plan stand; return how many rows were wrong.

    A chunk of activities at a time, each in a transaction of its own unless the caller has one, so that
    writers wait no longer than for one chunk. Figures are derived: no change is recorded.
    """
    amended = after = 0
    with connection.cursor() as cursor:
        everything = Activity._base_manager.order_by("pk").values_list("pk", flat=True)
        while ids := list(everything.filter(pk__gt=after)[:_CHUNK]):
            cursor.execute("SELECT refresh_figures(%s)", [ids])
            amended += cursor.fetchone()[0]
            after = ids[-1]
    return amended + _count_standing()


def _count_standing() -> int:
    """Count the activities of each plan that stand; return how many numbers were missing or wrong.

    Who adds or strikes out one meanwhile waits, so that each is counted once.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK activities_standing IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(_COUNTED)
        return int(cursor.rowcount)
