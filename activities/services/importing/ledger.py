"""Write a document into a plan: what it promises, what it says was done, and the file itself (domain.md, rule 14)."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, time
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone

from activities.choices import PlanStatus
from activities.document import Document, Problem, Row
from activities.exceptions import RefusedImportError
from activities.models import Activity, Import, ImportRow, Plan
from activities.services.bulk_history import BATCH, save_in_bulk
from activities.services.importing.entries import write_entries
from activities.services.importing.institution import find_or_create_institution
from activities.services.importing.judging import implausible_cut_off
from activities.services.importing.matching import Matching, match_activities
from activities.services.importing.own_codes import Recoded
from activities.services.importing.precedence import UNIT_CODES, Older, known_unit_codes, older_than_imported
from activities.services.importing.targets import REASON, write_changed_targets, write_first_targets
from activities.services.plans.plans import create_approved_plan
from poi_api.database import locks
from units.history.change_sets import set_known_from
from units.models import Unit

_LOCK = f"SELECT pg_advisory_xact_lock({locks.IMPORTS})"


@dataclass(slots=True)
class Outcome:
    """What an import made and changed, in counts, and what a person must know about single rows.

    `created` counts units, MEF activities, measurement units and activities; `versions` are those that the targets
    were written in, none if none changed. `recoded` are things that are kept under another code than the document's;
    `problems` are what was kept although the document says otherwise, `remarks` what else was noticed.
    """

    institution: str = ""
    institution_created: bool = False
    plan_created: bool = False
    versions: list[int] = field(default_factory=list)
    created: dict[str, int] = field(default_factory=dict)
    targets: int = 0
    corrected: int = 0
    moved: int = 0
    classified: int = 0
    entries_created: int = 0
    entries_updated: int = 0
    entries_unchanged: int = 0
    recoded: list[Recoded] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)

    @property
    def version(self) -> int | None:
        """Return the version that holds after the import, None if it made none."""
        return self.versions[-1] if self.versions else None

    @property
    def changes_something(self) -> bool:
        """Tell whether the import wrote anything."""
        counts = (*self.created.values(), self.targets, self.classified, self.entries_created, self.entries_updated)
        return self.plan_created or self.institution_created or any(counts)

    def as_report(self) -> dict[str, Any]:
        """Return the counts under the names of the import report (api.md, "Operations")."""
        return {
            "institution": int(self.institution_created),
            "plan": int(self.plan_created),
            "version": self.version,
            "versions": self.versions,
            **self.created,
            "targets": self.targets,
            "corrected": self.corrected,
            "moved": self.moved,
            "classified": self.classified,
            "entries_created": self.entries_created,
            "entries_updated": self.entries_updated,
            "entries_unchanged": self.entries_unchanged,
            "recoded": [asdict(each) for each in self.recoded],
        }


@transaction.atomic
def import_document(
    document: Document,
    *,
    institution_code: str,
    institution_name: str,
    year: int,
    filename: str,
    content: bytes,
    resolution: str = "",
    overwrite: bool = False,
) -> Outcome:
    """Write a document's rows into the plan of an institution and a year, which is made if there is none.

    Windows, tolerance and review do not apply. Blank months change nothing. A month whose figure differs from what an
    import wrote is written anew; what people reported since is kept as it is, and said, unless `overwrite`. Of the
    rows that are left out no figure is written; they are kept with the others, with no activity. A document that is
    older than one imported before takes nothing back. Raises RefusedImportError.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    outcome = Outcome(institution=institution_code)
    is_first = not Activity.objects.filter(plan__institution__code=institution_code, plan__year=year).exists()
    if is_first:
        _date_back(document, year)
    institution, outcome.institution_created = find_or_create_institution(code=institution_code, name=institution_name)
    plan, outcome.plan_created = _plan_of(institution, year, resolution)
    known_units = known_unit_codes(plan)
    matching = match_activities(plan, document.taken, known_units, from_initial=is_first)
    older = None if is_first else older_than_imported(plan, document, matching.rows, content)
    _write(plan, matching, outcome, older, resolution=resolution, overwrite=overwrite, is_first=is_first)
    _say_inactive(plan, document, outcome)
    if outcome.changes_something:
        _keep_source(plan, document, matching, filename, content)
    return outcome


def _write(
    plan: Plan,
    matching: Matching,
    outcome: Outcome,
    older: Older | None,
    *,
    resolution: str,
    overwrite: bool,
    is_first: bool,
) -> None:
    """Write targets, entries and classifications. Raises RefusedImportError where an older document takes any back."""
    write_targets = write_first_targets if is_first else write_changed_targets
    targets = write_targets(plan, matching, resolution)
    entries = write_entries(plan, matching.rows, overwrite=overwrite, through=older.month if older else 12)
    Activity.objects.bulk_update(matching.classified, ["classification"], batch_size=BATCH)
    if older is not None:
        older.refuse_taking_back(targets.replaced, entries.updated, len(matching.classified))
        outcome.remarks.append(older.remark)
    outcome.created, outcome.recoded = matching.created, matching.recoded
    outcome.remarks += matching.remarks
    outcome.versions, outcome.targets = targets.versions, targets.written
    outcome.corrected, outcome.moved, outcome.classified = targets.corrected, targets.moved, len(matching.classified)
    outcome.entries_created, outcome.entries_updated = entries.created, entries.updated
    outcome.entries_unchanged, outcome.problems = entries.unchanged, entries.problems


def _say_inactive(plan: Plan, document: Document, outcome: Outcome) -> None:
    """Say which activities of the plan go on although the document calls them inactive."""
    lines = {each.code: each.line for each in document.inactive if each.code}
    if not lines:
        return
    going_on = plan.activities.filter(code__in=lines, figure__cancelled_from=None).order_by("code")
    for activity in going_on:
        detail = (
            f"La actividad {activity.code} («{activity.name}») está inactiva en el documento y sigue en el plan: si "
            "terminó, anúlela en una versión."
        )
        outcome.remarks.append(Problem("inactive_in_document", detail, lines[activity.code]))


def _date_back(document: Document, year: int) -> None:
    """Date what is imported back to 00:00 in Lima of the cut-off, if that can be true (domain.md, rule 9)."""
    day = document.cut_off
    if day is not None and not implausible_cut_off(day, year):
        set_known_from(datetime.combine(day, time(), tzinfo=timezone.get_default_timezone()))


def _plan_of(institution: Unit, year: int, resolution: str) -> tuple[Plan, bool]:
    """Return the institution's plan, held until the transaction ends, and whether it had to be made.

    Raises RefusedImportError for a draft and for a closed plan.
    """
    plan = institution.plans.select_for_update().filter(year=year).first()
    if plan is None:
        return create_approved_plan(institution=institution, year=year, resolution=resolution, reason=REASON), True
    if plan.status == PlanStatus.DRAFT:
        raise RefusedImportError(f"El plan {year} de {institution.code} está en borrador: apruébelo antes de importar.")
    if plan.status == PlanStatus.CLOSED:
        raise RefusedImportError(f"El plan {year} de {institution.code} está cerrado: ya no admite importaciones.")
    return plan, False


def _keep_source(plan: Plan, document: Document, matching: Matching, filename: str, content: bytes) -> None:
    """Keep the file and what each of its rows said, so that a person can check and choose again.

    A row without an activity was left out. The report keeps the ids of units by the document's codes.
    """
    source = Import.objects.create(
        plan=plan,
        filename=filename[:255],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        cut_off=document.cut_off,
        report=_plain({**document.head(), **({UNIT_CODES: codes} if (codes := matching.unit_codes) else {})}),
    )
    activities = {row.line: activity for row, activity in matching.rows}
    save_in_bulk(
        [
            ImportRow(
                source=source,
                line=row.line,
                activity=activities.get(row.line),
                status=row.status,
                cells=list(row.cells),
                reading=_reading(row),
            )
            for row in document.accepted
        ]
    )


def _reading(row: Row) -> dict[str, Any]:
    report = row.as_report()
    names = ("programmed", "executed", "repairs", "alternatives", "confirmed", "doubts")
    return _plain({name: report[name] for name in names})


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """Return `data` as JSON columns keep it: quantities and dates as text, to the digit."""
    plain: dict[str, Any] = json.loads(json.dumps(data, cls=DjangoJSONEncoder))
    return plain
