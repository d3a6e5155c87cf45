"""Computing the read model anew from the truth (architecture.md, "Truth, order, read model")."""

from django.db import connection, transaction

from activities.models import Activity

_CHUNK = 1000
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
