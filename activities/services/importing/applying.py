"""Writing the figures of a stored document, in one transaction, and what is recorded of that."""

from django.db import transaction

from activities.choices import ImportState
from activities.models import AppliedRow, Import, ImportApplication
from activities.services.bulk_history import write_history
from activities.services.importing.bringing import Brought, bring_in
from activities.services.importing.choices import APPLIED, Choices, taken_rows
from activities.services.importing.judging import with_plan_remarks
from activities.services.importing.ledger import Outcome, hold_imports
from activities.services.importing.reading import read_apart
from activities.services.importing.storing import is_read_as_kept, plain
from activities.services.importing.terms import Terms
from poi_api.database.rows import row_of
from poi_api.http.exceptions import Conflict

_MANY = 500
"""From so many new activities on statistics are taken anew."""


def apply_import(source: Import, choices: Choices) -> None:
    """Write a stored document into its plan by what was chosen, the file being read anew before anything is held.

    Raises Conflict `import_applied`, `import_undone`, or `reading_changed` where the program reads it otherwise by now
    than when it was diagnosed, and RefusedImportError.
    """
    _require_stored(source)
    terms = Terms.of(institution=source.institution_code, year=source.year, options=source.options)
    content = bytes(source.content)
    document = read_apart(content, filename=source.filename, sheet=terms.sheet, columns=terms.columns)
    if not is_read_as_kept(document, source):
        raise Conflict("reading_changed", "El programa ya lee este archivo de otro modo: guárdelo de nuevo.")
    hold_imports()
    _require_stored(Import.objects.select_related("application__undoing").defer("content").get(pk=source.pk))
    document = document.without_inferred() if terms.strict else document
    document = with_plan_remarks(document, terms.institution, source.year)
    brought = bring_in(document, terms, source.year, choices)
    record_application(source, brought, choices)
    take_statistics(brought.outcome)


@transaction.atomic
def record_application(source: Import, brought: Brought, choices: Choices) -> None:
    """Record that a stored document was brought in, in the transaction of its figures."""
    application = ImportApplication.objects.create(
        source=source,
        plan=brought.outcome.plan,
        choices=choices.as_json(),
        outcome=plain(brought.ending(dry_run=False)),
    )
    rows = dict(source.rows.values_list("line", "pk"))
    write_history(AppliedRow, APPLIED, taken_rows(choices, brought.outcome.matching.rows, rows, application.pk))


def take_statistics(outcome: Outcome) -> None:
    """Have what is asked after the commit planned for the activities that the transaction made, if they are many."""
    if outcome.matching.created["activities"] >= _MANY:
        row_of("SELECT know_what_was_imported()")


def _require_stored(source: Import) -> None:
    if source.state == ImportState.APPLIED:
        raise Conflict("import_applied", "La importación ya se aplicó.")
    if source.state == ImportState.UNDONE:
        raise Conflict("import_undone", "La importación se deshizo: guarde el archivo otra vez para aplicarlo.")
