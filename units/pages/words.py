"""What history says of acts, in the words of people."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from units.history.latest import Act, Part
from units.history.registry import recorder_of

_MOST_PARTS = 3  # of an act that are told
# What somebody did to objects of a kind, by what the change is to who reads it
VERBS = {
    "created": "creó",
    "updated": "modificó",
    "deleted": "eliminó",
    "entered": "trasladó",
    "removed": "trasladó",
}
# Of kinds with words of their own; nobody makes what history notes
_VERBS_OF = {
    "account_event": {"created": "registró"},
    "membership": {"created": "dio", "deleted": "retiró"},
}


def does(entity: str, **verbs: str) -> None:
    """Declare what somebody does to objects of a kind, by the changes that have words of their own: `created`."""
    _VERBS_OF[entity] = verbs


# Of a column that holds more than a value: what is said in it, as pairs of a word ("" for its own) and a value in words
Teller = Callable[[Mapping[str, Any]], Iterable[tuple[str, str]]]
TELLERS: dict[tuple[str, str], Teller] = {}


def tells(entity: str, column: str) -> Callable[[Teller], Teller]:
    """Declare, as a decorator, how a column of a kind of object is told, from a whole image of the object."""

    def declared(teller: Teller) -> Teller:
        TELLERS[entity, column] = teller
        return teller

    return declared


def who(actor: str) -> str:
    """Return how history names a person, a machine client or a command, as pages say it."""
    kind, _, name = actor.partition(":")
    named = {"user": name, "client": f"Sistema {name}"}
    return named.get(kind) or f"El servicio ({name or actor})"


def what(act: Act) -> str:
    """Return what was done in an act, a list such as «registró 41 avances»."""
    told = [_part(part) for part in act.parts[:_MOST_PARTS]]
    rest = len(act.parts) - len(told)
    return "; ".join(told) + (f"; y {rest} cosas más" if rest > 1 else "; y otra cosa más" if rest else "")


def _part(part: Part) -> str:
    at_least = "al menos " if part.are_more else ""
    return f"{verb(part.entity, part.event)} {at_least}{part.count:,} {thing(part.entity, part.count)}"


def verb(entity: str, event: str) -> str:
    """Return what somebody did to an object of a kind, by what the change is to who reads it."""
    return _VERBS_OF.get(entity, {}).get(event, VERBS[event])


def thing(entity: str, count: int = 1) -> str:
    """Return what an object of a kind is called, or several of them."""
    known = recorder_of(entity).model._meta
    return str(known.verbose_name if count == 1 else known.verbose_name_plural)
