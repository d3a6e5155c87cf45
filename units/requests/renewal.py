"""How a kept answer is made again without its view: by one statement, and what comes of its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from units.access.grants import Access
from units.requests.conditional import Freshness

T = TypeVar("T")
U = TypeVar("U")
_Made = Callable[[Sequence[str], list[tuple[Any, ...]]], T | None]


@dataclass(frozen=True, slots=True)
class Begun(Generic[T]):
    """A statement to be asked with named values, and what is `made` of its columns' names and its rows, if possible."""

    statement: str
    values: Mapping[str, Any]
    made: _Made[T]


@dataclass(frozen=True, slots=True)
class Again(Generic[T]):
    """What begins to make something again; None where what it takes is not kept any more."""

    begin: Callable[[], Begun[T] | None]

    def then(self, more: Callable[[T], U | None]) -> "Again[U]":
        """Return what makes more of it."""

        def begin() -> Begun[U] | None:
            begun = self.begin()
            return None if begun is None else Begun(begun.statement, begun.values, _then(begun.made, more))

        return Again(begin)


def _then(made: _Made[T], more: Callable[[T], U | None]) -> _Made[U]:
    def made_more(names: Sequence[str], rows: list[tuple[Any, ...]]) -> U | None:
        so_far = made(names, rows)
        return None if so_far is None else more(so_far)

    return made_more


class Made(NamedTuple):
    """A body, the headers that it has of its own, and how fresh both are."""

    body: bytes
    headers: Mapping[str, str]
    freshness: Freshness


class Renewal(NamedTuple):
    """What makes an answer again, for whom, and how it is told from others."""

    again: Again[Made]
    access: Access
    etag: Callable[[Freshness], str]
