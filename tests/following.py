"""A system that keeps a copy of what it may see: it pulls once, then follows the feed, as docs/following.md says."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.test import Client

from tests.api import get
from tests.factories import Caller

Twelve = list[Any]
_OF_ACTIVITY = ("target_revision", "progress_entry", "review")
_SHOWN = {
    "unit": ("code", "name", "kind", "parent", "is_active"),
    "activity": ("code", "name", "plan", "unit", "mef_activity", "measurement_unit", "accumulation"),
}


class Session(NamedTuple):
    """A person who logged in, and the header that its requests carry."""

    cookie: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"sessionid={self.cookie}"}


def session(person: User) -> Session:
    browser = Client()
    browser.force_login(person)
    return Session(browser.cookies["sessionid"].value)


@dataclass
class Copy:
    """The units and activities that a caller sees, and the figures: current programme and official execution."""

    caller: Caller | Session
    unit: dict[int, dict[str, Any]] = field(default_factory=dict)
    activity: dict[int, dict[str, Any]] = field(default_factory=dict)
    programmed: dict[int, Twelve] = field(default_factory=dict)
    executed: dict[int, Twelve] = field(default_factory=dict)
    cursor: str = ""
    pulls: int = 0

    def pull(self, year: int = 2022) -> None:
        """Read everything anew; what changes meanwhile comes after the first answer's place."""
        self.pulls += 1
        first = get(self.caller, "/units/", limit=1000)
        self.cursor = first["Change-Cursor"]
        self.unit = {row["id"]: _kept("unit", _flat(row)) for row in first.json()["results"]}
        rows = get(self.caller, "/activities/", limit=1000).json()["results"]
        self.activity = {row["id"]: _kept("activity", _flat(row)) for row in rows}
        self.programmed = {row["id"]: row["programmed"] for row in rows}
        figures = get(self.caller, "/reports/matrix/", year=year, limit=1000).json()["results"]
        self.executed = {row["activity"]["id"]: row["executed"] for row in figures}

    def follow(self, limit: int = 1000, pages: int = 10**6) -> None:
        """Read at most `pages` pages of the feed; begin again where a page says so (410)."""
        for _ in range(pages):
            asked = {"after": self.cursor} if self.cursor else {}  # from the beginning
            answer = get(self.caller, "/changes/", limit=limit, **asked)
            if answer.status_code == 410:
                self.pull()
                continue
            assert answer.status_code == 200, answer.content.decode()
            body = answer.json()
            for change in body["results"]:
                self.apply(change)
            self.cursor = body["next"]
            if not body["has_more"]:
                return

    def apply(self, change: dict[str, Any]) -> None:
        entity, number, content = change["entity"], change["object_id"], change["after"]
        if entity in _OF_ACTIVITY:
            self._add(change["activity"], entity, content)
        elif entity not in _SHOWN:
            return
        elif change["operation"] in ("deleted", "removed"):
            self._drop(entity, number)
        elif content is not None:
            mine = getattr(self, entity)
            mine[number] = mine.get(number, {}) | _kept(entity, content)
            if change["operation"] == "entered" and entity == "activity":
                self._begin(number, content)

    def seen(self) -> dict[str, Any]:
        """Return what two copies have to agree on."""
        return {name: getattr(self, name) for name in ("unit", "activity", "programmed", "executed")}

    def _begin(self, activity: int, content: dict[str, Any]) -> None:
        self.executed[activity] = [None] * 12
        accepted = {row["entry"] for row in content["reviews"] if row["verdict"] == "accept"}
        for row in content["target_revisions"]:
            self._add(activity, "target_revision", row)
        for row in content["progress_entries"]:
            if row["id"] in accepted or not row["needs_review"]:
                self.executed[activity][row["month"] - 1] = row["executed"]

    def _add(self, activity: int, entity: str, content: dict[str, Any]) -> None:
        months = self.executed.setdefault(activity, [None] * 12)
        if entity == "target_revision":
            self.programmed[activity] = content["programmed"]
        elif content["verdict"] == "accept" if entity == "review" else not content["needs_review"]:
            months[content["month"] - 1] = content["executed"]

    def _drop(self, entity: str, number: int) -> None:
        getattr(self, entity).pop(number, None)
        if entity == "activity":
            self.programmed.pop(number, None)
            self.executed.pop(number, None)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Return an answer's row with its references as the feed shows them: by id alone."""
    named = {name: part and part.get("id", part) for name, part in row.items() if isinstance(part, dict | None)}
    return row | named


def _kept(entity: str, content: dict[str, Any]) -> dict[str, Any]:
    return {name: content[name] for name in _SHOWN[entity] if name in content}
