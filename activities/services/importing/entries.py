"""Write what a document says was done, beside what is known of it already (domain.md, rule 14)."""

from dataclasses import dataclass, field
from decimal import Decimal

from activities.choices import MonthStatus, Origin
from activities.document import Problem, Row
from activities.models import Activity, Figure, Plan, ProgressEntry
from activities.services.bulk_history import BATCH, save_in_bulk
from activities.services.importing.matching import Matched

LAST_MONTH = 12
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
class _Said:
    """What a row says of a month; `reason` None: the document has no reasons."""

    row: Row
    activity: Activity
    month: int
    executed: Decimal
    reason: str | None


def write_entries(plan: Plan, matched: Matched, *, overwrite: bool, through: int) -> Entries:
    """Write the months that the document reports and whose figure or reason is another, or none yet.

    What an import wrote is replaced; what people reported since is kept, and said, unless `overwrite`. A blank month
    withdraws nothing; up to the month `through` it is said.
    """
    stored = {figure.activity_id: figure for figure in Figure.objects.filter(activity__plan=plan)}
    has_reasons = any(row.reasons for row, _ in matched)
    entries = Entries()
    first: list[_Said] = []
    differing: list[_Said] = []
    for row, activity in matched:
        figure = stored[activity.pk]
        for month, executed in enumerate(row.executed, 1):
            version, before = figure.entry_version[month - 1], figure.executed[month - 1]
            if executed is None:
                if before is not None and month <= through:  # not passed over in silence
                    entries.problems.append(_left_blank(row, month, before))
                continue
            said = _Said(row, activity, month, executed, row.reasons.get(month, "") if has_reasons else None)
            if not version:
                first.append(said)
            elif _is_same(said, figure):
                entries.unchanged += 1
            else:
                differing.append(said)
    again = _replacing(entries, differing, stored, overwrite=overwrite)
    entries.created, entries.updated = len(first), len(again)
    written = [*first, *again]
    for start in range(0, len(written), BATCH):  # a hundred thousand of them at once would take a lot of memory
        save_in_bulk([_entry(said, stored[said.activity.pk]) for said in written[start : start + BATCH]])
    return entries


def _is_same(said: _Said, figure: Figure) -> bool:
    place = said.month - 1
    return figure.executed[place] == said.executed and said.reason in (None, figure.reason[place] or "")


def _replacing(entries: Entries, differing: list[_Said], stored: dict[int, Figure], *, overwrite: bool) -> list[_Said]:
    """Return which months are written again; of the others it is said what is kept."""
    if overwrite or not differing:
        return differing
    imported = _imported({said.activity.pk for said in differing})
    again = []
    for said in differing:
        figure = stored[said.activity.pk]
        if (said.activity.pk, said.month, figure.entry_version[said.month - 1]) in imported:
            again.append(said)
        else:
            entries.problems.append(_kept(said, figure))
    return again


def _imported(activities: set[int]) -> set[tuple[int, int, int]]:
    """Return activity, month and number of the entries that imports wrote."""
    entries = ProgressEntry.objects.filter(activity__in=activities, origin=Origin.IMPORT)
    return set(entries.values_list("activity_id", "month", "entry_version"))


def _entry(said: _Said, figure: Figure) -> ProgressEntry:
    return ProgressEntry(
        activity=said.activity,
        month=said.month,
        entry_version=figure.entry_version[said.month - 1] + 1,
        executed=said.executed,
        reason=said.reason or "",
        origin=Origin.IMPORT,
    )


def _left_blank(row: Row, month: int, before: Decimal) -> Problem:
    detail = f"El mes {month} tiene registrado {before.normalize():f} y el documento lo deja en blanco: se conserva."
    return Problem("kept_registered_figure", detail, row.line)


def _kept(said: _Said, figure: Figure) -> Problem:
    before = figure.executed[said.month - 1]
    # Where no figure counts there is an entry all the same: withdrawn, waiting for its review or returned
    there = _WITHOUT_FIGURE[figure.status[said.month - 1]] if before is None else f"registrado {before.normalize():f}"
    says = "da otro motivo" if before == said.executed else f"dice {said.executed.normalize():f}"
    detail = (
        f"El mes {said.month} ya tiene {there} y el documento {says}: "
        "se conserva lo registrado (use overwrite para reemplazarlo)."
    )
    return Problem("kept_registered_figure", detail, said.row.line)
