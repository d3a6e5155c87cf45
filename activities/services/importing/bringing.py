"""Bringing a document in by its terms and by what was chosen, for good or to see what it would do."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import transaction

from activities.document import Document
from activities.services.importing.choices import Choices, chosen_names, with_chosen_readings
from activities.services.importing.ledger import Outcome, hold_imports, import_document
from activities.services.importing.renames import Rename, known_activities, renames_of
from activities.services.importing.terms import Terms

NOTHING_CHOSEN = Choices()


@dataclass(frozen=True, slots=True)
class Brought:
    """What a document came to: as it was read in the end, what was written of it, and what it no longer names."""

    document: Document
    outcome: Outcome
    renames: Sequence[Rename]

    def ending(self, *, dry_run: bool) -> dict[str, Any]:
        """Return what the summary of the report says of it."""
        return {
            "result": "imported" if self.outcome.changes_something else "unchanged",
            "dry_run": dry_run,
            "changes": self.outcome.as_report(),
            "problems": [asdict(problem) for problem in self.outcome.entries.problems],
            "renames": [asdict(rename) for rename in self.renames],
        }


def bring_in(
    document: Document, terms: Terms, year: int, choices: Choices = NOTHING_CHOSEN, *, trial: bool = False
) -> Brought:
    """Write a judged document, in the transaction of the caller. Raises RefusedImportError.

    A `trial` writes no more than it takes to say what would be written.
    """
    hold_imports()
    document = with_chosen_readings(document, choices)
    renamed = chosen_names(choices, tried(document, terms, year).renames, document) if choices.same else {}
    known = known_activities(terms.institution, year)
    outcome = import_document(document, terms, year, renamed=renamed, trial=trial)
    document = replace(document, plan_remarks=(*document.plan_remarks, *outcome.remarks))
    return Brought(document, outcome, renames_of(outcome.plan, outcome.matching.rows, known))


def tried(document: Document, terms: Terms, year: int) -> Brought:
    """Return what bringing a judged document in would do, and leave everything as it is. Raises RefusedImportError."""
    with transaction.atomic():
        brought = bring_in(document, terms, year, trial=True)
        transaction.set_rollback(True)
    return brought
