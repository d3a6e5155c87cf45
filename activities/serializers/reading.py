"""Reading what is reported or reviewed: one month alone or thousands in a list, by the same rules.

First the `Shape` of everything is seen to: which members are there. Only what has it is read, and then judged.
By hand and not by serializers, which would take a hundred times as long as the rest of a batch. An item that
was read is what `activities.services.progress.verdicts` calls one; what is wrong in itself is in its flaws.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from rest_framework.exceptions import ValidationError

from activities.choices import FIRST_YEAR, LAST_YEAR, Verdict
from activities.serializers.fields import LARGEST_ENTRY_VERSION, LONGEST_REASON, QuantityField
from activities.serializers.links import is_link
from activities.services.progress.verdicts import SubmittedItem
from poi_api.http.exceptions import Invalid, refuse_all
from poi_api.http.parameters import LARGEST_ID
from poi_api.http.problem_items import MOST_ERRORS, ErrorItem, Errors, bounded, error_item
from poi_api.http.texts import HIDDEN, lines_hide_something, trimmed

LONGEST_URL = 2000
_QUANTITY = QuantityField()
_NO_LINK = "Debe ser una dirección web completa, con https:// o http:// y un servidor, sin usuario ni contraseña."
_NO_QUANTITY = str(_QUANTITY.error_messages[_QUANTITY.code])


class Shape(NamedTuple):
    """Which members an object must have, and which it may have."""

    required: frozenset[str]
    known: frozenset[str]

    def fits(self, data: Any) -> bool:
        """Tell whether it is an object with the right members."""
        return isinstance(data, dict) and self.required <= data.keys() and self.known >= data.keys()

    def faults(self, data: Any, index: int | None) -> Errors:
        """Return what is wrong with the members: an object may have any number of unknown ones."""
        if not isinstance(data, dict):
            return Errors([error_item("invalid", "Debe ser un objeto.", index=index)])
        unknown = [name for name in data if name not in self.known]
        told = [error_item("unknown_field", "No existe este campo.", name, index) for name in unknown[:MOST_ERRORS]]
        missing = [name for name in sorted(self.required) if name not in data]
        told += [error_item("required", "Este campo es requerido.", name, index) for name in missing]
        return bounded(told, len(unknown[MOST_ERRORS:]))


_PLACE = frozenset(["activity", "year", "month"])
_BESIDES = frozenset(["reason", "evidence_url", "entry_version"])
MONTH = Shape(frozenset(["executed"]), _BESIDES | {"executed"})
PROGRESS = Shape(_PLACE | {"executed"}, _PLACE | _BESIDES | {"executed", "institution"})
REVIEW = Shape(_PLACE | {"entry_version", "verdict"}, _PLACE | {"entry_version", "verdict", "institution", "comment"})


def require_shape(shape: Shape, items: Iterable[tuple[int | None, Any]]) -> None:
    """Raise Invalid unless every item has its shape; each comes with its place in the list, None for one alone."""
    told: list[ErrorItem] = []
    more = 0
    for index, item in items:
        if not shape.fits(item):
            faults = shape.faults(item, index)
            more += faults.more
            room = MOST_ERRORS - len(told)
            told += faults.items[:room]
            more += len(faults.items[room:])
    refuse_all(Invalid, told, more)


class _Reader:
    """One item being read; flaws gather."""

    __slots__ = ("data", "flaws", "index")

    def __init__(self, data: dict[str, Any], index: int | None) -> None:
        self.data, self.index = data, index
        self.flaws: list[ErrorItem] = []

    def flaw(self, field: str | None, code: str, detail: str) -> None:
        self.flaws.append(error_item(code, detail, field=field, index=self.index))

    def whole(self, field: str, least: int, most: int, value: Any) -> int | None:
        if type(value) is int and least <= value <= most:
            return value
        self.flaw(field, "invalid", f"Debe ser un número entero de {least} a {most}.")
        return None

    def quantity(self, field: str) -> Any:
        value = self.data[field]
        if value is None:
            return None
        if type(value) is int and 0 <= value < _QUANTITY.largest:  # nearly all are: nothing to round
            return value
        try:
            return _QUANTITY.to_internal_value(value)
        except ValidationError:
            self.flaw(field, _QUANTITY.code, _NO_QUANTITY)
            return None

    def text(self, field: str, longest: int) -> str:
        value = self.data.get(field)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.flaw(field, "invalid", "Debe ser un texto.")
            return ""
        if len(value.strip()) > longest:
            self.flaw(field, "max_length", f"Admite hasta {longest} caracteres.")
            return ""
        return trimmed(value)

    def prose(self, field: str) -> str:
        value = self.text(field, LONGEST_REASON)
        if lines_hide_something(value):
            self.flaw(field, "invalid_text", HIDDEN)
        return value

    def link(self, field: str) -> str:
        value = self.text(field, LONGEST_URL)
        if value and not is_link(value):
            self.flaw(field, "invalid_url", _NO_LINK)
        return value

    def name(self, field: str) -> tuple[int | None, str | None]:
        """Return the id or the code by which something is named; one too large is nobody's."""
        value = self.data[field]
        if type(value) is int:
            return (value if 0 < value <= LARGEST_ID else 0), None
        if isinstance(value, str) and value:
            return None, value
        self.flaw(field, "invalid", "Use un número (id) o un texto (código).")
        return None, None

    def report(self) -> SubmittedItem:
        said = self.data.get  # most say a quantity alone, and what is not called costs nothing
        return {
            "executed": self.quantity("executed"),
            "reason": "" if said("reason") is None else self.prose("reason"),
            "evidence_url": "" if said("evidence_url") is None else self.link("evidence_url"),
            "expected": None if said("entry_version") is None else self.version(said("entry_version")),
        }

    def version(self, value: Any) -> int | None:
        return self.whole("entry_version", 0, LARGEST_ENTRY_VERSION, value)

    def place(self) -> SubmittedItem:
        identity, code = self.name("activity")
        named = self.data.get("institution") is not None
        institution_id, institution = self.name("institution") if named else (None, None)
        return {
            "id": identity,
            "code": code,
            "institution_id": institution_id,
            "institution": institution,
            "year": self.whole("year", FIRST_YEAR, LAST_YEAR, self.data["year"]),
            "month": self.whole("month", 1, 12, self.data["month"]),
        }


def read_month(data: Any, *, activity: int, year: int | None, month: int) -> tuple[SubmittedItem, list[ErrorItem]]:
    """Read the body of one month's submission, which has the shape MONTH."""
    reader = _Reader(data, None)
    item = {"id": activity, "year": year, "month": month, **reader.report()}
    return item, reader.flaws


def read_progress(data: Any, place: int) -> tuple[SubmittedItem, list[ErrorItem]]:
    """Read one item of a batch, which has the shape PROGRESS."""
    return _read(data, place, _Reader.report)


def read_review(data: Any, place: int) -> tuple[SubmittedItem, list[ErrorItem]]:
    """Read one verdict of a list of reviews, which has the shape REVIEW."""
    return _read(data, place, _verdict)


def _read(data: Any, place: int, content: Callable[[_Reader], SubmittedItem]) -> tuple[SubmittedItem, list[ErrorItem]]:
    reader = _Reader(data, place)
    item = reader.place()
    item |= content(reader)
    item["flawed"] = bool(reader.flaws)
    return item, reader.flaws


def _verdict(reader: _Reader) -> SubmittedItem:
    said = reader.data["verdict"]
    if said not in Verdict.values:
        reader.flaw("verdict", "invalid_choice", f"Use uno de: {', '.join(Verdict.values)}.")
    comment = reader.prose("comment")
    if said == Verdict.RETURN and not comment:
        reader.flaw("comment", "comment_required", "Diga qué hay que corregir: una devolución necesita un comentario.")
    expected = reader.whole("entry_version", 0, LARGEST_ENTRY_VERSION, reader.data["entry_version"])
    return {"said": said if isinstance(said, str) else None, "comment": comment, "expected": expected}
