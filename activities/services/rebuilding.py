"""Computing the read model anew from the truth (architecture.md, "Truth, order, read model")."""

from django.db import connection

from activities.models import Activity

_CHUNK = 1000


def rebuild_figures() -> int:
    """Recompute the figures of every activity; return how many rows were missing or wrong.

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
    return amended
