"""Write a document into a plan: what it promises, and what it says was done (domain.md, rule 14)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from activities.choices import PlanStatus
from activities.document import Document, Problem
from activities.exceptions import RefusedImportError
from activities.models import Activity, Plan
from activities.services.bulk_history import update_many
from activities.services.importing.entries import LAST_MONTH, Entries, Judging, write_entries
from activities.services.importing.institution import find_or_create_institution
from activities.services.importing.judging import implausible_cut_off
from activities.services.importing.matching import Matching, match_activities
from activities.services.importing.precedence import inactive_among, known_unit_codes, older_than_imported
from activities.services.importing.targets import REASON, Targets, changed_targets, first_targets, write_targets
from activities.services.importing.terms import Terms
from activities.services.plans.plans import create_approved_plan, hold_plans, lock_plan
from poi_api.database import locks
from poi_api.database.rows import row_of
from units.history.change_sets import set_known_from
from units.models import Unit

_LOCK = f"SELECT pg_advisory_xact_lock({locks.IMPORTS})"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import made and changed, in counts, and what a person must know about single rows.

    `plan` is what the document was written into, `matching` with what of it its rows were matched. `executed_left_out`
    counts the figures that a draft did not take. `remarks` are what was noticed, beside the entries' own problems: what
    was kept although the document says otherwise.
    """

    plan: Plan
    matching: Matching
    targets: Targets
    entries: Entries
    institution_created: bool
    plan_created: bool
    executed_left_out: int
    remarks: list[Problem]

    @property
    def version(self) -> int | None:
        """Return the version that holds after the import, None if it made none."""
        return self.targets.versions[-1] if self.targets.versions else None

    @property
    def changes_something(self) -> bool:
        """Tell whether the import wrote anything."""
        made = self.plan_created, self.institution_created, *self.matching.created.values()
        changed = self.targets.written, self.matching.classified, self.matching.renamed
        return any((*made, *changed, self.entries.created, self.entries.updated))

    def as_report(self) -> dict[str, Any]:
        """Return the counts under the names of the import report (api.md, "Operations")."""
        return {
            "institution": int(self.institution_created),
            "plan": int(self.plan_created),
            "version": self.version,
            "versions": self.targets.versions,
            **self.matching.created,
            "targets": self.targets.written,
            "corrected": self.targets.corrected,
            "moved": self.targets.moved,
            "classified": len(self.matching.classified),
            "renamed": len(self.matching.renamed),
            "entries_created": self.entries.created,
            "entries_updated": self.entries.updated,
            "entries_unchanged": self.entries.unchanged,
            "executed_left_out": self.executed_left_out,
            "recoded": [asdict(each) for each in self.matching.noted.recoded],
            "unit_codes": self.matching.unit_codes,
        }


@transaction.atomic
def import_document(
    document: Document, terms: Terms, year: int, *, renamed: Mapping[int, str], trial: bool = False
) -> Outcome:
    """Write a document's rows into the plan of the terms' institution and a year, which is made if there is none.

    Windows, tolerance and review do not apply. Blank months change nothing. A month whose figure differs from what an
    import wrote is written anew; what people reported since is kept as it is, and said, unless `overwrite`. A draft
    takes targets alone. Of the rows that are left out no figure is written. A document that is older than one imported
    before takes nothing back. Activities that are `renamed`, by their ids, get these names. A `trial`, which is rolled
    back, says the same: it writes no figure and holds no plan.

    While the document is compared, the plan is kept as it is but for what is reported. It is held for the writing,
    which is all that who reports waits for. The caller holds imports. Raises RefusedImportError.
    """
    of_year = {"plan__institution__code": terms.institution, "plan__year": year}
    is_first = not Activity.objects.filter(**of_year).exists()
    if is_first and not Activity._base_manager.filter(**of_year).exists():  # not once one was struck out either
        _date_back(document, year)
    institution, is_new = find_or_create_institution(code=terms.institution, name=terms.institution_name)
    as_draft = terms.draft or not executed_in(document)
    plan, plan_is_new = _plan_of(institution, year, terms.resolution, as_draft=as_draft, trial=trial)
    if terms.draft and plan.status != PlanStatus.DRAFT:
        detail = f"El plan {year} de {institution.code} ya está aprobado: no se importa como borrador."
        raise RefusedImportError(detail, conflict="plan_not_draft")
    has_versions = is_first and plan.status != PlanStatus.DRAFT
    matching = match_activities(
        plan, document.taken, known_unit_codes(plan), from_initial=has_versions, renamed=renamed
    )
    remarks = [*matching.noted.remarks, *inactive_among(plan, document)]
    older = None if is_first else older_than_imported(plan, document, matching.rows)
    targets = first_targets(matching) if has_versions else changed_targets(plan, matching)
    judging = None
    if plan.status != PlanStatus.DRAFT:
        through = older.month if older else LAST_MONTH
        judging = Judging(matching.rows, matching.new, overwrite=terms.overwrite, through=through)
    if not trial:  # nobody else writes into the plan any more; what was reported meanwhile is judged anew
        lock_plan(plan.pk)
        if judging:
            judging.judge_again()
    entries = judging.result() if judging else Entries()
    if older is not None:
        older.refuse_taking_back(targets.replaced, entries.updated, len(matching.classified))
        remarks.append(older.remark)
    write_targets(targets, plan, matching, terms.resolution, trial=trial)
    if not trial:
        update_many(matching.renamed, ["name"])
        update_many(matching.classified, ["classification"])
        write_entries(entries)
    left_out = 0 if judging else executed_in(document)
    return Outcome(plan, matching, targets, entries, is_new, plan_is_new, left_out, remarks)


def hold_imports() -> None:
    """Let no other import write until the transaction ends."""
    row_of(_LOCK)


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
