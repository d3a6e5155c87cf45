"""How what waits for a review is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from activities.pages.review_typed import Judged, Key
from units.pages.filters import percent

_HUNDREDTH = Decimal("0.01")
BADGES = {
    "accepted": ("done", "Aceptado"),
    "returned": ("returned", "Devuelto"),
    "rejected": ("waiting", "No se hizo"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A month that waits: `told` is its row of the queue, `typed` what was chosen and written and is not done yet."""

    told: Mapping[str, Any]
    typed: Judged | None = None
    refusal: Mapping[str, Any] | None = None

    @property
    def key(self) -> Key:
        return Key.of(self.told)

    @property
    def deviation(self) -> str:
        """How far it is from what was programmed, signed, in percent; "" where nothing was (domain.md, rule 11)."""
        programmed, executed = self.told["programmed"], self.told["executed"]
        if executed is None or not programmed:
            return ""
        off = ((Decimal(executed) - programmed) * 100 / programmed).quantize(_HUNDREDTH, ROUND_HALF_UP)
        return ("+" if off > 0 else "") + percent(off)

    @property
    def chosen(self) -> bool:
        """Whether it stays chosen: it was, and nothing else was reported since."""
        return bool(self.typed and self.typed.chosen and self.typed.version == self.told["entry_version"])

    @property
    def changed(self) -> bool:
        """Whether somebody reported anew since it was shown."""
        return bool(self.typed and self.typed.version != self.told["entry_version"])
