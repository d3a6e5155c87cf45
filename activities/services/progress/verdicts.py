"""What became of each item of a list that was sent: written, unchanged, or rejected and why (api.md, "Batch").

The database judges (`submitting.sql`, `reviewing.sql`); here its findings get the words that people read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, Self

from activities.choices import MONTHS, MonthStatus
from activities.services.progress.arrays import Column
from poi_api.http.exact_json import decimal_text
from poi_api.http.problem_items import ErrorItem, error_item
from poi_api.http.texts import quoted

SubmittedItem = dict[str, Any]  # as `activities.serializers.reading` makes it
Reading = tuple[SubmittedItem, list[ErrorItem]]  # with its flaws
# Found in an item whatever else is wrong with it
_BESIDES_FLAWS = {"unknown_activity", "institution_required", "permission_denied", "duplicate_item"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A list that was sent: a field of every item at once, and each item, with its flaws, where it is to be explained.

    `rows` are those of a sheet that the items come from, None where there is none; `besides` are further members of
    what is answered.
    """

    column: Column
    read: Callable[[int], Reading]
    rows: Sequence[int] | None = None
    besides: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, readings: Sequence[Reading], **more: Any) -> Self:
        """Return the list of items that were read one by one; `more` are its `rows` and what is `besides`."""
        return cls(column_of([item for item, _ in readings]), readings.__getitem__, **more)


def column_of(items: Sequence[SubmittedItem]) -> Column:
    """Return how a field of all the items is told."""
    return lambda field: [item.get(field) for item in items]


class Judged(NamedTuple):
    """What the database found of one item. Of an activity that is not visible it says nothing."""

    place: int
    verdict: str
    activity_id: int | None
    code: str | None
    name: str | None
    year: int | None
    month: int | None
    entry_version: int | None
    programmed: Decimal | None = None
    tolerance: Decimal | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    reopened_until: date | None = None
    state: str = ""

    @property
    def reference(self) -> dict[str, Any] | None:
        """How an answer names the activity."""
        if self.activity_id is None:
            return None
        return {"id": self.activity_id, "code": self.code, "name": self.name}

    @property
    def month_name(self) -> str:
        """`MAR 2022`."""
        return f"{MONTHS[(self.month or 1) - 1]} {self.year}"


def errors_of(judged: Judged, item: SubmittedItem, flaws: Sequence[ErrorItem], index: int | None) -> list[ErrorItem]:
    """Return why an item is rejected: what is wrong in itself, then what the database found; empty if it is good.

    `index` is its place in the list, None where it is alone.
    """
    if flaws and (judged.verdict not in _BESIDES_FLAWS or not _is_named(item)):
        return list(flaws)
    if judged.verdict not in _REASONS:
        return []
    at_fault, reason = _REASONS[judged.verdict]
    code = "reason_required" if judged.verdict == "withdrawal_reason_required" else judged.verdict
    return [*flaws, error_item(code, reason(judged=judged, item=item), field=at_fault, index=index)]


def _is_named(item: SubmittedItem) -> bool:
    return item.get("year") is not None and (item.get("id") is not None or item.get("code") is not None)


def _named(item: SubmittedItem) -> str:
    what = (
        quoted(item["code"]) if item["code"] is not None else f"con el id {item['id']}" if item["id"] else "con ese id"
    )
    return f"{what} en el año {item['year']}"


def _unknown(judged: Judged, item: SubmittedItem) -> str:
    return f"No existe una actividad {_named(item)} entre las que usted puede ver."


def _several(judged: Judged, item: SubmittedItem) -> str:
    return f"Varias instituciones tienen una actividad {_named(item)}: diga de cuál con «institution»."


def _deviation(judged: Judged, item: SubmittedItem) -> str:
    numbers = (item["executed"], judged.programmed or Decimal(0), judged.tolerance or Decimal(0))
    executed, programmed, tolerance = (decimal_text(Decimal(number)) for number in numbers)
    return (
        f"Lo ejecutado en {judged.month_name} ({executed}) se aparta de lo programado ({programmed}) más de lo que "
        f"tolera el plan ({tolerance} %): explique por qué en «reason»."
    )


def _not_open(judged: Judged, item: SubmittedItem) -> str:
    if judged.opens_on is None:
        return f"El plan no tiene periodo de registro para {judged.month_name}: consulte a su oficina de planificación."
    return f"{judged.month_name} se registra desde el {judged.opens_on:%d/%m/%Y}: envíelo a partir de ese día."


def _closed(judged: Judged, item: SubmittedItem) -> str:
    ended = f", y su reapertura terminó el {judged.reopened_until:%d/%m/%Y}" if judged.reopened_until else ""
    return (
        f"El registro de {judged.month_name} cerró el {judged.closes_on:%d/%m/%Y}{ended}. Pida a su oficina de "
        "planificación que lo reabra para su unidad (POST /periods/{id}/reopenings/) y vuelva a enviarlo."
    )


def _not_submitted(judged: Judged, item: SubmittedItem) -> str:
    states = {
        MonthStatus.UNREPORTED: "no tiene ningún registro",
        MonthStatus.ACCEPTED: "ya está aceptado",
        MonthStatus.RETURNED: "ya se devolvió y espera una corrección",
    }
    return f"{judged.month_name} {states[MonthStatus(judged.state)]}: no hay nada que revisar."


# By what the database says: the field that is at fault, and what makes the words of `judged` and `item`
_REASONS: dict[str, tuple[str | None, Callable[..., str]]] = {
    "unknown_activity": ("activity", _unknown),
    "institution_required": ("institution", _several),
    "permission_denied": ("activity", "Su rol no permite esta operación en la actividad {judged.code}.".format),
    "duplicate_item": (
        "activity",
        "La actividad {judged.code} y el mes {judged.month_name} se repiten en la lista: deje una sola vez.".format,
    ),
    "withdrawal_reason_required": (
        "reason",
        "Para retirar la cifra de {judged.month_name} hace falta un motivo: explique por qué en «reason».".format,
    ),
    "reason_required": ("reason", _deviation),
    "plan_not_approved": (
        None,
        "El plan {judged.year} es todavía un borrador: se registra avance desde que se aprueba.".format,
    ),
    "plan_closed": (None, "El plan {judged.year} está cerrado: ya no admite registros ni revisiones.".format),
    "activity_cancelled": (
        "month",
        "La actividad {judged.code} está anulada y no admite registros ni revisiones de {judged.month_name}. Si no "
        "debe estarlo, consulte a su oficina de planificación.".format,
    ),
    "period_not_open": ("month", _not_open),
    "period_closed": ("month", _closed),
    "own_entry": (
        None,
        "Nadie revisa lo que registró: el avance de {judged.month_name} lo revisa otra persona o cliente.".format,
    ),
    "not_submitted": (None, _not_submitted),
    "version_conflict": (
        "entry_version",
        "Usted partió de la versión {item[expected]} de {judged.month_name} y la actual es la {judged.entry_version}: "
        "consulte cómo quedó y decida si envía de nuevo.".format,
    ),
}
