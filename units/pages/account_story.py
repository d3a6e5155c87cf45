"""What happened to a person's account, in words."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from units.models import AccountEvent
from units.pages.words import who

_MOST = 20


class Happened(NamedTuple):
    """An event, by whom and when."""

    what: str
    who: str
    at: datetime | None


def story_of(events: QuerySet[AccountEvent]) -> list[Happened]:
    """Return the latest events among rows, newest first: one for all units of the same act. One query."""
    rows = events.select_related("change_set").order_by("-id")[: 4 * _MOST]
    told = {
        (row.change_set_id, row.kind): Happened(
            row.get_kind_display(), who(row.change_set.actor), row.change_set.committed_at
        )
        for row in rows
    }
    return list(told.values())[:_MOST]
