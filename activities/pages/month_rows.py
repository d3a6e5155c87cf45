"""How the rows of a month's sheet are shown: what stands, what was typed, what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from activities.choices import MonthStatus
from activities.pages.month_saving import Outcome
from activities.pages.month_typed import Cells, Typed, cells_of

_STATES = {
    MonthStatus.UNREPORTED: ("waiting", "Por reportar"),
    MonthStatus.SUBMITTED: ("info", "En revisión"),
    MonthStatus.ACCEPTED: ("done", "Registrado"),
    MonthStatus.RETURNED: ("returned", "Devuelto"),
}
BADGES = {
    "created": ("done", "Guardado"),
    "updated": ("done", "Guardado"),
    "unchanged": ("neutral", "Sin cambios"),
    "rejected": ("returned", "No se guardó"),
    "refused": ("returned", "No se guardó"),
    "conflict": ("waiting", "Elija"),
    "left": ("neutral", "Sin cambios"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One activity: `told` is its row of the sheet, `version` the entry from which its `cells` were filled."""

    told: Mapping[str, Any]
    cells: Cells
    version: int
    outcome: Outcome | None = None

    @property
    def id(self) -> int:
        return int(self.told["activity"]["id"])

    @property
    def is_open(self) -> bool:
        """Whether its cells can be written in; what was typed and not taken stays there in any case."""
        told = self.told
        takes = told["opened"] and not told["closed"] and not told["cancelled"]
        return bool(takes or (self.outcome and self.outcome.keeps_typed))

    @property
    def conflicts(self) -> bool:
        return self.outcome is not None and self.outcome.verdict == "conflict"

    @property
    def failed(self) -> bool:
        return self.outcome is not None and self.outcome.verdict in ("rejected", "refused")

    @property
    def state(self) -> tuple[str, str]:
        """The class of the badge that says how the month stands, and its words."""
        told = self.told
        if told["cancelled"]:
            return "neutral", "Anulada"
        if told["status"] == MonthStatus.UNREPORTED and not told["programmed"]:
            return "neutral", "Sin programa"
        if told["status"] == MonthStatus.ACCEPTED and told["official"] is None:
            return "neutral", "Retirado"
        return _STATES[told["status"]]

    @property
    def result(self) -> tuple[str, str] | None:
        """The badge of what became of it when it was saved."""
        return BADGES[self.outcome.verdict] if self.outcome else None

    @property
    def can_withdraw(self) -> bool:
        """Whether there is a figure that its newest entry does not take back already."""
        return self.is_open and self.told["entry_version"] > 0 and self.told["executed"] is not None


def row_of(told: Mapping[str, Any], typed: Typed | None = None, outcome: Outcome | None = None) -> Row:
    """Return a row: its cells hold what was typed if that was not taken, else the newest entry."""
    if typed and (outcome is None or outcome.keeps_typed):
        return Row(told, typed.cells, typed.version, outcome)
    cells = cells_of(told["executed"], told["reason"], told["evidence_url"])
    return Row(told, cells, told["entry_version"], outcome)
