"""What others changed since a place in the order of changes."""

from collections.abc import Sequence

from poi_api.database.rows import row_of
from units.models.change import LAST_POSITION, Change, ChangeSet


def last_position() -> int:
    """Return the last place in the order of changes, 0 before the first."""
    return int(row_of(f"SELECT {LAST_POSITION}")[0])


def changed_since(position: int, entities: Sequence[str]) -> set[int]:
    """Return the ids of the objects of which such parts were changed after a position, without what is not committed.

    Change sets first, by their position: whatever statistics say, no more is read than what happened since.
    """
    later = list(ChangeSet.objects.filter(position__gt=position).values_list("pk", flat=True))
    changes = Change.objects.filter(change_set_id__in=later, entity__in=entities)
    return {pk for pk in changes.order_by().values_list("part_of_id", flat=True) if pk is not None}
