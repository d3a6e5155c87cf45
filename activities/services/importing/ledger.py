"""Write a document into a plan: what it promises, and what it says was done (domain.md, rule 14)."""

from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from activities.choices import MonthStatus, Origin, PlanStatus
from activities.document import Document, Problem, Row
from activities.exceptions import RefusedImportError
from activities.models import Activity, Figure, Plan, ProgressEntry, TargetRevision
from activities.services.bulk_history import save_in_bulk
from activities.services.importing.institution import find_or_create_institution
from activities.services.importing.judging import implausible_cut_off
from activities.services.importing.matching import Matched, match_activities
from activities.services.plans.plans import INITIAL_VERSION, create_approved_plan, create_version
from poi_api.database import locks
from units.history.change_sets import set_known_from
from units.models import Unit

REASON = "importación"
_WITHOUT_FIGURE = {
    MonthStatus.ACCEPTED: "su cifra retirada",
    MonthStatus.SUBMITTED: "un registro por revisar",
    MonthStatus.RETURNED: "un registro devuelto",
}
_LOCK = f"SELECT pg_advisory_xact_lock({locks.IMPORTS})"


@dataclass(slots=True)
class Outcome:
    """What an import made and changed, in counts, and what a person must know about single rows.

    `created` counts units, MEF activities, measurement units and activities; `version` is the one that the targets
    were written in, None if none changed or the plan is a draft. `executed_left_out` counts the figures that a draft
    did not take. `plan` and `matched` are what the document was written into.
    """

    institution_created: bool = False
    plan_created: bool = False
    version: int | None = None
    created: dict[str, int] = field(default_factory=dict)
    targets: int = 0
    entries_created: int = 0
    entries_updated: int = 0
    entries_unchanged: int = 0
    executed_left_out: int = 0
    plan: Plan | None = None
    matched: Matched = ()
    problems: list[Problem] = field(default_factory=list)

    @property
    def changes_something(self) -> bool:
        """Tell whether the import wrote anything."""
        counts = (*self.created.values(), self.targets, self.entries_created, self.entries_updated)
        return self.plan_created or self.institution_created or any(counts)

    def as_report(self) -> dict[str, Any]:
        """Return the counts under the names of the import report (api.md, "Operations")."""
        return {
            "institution": int(self.institution_created),
            "plan": int(self.plan_created),
            "version": self.version,
            **self.created,
            "targets": self.targets,
            "entries_created": self.entries_created,
            "entries_updated": self.entries_updated,
            "entries_unchanged": self.entries_unchanged,
            "executed_left_out": self.executed_left_out,
        }


@transaction.atomic
def import_document(
    document: Document,
    *,
    institution_code: str,
    institution_name: str,
    year: int,
    resolution: str = "",
    overwrite: bool = False,
    draft: bool = False,
) -> Outcome:
    """Write a document's rows into the plan of an institution and a year, which is made if there is none.

    Windows, tolerance and review do not apply. Blank months change nothing. A month whose figure differs
    from the stored one is kept as it is, and said, unless `overwrite`. A draft takes targets alone. Of the rows that
    are left out no figure is written. Raises RefusedImportError.
    """
    hold_imports()
    outcome = Outcome()
    of_year = {"plan__institution__code": institution_code, "plan__year": year}
    is_first = not Activity.objects.filter(**of_year).exists()
    if is_first and not Activity._base_manager.filter(**of_year).exists():  # not once one was struck out either
        _date_back(document, year)
    institution, outcome.institution_created = find_or_create_institution(code=institution_code, name=institution_name)
    plan, outcome.plan_created = _plan_of(institution, year, resolution, draft or not executed_in(document))
    if draft and plan.status != PlanStatus.DRAFT:
        detail = f"El plan {year} de {institution.code} ya está aprobado: no se importa como borrador."
        raise RefusedImportError(detail, conflict="plan_not_draft")
    matched, outcome.created = match_activities(plan, document.taken)
    outcome.plan, outcome.matched = plan, matched
    outcome.version, outcome.targets = _write_targets(plan, matched, resolution, is_first)
    if plan.status == PlanStatus.DRAFT:
        outcome.executed_left_out = executed_in(document)
    else:
        _write_entries(plan, matched, overwrite, outcome)
    return outcome


def hold_imports() -> None:
    """Let no other import write until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)


def executed_in(document: Document) -> int:
    """Return how many months the rows that are taken report."""
    return sum(executed is not None for row in document.taken for executed in row.executed)


def _date_back(document: Document, year: int) -> None:
    """Date what is imported back to 00:00 in Lima of the cut-off, if that can be true (domain.md, rule 9)."""
    day = document.cut_off
    if day is not None and not implausible_cut_off(day, year):
        set_known_from(datetime.combine(day, time(), tzinfo=timezone.get_default_timezone()))


def _plan_of(institution: Unit, year: int, resolution: str, as_draft: bool) -> tuple[Plan, bool]:
    """Return the institution's plan, held until the transaction ends, and whether it had to be made.

    Raises RefusedImportError for a closed plan.
    """
    plan = institution.plans.select_for_update().filter(year=year).first()
    if plan is None and as_draft:
        return Plan.objects.create(institution=institution, year=year), True
    if plan is None:
        return create_approved_plan(institution=institution, year=year, resolution=resolution, reason=REASON), True
    if plan.status == PlanStatus.CLOSED:
        detail = f"El plan {year} de {institution.code} está cerrado: ya no admite importaciones."
        raise RefusedImportError(detail, conflict="plan_closed")
    return plan, False


def _write_targets(plan: Plan, matched: Matched, resolution: str, is_first: bool) -> tuple[int | None, int]:
    """Write the programmes that differ from the stored ones: of a draft or a new plan in version 1, else in a new one.

    Return the version, None if no programme differs or the plan is a draft, and how many do.
    """
    latest = TargetRevision.objects.filter(activity__plan=plan).order_by("activity_id", "-version", "-id")
    stored = dict(latest.distinct("activity_id").values_list("activity_id", "programmed"))
    changed = [(row, activity) for row, activity in matched if tuple(stored.get(activity.pk, ())) != row.programmed]
    if not changed:
        return None, 0
    is_initial = is_first or plan.status == PlanStatus.DRAFT
    version = INITIAL_VERSION if is_initial else create_version(plan=plan, reason=REASON, resolution=resolution).number
    save_in_bulk(
        [
            TargetRevision(
                activity=activity, version=version, programmed=list(row.programmed), unit_id=activity.unit_id
            )
            for row, activity in changed
        ]
    )
    return None if plan.status == PlanStatus.DRAFT else version, len(changed)


def _write_entries(plan: Plan, matched: Matched, overwrite: bool, outcome: Outcome) -> None:
    """Write the months that the document reports and whose official figure is another, or none yet."""
    stored = {figure.activity_id: figure for figure in Figure.objects.filter(activity__plan=plan)}
    entries = []
    for row, activity in matched:
        figure = stored[activity.pk]
        for month, executed in enumerate(row.executed, 1):
            version, before = figure.entry_version[month - 1], figure.executed[month - 1]
            if executed is None:
                if before is not None:  # a blank withdraws nothing, but is not passed over in silence
                    outcome.problems.append(_left_blank(row, month, before))
            elif version and before == executed:
                outcome.entries_unchanged += 1
            elif version and not overwrite:
                outcome.problems.append(_kept(row, month, figure, executed))
            else:
                entries.append(_entry(activity, month, version + 1, executed))
    outcome.entries_created = sum(entry.entry_version == 1 for entry in entries)
    outcome.entries_updated = len(entries) - outcome.entries_created
    save_in_bulk(entries)


def _entry(activity: Activity, month: int, version: int, executed: Decimal) -> ProgressEntry:
    return ProgressEntry(activity=activity, month=month, entry_version=version, executed=executed, origin=Origin.IMPORT)


def _left_blank(row: Row, month: int, before: Decimal) -> Problem:
    detail = f"El mes {month} tiene registrado {before.normalize():f} y el documento lo deja en blanco: se conserva."
    return Problem("kept_registered_figure", detail, row.line)


def _kept(row: Row, month: int, figure: Figure, executed: Decimal) -> Problem:
    before = figure.executed[month - 1]
    # Where no figure counts there is an entry all the same: withdrawn, waiting for its review or returned
    there = _WITHOUT_FIGURE[figure.status[month - 1]] if before is None else f"registrado {before.normalize():f}"
    detail = (
        f"El mes {month} ya tiene {there} y el documento dice {executed.normalize():f}: "
        "se conserva lo registrado (use overwrite para reemplazarlo)."
    )
    return Problem("kept_registered_figure", detail, row.line)
