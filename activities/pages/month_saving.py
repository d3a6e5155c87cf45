"""Saving the sheet of a month: what says something is sent as a batch, and each row gets its verdict."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from activities.pages.month_typed import THEIRS, Cells, Typed, cells_of, filled_from
from units.pages.api import Api
from units.pages.api_words import for_people
from units.pages.quantities import Unreadable, are_by_comma, quantity_of

_NO_FIGURE = "Escriba lo ejecutado: el motivo o el enlace solos no se guardan."
_BLANK = "Una celda en blanco no dice nada: la cifra sigue como estaba. Para quitarla use «Retirar la cifra»."
_CHOOSE = "Alguien registró este mes mientras usted escribía. Elija qué vale y guarde de nuevo."
_ALIKE = "Lo mismo ya estaba registrado."
_LEFT = "Quedó lo que ya estaba registrado."
_FIGURE = ("executed",)
_WORDS = {"reason": "Motivo", "evidence_url": "Medio de verificación"}
_SAID = {"created": "Registrado.", "updated": "Registrado.", "unchanged": "Sin cambios: ya estaba registrado así."}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row: a verdict of the batch, `conflict`, `refused` (not sent) or `left`; and what is said.

    `wrong` are the cells that are to be mended.
    """

    verdict: str
    said: Sequence[str]
    wrong: Collection[str] = ()

    @property
    def keeps_typed(self) -> bool:
        """Tell whether the cells still hold what was typed, because it was not taken."""
        return self.verdict in ("rejected", "conflict", "refused")


def save_month(
    api: Api, year: int, month: int, typed: Mapping[int, Typed], now: Mapping[int, Any]
) -> dict[int, Outcome]:
    """Send the rows in which something was typed, and return the outcome of each, by activity. Raises Problem.

    `now` are the rows of the sheet that the person reports on, by activity; others are passed over.
    """
    first = filled_from(now, month)
    by_comma = are_by_comma(row.cells.executed for row in typed.values())
    outcomes, items = dict[int, Outcome](), list[dict[str, Any]]()
    for activity, row in typed.items():
        if activity not in now:
            continue
        filled = first.get((activity, row.version), Cells())
        outcome = _outcome_unsent(row, filled)
        if outcome is None and (row.cells != filled or row.again):
            outcome = _added(items, activity, year, month, row, filled, by_comma)
        if outcome is not None:
            outcomes[activity] = outcome
    return outcomes | _sent(api, items, month)


def _outcome_unsent(row: Typed, filled: Cells) -> Outcome | None:
    """Return what becomes of a row that says nothing or not enough, None for one to be looked at further."""
    if row.choice == THEIRS:
        return Outcome("left", [_LEFT])
    if row.cells.executed or row.cells == filled:
        return None
    same_words = (row.cells.reason, row.cells.evidence_url) == (filled.reason, filled.evidence_url)
    return Outcome("left", [_BLANK]) if filled.executed and same_words else Outcome("refused", [_NO_FIGURE], _FIGURE)


def _added(
    items: list[dict[str, Any]], activity: int, year: int, month: int, row: Typed, filled: Cells, by_comma: bool
) -> Outcome | None:
    """Add a row to what is sent, or return why its figure cannot be read."""
    try:
        untouched = row.cells.executed == filled.executed
        executed = quantity_of(row.cells.executed, among_commas=by_comma and not untouched)
    except Unreadable as unreadable:
        return Outcome("refused", [str(unreadable)], _FIGURE)
    said = {"activity": activity, "year": year, "month": month, "executed": executed, "entry_version": row.expected}
    items.append(asdict(row.cells) | said)
    return None


def _sent(api: Api, items: list[dict[str, Any]], month: int) -> dict[int, Outcome]:
    if not items:
        return {}
    answer = api.post("/progress/batch/", {"mode": "partial", "items": items})
    newest = filled_from({item["activity"]: None for item in items}, month)
    outcomes = {}
    for sent, verdict in zip(items, answer["items"], strict=True):
        codes = {error["code"] for error in verdict["errors"]}
        if codes == {"version_conflict"}:
            there = newest.get((sent["activity"], verdict["entry_version"]))
            mine = cells_of(sent["executed"], sent["reason"], sent["evidence_url"])
            outcome = Outcome("unchanged", [_ALIKE]) if there == mine else Outcome("conflict", [_CHOOSE])
        elif codes:
            said = [_of_cell(error["field"], for_people(error["detail"])) for error in verdict["errors"]]
            outcome = Outcome("rejected", said, {error["field"] for error in verdict["errors"]})
        else:
            outcome = Outcome(verdict["status"], [_SAID[verdict["status"]]])
        outcomes[sent["activity"]] = outcome
    return outcomes


def _of_cell(field: str | None, detail: str) -> str:
    """Return what is wrong with a row, with the name of its cell where that is not the figure's and is not said."""
    name = _WORDS.get(field or "")
    return f"{name}: {detail}" if name and f"«{name}»" not in detail else detail
