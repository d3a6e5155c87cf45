"""Rows of history, written many at a time."""

from collections.abc import Sequence
from typing import TypeVar

from activities.models import AppliedRow, ImportRow, ProgressEntry, TargetRevision
from units.history.change_sets import current_change_set

# A statement takes 65,535 values, and an entry has ten
BATCH = 5000
Historic = TypeVar("Historic", TargetRevision, ProgressEntry, ImportRow, AppliedRow)


def save_in_bulk(rows: Sequence[Historic]) -> None:
    """Save new rows of history, if any; the change set is looked up once for all of them."""
    if not rows:
        return
    change_set = current_change_set()
    for row in rows:
        row.change_set = change_set
    type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH)
