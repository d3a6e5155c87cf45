"""Reading what is reported or reviewed: one month alone or thousands in a list, by the same rules.

By hand and not by serializers, which would take a hundred times as long as the rest of a batch. An item that
was read is what `activities.services.progress.verdicts` calls one; what is wrong in itself is in its flaws.
"""

from collections.abc import Callable, Set
from typing import Any

from rest_framework.exceptions import ValidationError

from activities.choices import FIRST_YEAR, LAST_YEAR, Verdict
from activities.serializers.fields import LARGEST_ENTRY_VERSION, LONGEST_REASON, QuantityField
from activities.serializers.links import is_link
from activities.services.progress.verdicts import SubmittedItem
from poi_api.http.parameters import LARGEST_ID
from poi_api.http.problem_items import ErrorItem, error_item
from poi_api.http.texts import trimmed

LONGEST_URL = 2000
_REPORT_FIELDS = {"executed", "reason", "evidence_url", "entry_version"}
_NAME_FIELDS = {"activity", "institution", "year", "month"}
_PROGRESS_FIELDS = _NAME_FIELDS | _REPORT_FIELDS
_REVIEW_FIELDS = _NAME_FIELDS | {"entry_version", "verdict", "comment"}
_MISSING = object()
_QUANTITY = QuantityField()
_NO_LINK = "Debe ser una dirección web completa, con https:// o http:// y un servidor, sin usuario ni contraseña."
_NO_QUANTITY = _QUANTITY.error_messages[_QUANTITY.code].format(largest=_QUANTITY.largest)


class _Reader:
    """One item being read; flaws gather."""

    def __init__(self, data: dict[str, Any], index: int | None) -> None:
        self.data, self.index = data, index
        self.flaws: list[ErrorItem] = []

    def flaw(self, field: str | None, code: str, detail: str) -> None:
        self.flaws.append(error_item(code, detail, field=field, index=self.index))

    def refuse_unknown(self, known: Set[str]) -> None:
        for name in self.data:
            if name not in known:
                self.flaw(name, "unknown_field", "No existe este campo.")

    def required(self, field: str) -> Any:
        value = self.data.get(field, _MISSING)
        if value is _MISSING:
            self.flaw(field, "required", "Este campo es requerido.")
        return value

    def whole(self, field: str, least: int, most: int, value: Any) -> int | None:
        if value is _MISSING:
            return None
        if type(value) is int and least <= value <= most:
            return value
        self.flaw(field, "invalid", f"Debe ser un número entero de {least} a {most}.")
        return None

    def quantity(self, field: str) -> Any:
        value = self.required(field)
        if value is None or value is _MISSING:
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
        value = trimmed(value)
        if len(value) > longest:
            self.flaw(field, "max_length", f"Admite hasta {longest} caracteres.")
        return value

    def link(self, field: str) -> str:
        value = self.text(field, LONGEST_URL)
        if value and not is_link(value):
            self.flaw(field, "invalid_url", _NO_LINK)
        return value

    def name(self, field: str, *, may_miss: bool = False) -> tuple[int | None, str | None]:
        """Return the id or the code by which something is named; one too large is nobody's."""
        value = self.data.get(field) if may_miss else self.required(field)
        if value is _MISSING or (value is None and may_miss):
            return None, None
        if isinstance(value, str) and value:
            return None, value
        if type(value) is int:
            return (value if 0 < value <= LARGEST_ID else 0), None
        self.flaw(field, "invalid", "Use un número (id) o un texto (código).")
        return None, None

    def report(self) -> SubmittedItem:
        return {
            "executed": self.quantity("executed"),
            "reason": self.text("reason", LONGEST_REASON),
            "evidence_url": self.link("evidence_url"),
            "expected": self.version(self.data.get("entry_version")),
        }

    def version(self, value: Any) -> int | None:
        return None if value is None else self.whole("entry_version", 0, LARGEST_ENTRY_VERSION, value)

    def place(self, place: int) -> SubmittedItem:
        identity, code = self.name("activity")
        institution_id, institution = self.name("institution", may_miss=True)
        return {
            "place": place,
            "id": identity,
            "code": code,
            "institution_id": institution_id,
            "institution": institution,
            "year": self.whole("year", FIRST_YEAR, LAST_YEAR, self.required("year")),
            "month": self.whole("month", 1, 12, self.required("month")),
        }


def read_month(data: Any, *, activity: int, year: int | None, month: int) -> tuple[SubmittedItem, list[ErrorItem]]:
    """Read the body of one month's submission."""
    if not isinstance(data, dict):
        return {}, [error_item("invalid", "Debe ser un objeto.")]
    reader = _Reader(data, None)
    reader.refuse_unknown(_REPORT_FIELDS)
    item = {"place": 0, "id": activity, "year": year, "month": month, **reader.report()}
    return item, reader.flaws


def read_progress(data: Any, place: int) -> tuple[SubmittedItem, list[ErrorItem]]:
    """Read one item of a batch."""
    return _read(data, place, _PROGRESS_FIELDS, _Reader.report)


def read_review(data: Any, place: int) -> tuple[SubmittedItem, list[ErrorItem]]:
    """Read one verdict of a list of reviews."""
    return _read(data, place, _REVIEW_FIELDS, _verdict)


def _read(
    data: Any, place: int, known: Set[str], content: Callable[[_Reader], SubmittedItem]
) -> tuple[SubmittedItem, list[ErrorItem]]:
    if not isinstance(data, dict):
        return {"place": place, "flawed": True}, [error_item("invalid", "Debe ser un objeto.", index=place)]
    reader = _Reader(data, place)
    if not known >= data.keys():
        reader.refuse_unknown(known)
    item = reader.place(place) | content(reader)
    item["flawed"] = bool(reader.flaws)
    return item, reader.flaws


def _verdict(reader: _Reader) -> SubmittedItem:
    said = reader.required("verdict")
    if said is not _MISSING and said not in Verdict.values:
        reader.flaw("verdict", "invalid_choice", f"Use uno de: {', '.join(Verdict.values)}.")
    comment = reader.text("comment", LONGEST_REASON)
    if said == Verdict.RETURN and not comment:
        reader.flaw("comment", "comment_required", "Diga qué hay que corregir: una devolución necesita un comentario.")
    expected = reader.whole("entry_version", 0, LARGEST_ENTRY_VERSION, reader.required("entry_version"))
    return {"said": said if isinstance(said, str) else None, "comment": comment, "expected": expected}
