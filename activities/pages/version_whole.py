"""A new version as it is typed over several pages: what stands on others travels along in the form, signed and packed.

Nothing of it is kept by the service: so it is there for as long as the page is, also where a session ends, and two who
type do not disturb each other. It is packed tightly, for a page has 150 kB at most.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.core.signing import BadSignature, Signer
from django.http import QueryDict

from activities.pages.months import NAMES
from activities.pages.version_forms import ChangeForm

_SIGNER = Signer(salt="version", sep="~")
_SEEN = ("was", "etag")  # what a row says of the activity as it was shown
_ETAG = 9  # characters of an ETag, which tell well enough whether it changed
_BETWEEN, _NOTHING = "\t", "="  # months that travel along, and one in which nothing was typed
_LISTS = ("activity", "added", "more")


class Unreadable(Exception):
    """What travelled along is not as it was given."""


@dataclass
class WholeVersion:
    """All that was typed, on whichever page: `said` holds the fields of every row in which something was.

    `chosen` are the ids of the activities in their order, `added` the numbers of new ones, `more` the activities whose
    further changes are shown.
    """

    chosen: list[str]
    added: list[str]
    more: set[str]
    said: QueryDict

    @classmethod
    def read(cls, form: QueryDict) -> Self:
        """Return what a form says, with what travelled along. Raises Unreadable."""
        others = _unpacked(form.get("others", ""))
        said: Any = form.copy()
        for prefix, packed in others["rows"].items():
            for name, text in _fields(*packed).items():
                said.setdefault(f"{prefix}-{name}", text)
        lists = {name: [*others[name], *form.getlist(name)] for name in _LISTS}
        chosen, added = (list(dict.fromkeys(filter(str.isdecimal, lists[name]))) for name in ("activity", "added"))
        return cls(chosen, added, set(lists["more"]), said)

    @property
    def touched(self) -> list[str]:
        """The activities in whose rows something was typed, and those whose rows came with the form."""
        rows = self._rows()
        return [each for each in self.chosen if f"r{each}" in rows]

    def fill(self, row: Mapping[str, Any]) -> None:
        """Say of an activity what it is now, wherever nothing else was typed."""
        form = ChangeForm(dict(row))
        for name, value in form.initial.items():
            self.said.setdefault(form.add_prefix(name), value)
        etag = form.add_prefix("etag")
        if form.initial["etag"].startswith(self.said[etag]):  # it travelled along shortened
            self.said[etag] = form.initial["etag"]

    def add(self, activities: Iterable[str], most: int) -> int:
        """Choose activities too, as far as there is room, and return how many found none."""
        known = set(self.chosen)
        new = [each for each in dict.fromkeys(activities) if each.isdecimal() and each not in known]
        room = max(most - len(self.chosen), 0)
        self.chosen += new[:room]
        return len(new[room:])

    def drop(self, which: str) -> None:
        """Take a row out: that of an activity, or `n1`, that of a new one."""
        self.chosen = [each for each in self.chosen if each != which]
        self.added = [each for each in self.added if f"n{each}" != which]

    def packed(self, shown: Iterable[str], *, added_too: bool = False) -> str:
        """Return what travels along beside the rows of `shown`; with `added_too` those of new ones do so as well."""
        rows, on_page = self._rows(), set(shown)
        hidden = [f"r{each}" for each in self.chosen if each not in on_page]
        carried = {each: _packed(typed) for each in hidden if (typed := _typed(rows.get(each, {})))}
        if added_too:
            carried |= {f"n{each}": _packed(rows.get(f"n{each}", {})) for each in self.added}
        added = self.added if added_too else []
        told = {"activity": self.chosen, "added": added, "more": sorted(self.more), "rows": carried}
        packed: str = _SIGNER.sign_object(told, compress=True)
        return packed

    def _rows(self) -> dict[str, dict[str, str]]:
        """Return the fields of each row by their names, by the row's prefix."""
        found: dict[str, dict[str, str]] = {}
        for sent, text in self.said.items():
            prefix, dash, name = sent.partition("-")
            if dash:
                found.setdefault(prefix, {})[name] = str(text)
        return found


def _typed(fields: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed of a row, and what it was typed upon; nothing where all is as it was shown."""
    seen = dict(zip(NAMES, fields.get("was", "").replace("_", "").split(" "), strict=False))
    typed = {name: text for name, text in fields.items() if name not in _SEEN and text != seen.get(name, "")}
    return typed | {"etag": fields.get("etag", "")[:_ETAG]} if typed else {}


def _packed(typed: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Return what was typed of a row as its twelve months, one after another, and the rest by its names."""
    months = (" ".join(typed[name].split()) if name in typed else _NOTHING for name in NAMES)
    return _BETWEEN.join(months), {name: text for name, text in typed.items() if name not in NAMES}


def _fields(months: str, rest: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that were packed."""
    typed = zip(NAMES, months.split(_BETWEEN), strict=True)
    return {name: text for name, text in typed if text != _NOTHING} | dict(rest)


def _unpacked(packed: str) -> dict[str, Any]:
    if not packed:
        return {"activity": [], "added": [], "more": [], "rows": {}}
    try:
        told: dict[str, Any] = _SIGNER.unsign_object(packed)
    except BadSignature as error:
        raise Unreadable from error
    return told
