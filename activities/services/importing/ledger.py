"""Write a document into a plan: what it promises, and what it says was done (domain.md, rule 14)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, time
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from activities.choices import PlanStatus
from activities.document import Document, Problem
from activities.exceptions import RefusedImportError
from activities.models import Activity, Plan
from activities.services.bulk_history import update_many
from activities.services.importing.entries import LAST_MONTH, Entries, Judging, write_entries
from activities.services.importing.institution import find_or_create_institution
from activities.services.importing.judging import implausible_cut_off
from activities.services.importing.matching import Matched, Matching, match_activities
from activities.services.importing.own_codes import Recoded
from activities.services.importing.precedence import inactive_among, known_unit_codes, older_than_imported
from activities.services.importing.targets import REASON, Targets, changed_targets, first_targets, write_targets
from activities.services.plans.plans import create_approved_plan, hold_plans, lock_plan
from poi_api.database import locks
from units.history.change_sets import set_known_from
from units.models import Unit

_LOCK = f"SELECT pg_advisory_xact_lock({locks.IMPORTS})"


@dataclass(slots=True)
class Outcome:
    """What an import made and changed, in counts, and what a person must know about single rows.

    `created` counts units, MEF activities, measurement units and activities; `versions` are those that the targets
    were written in, none if none changed or the plan is a draft. `executed_left_out` counts the figures that a draft
    did not take. `recoded` are things that are kept under another code than the document's, `unit_codes` the ids of
    units by its codes. `problems` are what was kept although the document says otherwise, `remarks` what else was
    noticed. `plan` and `matched` are what the document was written into.
    """

    institution_created: bool = False
    plan_created: bool = False
    versions: list[int] = field(default_factory=list)
    created: dict[str, int] = field(default_factory=dict)
    targets: int = 0
    corrected: int = 0
    moved: int = 0
    classified: int = 0
    renamed: int = 0
    entries_created: int = 0
    entries_updated: int = 0
    entries_unchanged: int = 0
    executed_left_out: int = 0
    plan: Plan | None = None
    matched: Matched = ()
    recoded: list[Recoded] = field(default_factory=list)
    unit_codes: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)

    @property
    def version(self) -> int | None:
        """Return the version that holds after the import, None if it made none."""
        return self.versions[-1] if self.versions else None

    @property
    def changes_something(self) -> bool:
        """Tell whether the import wrote anything."""
        entries = self.entries_created, self.entries_updated
        counts = (*self.created.values(), self.targets, self.classified, self.renamed, *entries)
        return self.plan_created or self.institution_created or any(counts)

    def note_matching(self, plan: Plan, matching: Matching) -> None:
        """Note what the rows were matched with in a plan, and what was made for it."""
        self.plan, self.matched, self.unit_codes = plan, matching.rows, matching.unit_codes
        self.created, self.recoded = matching.created, matching.recoded
        self.renamed, self.classified = len(matching.renamed), len(matching.classified)
        self.remarks += matching.remarks

    def note_entries(self, entries: Entries) -> None:
        """Note what became of the months."""
        self.entries_created, self.entries_updated = entries.created, entries.updated
        self.entries_unchanged, self.problems = entries.unchanged, entries.problems

    def note_targets(self, targets: Targets) -> None:
        """Note what was written of what the document promises."""
        self.versions, self.targets = targets.versions, targets.written
        self.corrected, self.moved = targets.corrected, targets.moved

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
            "renamed": self.renamed,
            "entries_created": self.entries_created,
            "entries_updated": self.entries_updated,
            "entries_unchanged": self.entries_unchanged,
            "executed_left_out": self.executed_left_out,
            "recoded": [asdict(each) for each in self.recoded],
            "unit_codes": self.unit_codes,
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
    renamed: Mapping[int, str] | None = None,
    trial: bool = False,
) -> Outcome:
    """Write a document's rows into the plan of an institution and a year, which is made if there is none.

    Windows, tolerance and review do not apply. Blank months change nothing. A month whose figure differs from what an
    import wrote is written anew; what people reported since is kept as it is, and said, unless `overwrite`. A draft
    takes targets alone. Of the rows that are left out no figure is written. A document that is older than one imported
    before takes nothing back. Activities that are `renamed`, by their ids, get these names. A `trial`, which is rolled
    back, says the same: it writes no figure and holds no plan.

    While the document is compared, the plan is kept as it is but for what is reported. It is held for the writing,
    which is all that who reports waits for. Raises RefusedImportError.
    """
    hold_imports()
    outcome = Outcome()
    of_year = {"plan__institution__code": institution_code, "plan__year": year}
    is_first = not Activity.objects.filter(**of_year).exists()
    if is_first and not Activity._base_manager.filter(**of_year).exists():  # not once one was struck out either
        _date_back(document, year)
    institution, outcome.institution_created = find_or_create_institution(code=institution_code, name=institution_name)
    plan, outcome.plan_created = _plan_of(
        institution, year, resolution, as_draft=draft or not executed_in(document), trial=trial
    )
    if draft and plan.status != PlanStatus.DRAFT:
        detail = f"El plan {year} de {institution.code} ya está aprobado: no se importa como borrador."
        raise RefusedImportError(detail, conflict="plan_not_draft")
    has_versions = is_first and plan.status != PlanStatus.DRAFT
    matching = match_activities(
        plan, document.taken, known_unit_codes(plan), from_initial=has_versions, renamed=renamed or {}
    )
    outcome.note_matching(plan, matching)
    outcome.remarks += inactive_among(plan, document)
    older = None if is_first else older_than_imported(plan, document, matching.rows)
    targets = first_targets(matching) if has_versions else changed_targets(plan, matching)
    judging = None
    if plan.status == PlanStatus.DRAFT:
        outcome.executed_left_out = executed_in(document)
    else:
        through = older.month if older else LAST_MONTH
        judging = Judging(matching.rows, matching.new, overwrite=overwrite, through=through)
    if not trial:
        _hold(plan, judging)
    entries = judging.result() if judging else Entries()
    outcome.note_entries(entries)
    if older is not None:
        older.refuse_taking_back(targets.replaced, entries.updated, outcome.classified)
        outcome.remarks.append(older.remark)
    write_targets(targets, plan, matching, resolution, trial=trial)
    outcome.note_targets(targets)
    if not trial:
        update_many(matching.renamed, ["name"])
        update_many(matching.classified, ["classification"])
        write_entries(entries)
    return outcome


def _hold(plan: Plan, judging: Judging | None) -> None:
    """Let nobody else write into the plan any more; what was reported meanwhile is judged anew."""
    lock_plan(plan.pk)
    if judging:
        judging.judge_again()


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


def _plan_of(institution: Unit, year: int, resolution: str, *, as_draft: bool, trial: bool) -> tuple[Plan, bool]:
    """Return the institution's plan, kept as it is until the transaction ends but for a trial, and whether it was made.

    Raises RefusedImportError for a closed plan.
    """
    plans = institution.plans.filter(year=year)
    plan = (plans if trial else plans.filter(pk__in=hold_plans(institution, year, year))).first()
    if plan is None and as_draft:
        return Plan.objects.create(institution=institution, year=year), True
    if plan is None:
        return create_approved_plan(institution=institution, year=year, resolution=resolution, reason=REASON), True
    if plan.status == PlanStatus.CLOSED:
        detail = f"El plan {year} de {institution.code} está cerrado: ya no admite importaciones."
        raise RefusedImportError(detail, conflict="plan_closed")
    return plan, False
