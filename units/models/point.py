"""A point of the change order: a position, and which change set stands there.

After a copy of the files was put back, other change sets take the positions that were lost. So what says up to where
something is known, or that nothing changed since, holds on to the change set and not to the position alone.
"""

from typing import NamedTuple, Self

# SQL, as text: the last point there is, null before the first change
LAST_POINT = """(SELECT point_of(c.position, c.committed_at) FROM units_changeset c
    WHERE c.position IS NOT NULL ORDER BY c.position DESC LIMIT 1)"""
_UNMARKED = "00000000"


class Point(NamedTuple):
    """A position and 8 hexadecimal digits, which another change set at that position would not have."""

    position: int
    mark: str

    @classmethod
    def read(cls, text: str | None) -> Self:
        """Return the point that SQL's `point_of` wrote; of null, the one before the first change.

        Raises ValueError for what is no point: a position alone does not say which history it is of.
        """
        position, _, mark = (text or f"0-{_UNMARKED}").partition("-")
        if len(mark) != len(_UNMARKED):
            raise ValueError(f"not a point of the change order: {text!r}")
        return cls(int(position), mark)

    def __str__(self) -> str:
        return f"{self.position}-{self.mark}"


def point_at(position: str) -> str:
    """Return the SQL, as text, of the point at a position, which is SQL too; null where there is none."""
    return f"(SELECT point_of(c.position, c.committed_at) FROM units_changeset c WHERE c.position = {position})"
