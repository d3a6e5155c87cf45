"""What happened to a person's account, in words."""

from django.db.models import QuerySet

from units.models import AccountEvent

_MOST = 20


def story_of(events: QuerySet[AccountEvent]) -> list[AccountEvent]:
    """Return the latest events among rows, newest first: one for all units of the same act. One query."""
    rows = events.select_related("change_set").order_by("-id")[: 4 * _MOST]
    told = {(row.change_set_id, row.kind): row for row in rows}
    return list(told.values())[:_MOST]
