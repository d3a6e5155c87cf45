"""What tests read out of a cursor, which says nothing to those who hold it."""

from units.access.lookup import confirmed_by_key
from units.history.cursors import Place, place_after


def place_of(caller, cursor: str) -> Place:
    """Return the place that a caller's cursor is."""
    return place_after(cursor, access=confirmed_by_key(caller.key).access)


def position_of(caller, cursor: str) -> int:
    """Return the position up to which all is known to whoever holds a cursor that is not inside a change set."""
    return place_of(caller, cursor).position - 1
