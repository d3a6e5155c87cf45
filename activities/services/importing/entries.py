"""Write what a document says was done: entries with the origin `import`, month by month."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from activities.choices import MonthStatus, Origin
from activities.document import Problem, Row
from activities.models import Figure, ProgressEntry
from activities.services.bulk_history import in_batches, write_history
from activities.services.importing.matching import Matched
from units.history.since import changed_since, last_position

LAST_MONTH = 12
_COLUMNS = ("activity_id", "month", "entry_version", "executed", "reason", "origin")
_ACTIVITIES = 1000
"""Of how many activities the months are looked at and held in memory at once."""
_REPORTED = ("progress_entry", "review")
"""What moves an activity's months while its plan is kept as it is, by the names that changes have for it."""
_WITHOUT_FIGURE = {
    MonthStatus.ACCEPTED: "su cifra retirada",
    MonthStatus.SUBMITTED: "un registro por revisar",
    MonthStatus.RETURNED: "un registro devuelto",
}


@dataclass(slots=True)
class Entries:
    """How many months are written first, anew, and not at all because they say the same; what is kept, and why.

    `new` are the entries themselves, in the columns of `_COLUMNS`.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    new: list[Sequence[Any]] = field(default_factory=list)

    def add(self, other: "Entries") -> None:
        """Count in what becomes of another row."""
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.problems += other.problems
        self.new += other.new


@dataclass(frozen=True, slots=True)
class _Months:
    """What is there of an activity, a value for each month; nothing yet where it is new."""

    entry_version: Sequence[int] = (0,) * LAST_MONTH
    executed: Sequence[Decimal | None] = (None,) * LAST_MONTH
    reason: Sequence[str | None] = (None,) * LAST_MONTH
    status: Sequence[Any] = (None,) * LAST_MONTH


@dataclass(frozen=True, slots=True)
class _Said:
    """What a row says of a month beside what is there; `reason` None: the document has no reasons."""

    row: Row
    activity: int
    month: int
    executed: Decimal
    reason: str | None
    there: _Months

    @property
    def version(self) -> int:
        return self.there.entry_version[self.month - 1]

    @property
    def before(self) -> Decimal | None:
        return self.there.executed[self.month - 1]

    @property
    def is_same(self) -> bool:
        return self.before == self.executed and self.reason in (None, self.there.reason[self.month - 1] or "")

    def as_entry(self) -> Sequence[Any]:
        return self.activity, self.month, self.version + 1, self.executed, self.reason or "", Origin.IMPORT.value


_NOTHING = _Months()


class Judging:
    """What becomes of the months that a document reports, judged by what is there, and judged anew where that moved.

    What an import wrote is replaced; what people reported since is kept, and said, unless `overwrite`. A blank month
    withdraws nothing; up to the month `through` it is said. `new` are the ids of activities without any month yet.
    """

    def __init__(self, matched: Matched, new: Set[int], *, overwrite: bool, through: int) -> None:
        self._matched, self._new, self._overwrite, self._through = matched, new, overwrite, through
        self._has_reasons = any(row.reasons for row, _ in matched)
        self._known = last_position()
        self._judged = self._judge(matched)

    def judge_again(self) -> None:
        """Judge what others reported or reviewed since, once the plan is held and nobody does any more."""
        moved = changed_since(self._known, _REPORTED)
        self._judged |= self._judge([(row, activity) for row, activity in self._matched if activity.pk in moved])

    def result(self) -> Entries:
        """Return what becomes of all months, row by row."""
        entries = Entries()
        for _, activity in self._matched:
            entries.add(self._judged[activity.pk])
        return entries

    def _judge(self, matched: Matched) -> dict[int, Entries]:
        """Return what becomes of each row, by the id of its activity."""
        judged = {}
        for some in in_batches(matched, _ACTIVITIES):
            stored = _stored(activity.pk for _, activity in some if activity.pk not in self._new)
            said = [(row, stored.get(activity.pk, _NOTHING), activity.pk) for row, activity in some]
            months = {activity: list(self._reported(row, activity, there)) for row, there, activity in said}
            differing = {of.activity for each in months.values() for of in each if of.version and not of.is_same}
            imported = _imported(differing) if differing and not self._overwrite else set()
            for row, there, activity in said:
                judged[activity] = self._row(months[activity], imported)
                judged[activity].problems[:0] = self._left_blank(row, there)
        return judged

    def _reported(self, row: Row, activity: int, there: _Months) -> Iterator[_Said]:
        for month, executed in enumerate(row.executed, 1):
            if executed is not None:
                reason = row.reasons.get(month, "") if self._has_reasons else None
                yield _Said(row, activity, month, executed, reason, there)

    def _row(self, months: Sequence[_Said], imported: Set[tuple[int, int, int]]) -> Entries:
        """Return what becomes of the months of a row; `imported` are entries that imports wrote."""
        entries = Entries()
        for said in months:
            if said.version and said.is_same:
                entries.unchanged += 1
            elif not said.version:
                entries.created += 1
                entries.new.append(said.as_entry())
            elif self._overwrite or (said.activity, said.month, said.version) in imported:
                entries.updated += 1
                entries.new.append(said.as_entry())
            else:
                entries.problems.append(_kept(said))
        return entries

    def _left_blank(self, row: Row, there: _Months) -> list[Problem]:
        """Return which blanks of a row have a figure: they are not passed over in silence."""
        detail = "El mes {} tiene registrado {:f} y el documento lo deja en blanco: se conserva."
        return [
            Problem("kept_registered_figure", detail.format(month, before.normalize()), row.line)
            for month, (executed, before) in enumerate(zip(row.executed, there.executed, strict=True), 1)
            if executed is None and before is not None and month <= self._through
        ]


def write_entries(entries: Entries) -> None:
    """Write what was judged into a plan that is held."""
    write_history(ProgressEntry, _COLUMNS, entries.new)


def _stored(activities: Iterator[int]) -> dict[int, _Months]:
    figures = Figure.objects.filter(activity__in=list(activities))
    return {pk: _Months(*there) for pk, *there in figures.values_list("activity_id", *_Months.__slots__)}


def _imported(activities: set[int]) -> set[tuple[int, int, int]]:
    """Return activity, month and number of the entries that imports wrote."""
    entries = ProgressEntry.objects.filter(activity__in=activities, origin=Origin.IMPORT)
    return set(entries.values_list("activity_id", "month", "entry_version"))


def _kept(said: _Said) -> Problem:
    # Where no figure counts there is an entry all the same: withdrawn, waiting for its review or returned
    status = said.there.status[said.month - 1]
    there = _WITHOUT_FIGURE[status] if said.before is None else f"registrado {said.before.normalize():f}"
    says = "da otro motivo" if said.before == said.executed else f"dice {said.executed.normalize():f}"
    detail = (
        f"El mes {said.month} ya tiene {there} y el documento {says}: "
        "se conserva lo registrado (use overwrite para reemplazarlo)."
    )
    return Problem("kept_registered_figure", detail, said.row.line)
