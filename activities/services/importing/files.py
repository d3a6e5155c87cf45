"""Import a file in one go: read it, judge it, write it, and report what was read and what changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from activities.document import Document, Problem
from activities.exceptions import RefusedImportError
from activities.services.importing.applying import record_application, take_statistics
from activities.services.importing.bringing import NOTHING_CHOSEN, Brought, bring_in
from activities.services.importing.choices import Choices
from activities.services.importing.judging import refuse_unfit
from activities.services.importing.reading import for_plan, of_institution, read_apart, with_columns
from activities.services.importing.storing import keep_import
from activities.services.importing.terms import Terms
from units.history.change_sets import check_references, recorded_transaction

STEPS = 3
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Terms):
    """What is to be imported, how, and what was chosen of it."""

    content: bytes
    filename: str
    choices: Choices = NOTHING_CHOSEN
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """The report (api.md, "Operations"), and why the file was refused (empty: it was not)."""

    report: Mapping[str, Any]
    refusal: str


def import_file(request: Request, *, actor: str, step: Step = lambda name: None) -> Result:
    """Import a file in one transaction, or refuse it whole; `dry_run` undoes everything at the end.

    `step` is told what is done next, STEPS times.

    Raises DocumentError for a file in which there is no table to report on.
    """
    terms = with_columns(request)
    step("Leyendo el archivo")
    document = read_apart(request.content, filename=request.filename, sheet=terms.sheet, columns=terms.columns)
    try:
        terms = of_institution(terms, document)
        document, year = for_plan(document, terms)
        refuse_unfit(document)
        step("Comparando con el plan y escribiendo")
        brought = _write(document, request, terms, year, actor, step)
    except RefusedImportError as refusal:
        refused = {"result": "refused", "refusal": str(refusal)}
        return Result(_report(document, refused, refusal.problems), str(refusal))
    ending = {**brought.ending(dry_run=request.dry_run), "institution": terms.institution}
    return Result(_report(brought.document, ending, brought.outcome.entries.problems), "")


def _write(document: Document, request: Request, terms: Terms, year: int, actor: str, step: Step) -> Brought:
    with recorded_transaction(actor=actor, cause=f"Importación de {request.filename}"):
        brought = bring_in(document, terms, year, request.choices)
        step("Guardando el archivo")
        if brought.outcome.changes_something:
            source = keep_import(brought, year, terms, content=request.content, filename=request.filename)
            record_application(source, brought, request.choices)
        if request.dry_run:
            transaction.set_rollback(True)
        else:
            take_statistics(brought.outcome)
            check_references()
    return brought


def _report(document: Document, ending: dict[str, Any], problems: Sequence[Problem]) -> dict[str, Any]:
    """Return the document's report with `ending` in its summary."""
    report = document.as_report()
    report["summary"] |= {**ending, "problems": [asdict(problem) for problem in problems]}
    return report
