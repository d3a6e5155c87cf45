"""What a person typed in the sheet of a month, row by row, and which of it says something."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from activities.models import ProgressEntry
from poi_api.http.exact_json import decimal_text
from poi_api.http.parameters import LARGEST_ID, whole_number

MINE, THEIRS = "mine", "theirs"  # which of two figures is to stand


@dataclass(frozen=True, slots=True)
class Cells:
    """What three cells of a row hold, as text."""

    executed: str = ""
    reason: str = ""
    evidence_url: str = ""


def cells_of(executed: Decimal | None, reason: str | None, evidence_url: str | None) -> Cells:
    """Return the cells of a figure; those of one line have no other."""
    figure = "" if executed is None else decimal_text(executed)
    return Cells(figure, " ".join((reason or "").split()), (evidence_url or "").strip())


@dataclass(frozen=True, slots=True)
class Typed:
    """A row as it was sent.

    `version` is the entry that its cells were filled from, `seen` the one that a conflict showed, with the `choice`
    made then. `again` hands in anew what was returned, as it is.
    """

    cells: Cells
    version: int
    seen: int | None
    choice: str
    again: bool

    @property
    def expected(self) -> int:
        """The entry that what is sent has to be the next one of."""
        return self.seen if self.choice == MINE and self.seen is not None else self.version


def typed_rows(form: QueryDict) -> dict[int, Typed]:
    """Return what was sent, by the ids of activities."""
    ids = [whole for text in form.getlist("row") if (whole := whole_number(text, least=1, most=LARGEST_ID))]
    return {activity: _typed(form, activity) for activity in ids}


def _typed(form: QueryDict, activity: int) -> Typed:
    def said(name: str) -> str:
        return str(form.get(f"{name}-{activity}", "")).strip()

    cells = Cells(said("executed"), " ".join(said("reason").split()), said("evidence"))
    version, seen = (whole_number(said(name), least=0, most=LARGEST_ID) for name in ("version", "seen"))
    return Typed(cells, version or 0, seen, said("choice"), bool(said("again")))


def filled_from(activities: Mapping[int, Any], month: int) -> dict[tuple[int, int], Cells]:
    """Return what the cells of each entry of a month held at first, by activity and entry version."""
    entries = ProgressEntry.objects.filter(activity__in=list(activities), month=month)
    rows = entries.values_list("activity_id", "entry_version", "executed", "reason", "evidence_url")
    return {(activity, version): cells_of(*cells) for activity, version, *cells in rows}
