"""What a reviewer chose and wrote, row by row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from django.http import QueryDict

from poi_api.http.parameters import LARGEST_ID, whole_number


class Key(NamedTuple):
    """Which month of which activity a row is about; its text is the end of the names of the row's fields."""

    activity: int
    year: int
    month: int

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Return the key of a row of the queue."""
        return cls(told["activity"]["id"], told["year"], told["month"])

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the key of a text, None if it is none."""
        parts = [whole_number(part, least=1, most=LARGEST_ID) for part in text.split("-")]
        return cls(*filter(None, parts)) if len(parts) == 3 and all(parts) else None

    def __str__(self) -> str:
        return "-".join(map(str, self))


@dataclass(frozen=True, slots=True)
class Judged:
    """A row as it was sent: the entry that was shown, whether it was chosen, and the comment."""

    version: int
    chosen: bool
    comment: str


def judged_rows(form: QueryDict) -> dict[Key, Judged]:
    """Return what was sent; all rows of a chosen unit are chosen, with its comment where they have none."""
    keys = [key for text in form.getlist("row") if (key := Key.read(text))]
    units = chosen_units(form)
    return {key: _judged(form, key, units) for key in keys}


def chosen_units(form: QueryDict) -> dict[str, str]:
    """Return the comment for each unit of which everything was chosen, by the unit's code."""
    return {code: str(form.get(f"unit-comment-{code}", "")).strip() for code in form.getlist("units")}


def _judged(form: QueryDict, key: Key, units: Mapping[str, str]) -> Judged:
    version, unit = form.get(f"version-{key}", ""), form.get(f"unit-{key}", "")
    chosen = f"chosen-{key}" in form or unit in units
    comment = str(form.get(f"comment-{key}", "")).strip() or units.get(unit, "")
    return Judged(whole_number(version, least=0, most=LARGEST_ID) or 0, chosen, comment)


def items_of(judged: Mapping[Key, Judged], verdict: str) -> list[dict[str, Any]]:
    """Return the chosen rows as the items of a list of reviews."""
    return [
        {**key._asdict(), "entry_version": row.version, "verdict": verdict, "comment": row.comment}
        for key, row in judged.items()
        if row.chosen
    ]
