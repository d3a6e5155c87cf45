"""Write what a document says was done: entries with the origin `import`, month by month."""

from collections import deque
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from activities.choices import MonthStatus, Origin
from activities.document import Problem, Row
from activities.models import Activity, Figure, ProgressEntry
from activities.services.bulk_history import in_batches, write_history
from activities.services.importing.matching import Matched

LAST_MONTH = 12
_COLUMNS = ("activity_id", "month", "entry_version", "executed", "reason", "origin")
_ACTIVITIES = 1000
"""Of how many activities the months are looked at and held in memory at once."""
_WITHOUT_FIGURE = {
    MonthStatus.ACCEPTED: "su cifra retirada",
    MonthStatus.SUBMITTED: "un registro por revisar",
    MonthStatus.RETURNED: "un registro devuelto",
}


@dataclass(slots=True)
class Entries:
    """How many months were written first, anew, and not at all because they say the same; what was kept, and why."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)


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
    activity: Activity
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
        return self.activity.pk, self.month, self.version + 1, self.executed, self.reason or "", Origin.IMPORT.value


_NOTHING = _Months()


def write_entries(matched: Matched, new: Set[int], *, overwrite: bool, through: int, trial: bool) -> Entries:
    """Write the months that the document reports and whose figure or reason is another, or none yet.

    What an import wrote is replaced; what people reported since is kept, and said, unless `overwrite`. A blank month
    withdraws nothing; up to the month `through` it is said. `new` are the ids of activities without any month yet. In a
    `trial` all is counted and nothing written.
    """
    writing = _Writing(matched, new, overwrite=overwrite, through=through)
    if trial:
        deque(writing.months(), maxlen=0)
    else:
        write_history(ProgressEntry, _COLUMNS, (said.as_entry() for said in writing.months()))
    return writing.entries


class _Writing:
    def __init__(self, matched: Matched, new: Set[int], *, overwrite: bool, through: int) -> None:
        self._matched, self._new, self._overwrite, self._through = matched, new, overwrite, through
        self._has_reasons = any(row.reasons for row, _ in matched)
        self.entries = Entries()

    def months(self) -> Iterator[_Said]:
        """Yield the months that are to be written, counting them and noting what is kept."""
        for some in in_batches(self._matched, _ACTIVITIES):
            stored = _stored(activity.pk for _, activity in some if activity.pk not in self._new)
            differing: list[_Said] = []
            for row, activity in some:
                for said in self._reported(row, activity, stored.get(activity.pk, _NOTHING)):
                    if not said.version:
                        self.entries.created += 1
                        yield said
                    elif said.is_same:
                        self.entries.unchanged += 1
                    else:
                        differing.append(said)
            again = self._replacing(differing)
            self.entries.updated += len(again)
            yield from again

    def _reported(self, row: Row, activity: Activity, there: _Months) -> Iterator[_Said]:
        """Yield what a row reports, and say which of its blanks has a figure."""
        for month, executed in enumerate(row.executed, 1):
            if executed is not None:
                reason = row.reasons.get(month, "") if self._has_reasons else None
                yield _Said(row, activity, month, executed, reason, there)
            elif month <= self._through and (before := there.executed[month - 1]) is not None:
                self.entries.problems.append(_left_blank(row, month, before))  # not passed over in silence

    def _replacing(self, differing: list[_Said]) -> list[_Said]:
        """Return which months are written again; of the others it is said what is kept."""
        if self._overwrite or not differing:
            return differing
        imported = _imported({said.activity.pk for said in differing})
        again = []
        for said in differing:
            if (said.activity.pk, said.month, said.version) in imported:
                again.append(said)
            else:
                self.entries.problems.append(_kept(said))
        return again


def _stored(activities: Iterator[int]) -> dict[int, _Months]:
    figures = Figure.objects.filter(activity__in=list(activities))
    return {pk: _Months(*there) for pk, *there in figures.values_list("activity_id", *_Months.__slots__)}


def _imported(activities: set[int]) -> set[tuple[int, int, int]]:
    """Return activity, month and number of the entries that imports wrote."""
    entries = ProgressEntry.objects.filter(activity__in=activities, origin=Origin.IMPORT)
    return set(entries.values_list("activity_id", "month", "entry_version"))


def _left_blank(row: Row, month: int, before: Decimal) -> Problem:
    detail = f"El mes {month} tiene registrado {before.normalize():f} y el documento lo deja en blanco: se conserva."
    return Problem("kept_registered_figure", detail, row.line)


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
