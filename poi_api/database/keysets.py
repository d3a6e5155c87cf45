"""Going on after a row: the condition that a row stands beyond a place in an order, for the ORM and for SQL alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Key:
    """One of what rows are sorted by: a path of the ORM, or SQL. Where there is nothing, a row comes last."""

    column: str
    descending: bool = False
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Beyond:
    """Where to go on in an order: beyond the row with these `values`, itself if `inclusive`, back if `backwards`."""

    values: tuple[Any, ...]
    backwards: bool = False
    inclusive: bool = False


Leaf = Callable[[int, str, Any], Any]  # the number of a key, a look-up (`gt`, `isnull`…), a value


def beyond(keys: Sequence[Key], place: Beyond, leaf: Leaf) -> Any:
    """Return the condition, made of what `leaf` makes, that a row stands beyond a place.

    The last key tells any two rows apart. That the first one is not before the place is said apart: by that an index
    on it is used.
    """
    *others, last = enumerate(zip(keys, place.values, strict=True))
    number, (key, value) = last
    condition = _past(number, key, value, place, leaf)
    if place.inclusive:
        condition |= leaf(number, "exact", value)
    for number, (key, value) in reversed(others):
        same = leaf(number, "isnull", True) if value is None else leaf(number, "exact", value)
        past = _past(number, key, value, place, leaf)
        condition = same & condition if past is None else past | (same & condition)
    first, value = keys[0], place.values[0]
    if others and not first.nullable:
        condition = leaf(0, f"{_direction(first, place)}e", value) & condition
    return condition


def _past(number: int, key: Key, value: Any, place: Beyond, leaf: Leaf) -> Any:
    """Return the condition that a key alone is beyond its value; None where nothing can be."""
    if value is None:
        return leaf(number, "isnull", False) if place.backwards else None
    past = leaf(number, _direction(key, place), value)
    return past | leaf(number, "isnull", True) if key.nullable and not place.backwards else past


def _direction(key: Key, place: Beyond) -> str:
    return "lt" if key.descending != place.backwards else "gt"


_OPERATORS = {"gt": ">", "lt": "<", "gte": ">=", "lte": "<=", "exact": "="}


@dataclass(frozen=True, slots=True)
class Sql:
    """A condition in SQL."""

    text: str

    def __or__(self, other: Self) -> "Sql":
        return Sql(f"({self.text} OR {other.text})")

    def __and__(self, other: Self) -> "Sql":
        return Sql(f"({self.text} AND {other.text})")


def beyond_sql(keys: Sequence[Key], place: Beyond) -> tuple[str, dict[str, Any]]:
    """Return the condition in SQL, and its named values."""

    def leaf(number: int, lookup: str, value: Any) -> Sql:
        key = keys[number]
        if lookup == "isnull":
            return Sql(f"{key.column} IS {'NULL' if value else 'NOT NULL'}")
        return Sql(f"{key.column} {_OPERATORS[lookup]} %(place_{number})s")

    named = {f"place_{number}": value for number, value in enumerate(place.values)}
    condition: Sql = beyond(keys, place, leaf)
    return condition.text, named


def order_sql(keys: Sequence[Key], *, backwards: bool = False) -> str:
    """Return what is said after ORDER BY."""
    return ", ".join(_ordered(key, backwards) for key in keys)


def _ordered(key: Key, backwards: bool) -> str:
    direction = " DESC" if key.descending != backwards else ""
    nulls = f" NULLS {'FIRST' if backwards else 'LAST'}" if key.nullable else ""
    return f"{key.column}{direction}{nulls}"
