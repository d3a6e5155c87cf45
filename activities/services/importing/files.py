"""Import a file: read it, judge it, write it, and report what was read and what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.db import transaction

from activities.document import Document, Problem, read_document
from activities.exceptions import RefusedImportError
from activities.services.importing.institution import institution_asked, institution_named
from activities.services.importing.judging import plan_year, refuse_long_resolution, refuse_unfit, with_plan_remarks
from activities.services.importing.ledger import Outcome, import_document
from units.history.change_sets import recorded_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be imported, and how. `year` None, `institution` empty: those that the document states.

    `sheet` is the one that is meant of several, `columns` what titles mean that no rule finds.
    """

    content: bytes
    filename: str
    institution: str
    institution_name: str = ""
    year: int | None = None
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    resolution: str = ""
    dry_run: bool = False
    strict: bool = False
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """The report (api.md, "Operations"), and why the file was refused (empty: it was not)."""

    report: dict[str, Any]
    refusal: str


def import_file(request: Request, *, actor: str) -> Result:
    """Import a file in one transaction, or refuse it whole; `dry_run` undoes everything at the end.

    Raises DocumentError for a file in which there is no table to report on.
    """
    document = read_document(request.content, filename=request.filename, sheet=request.sheet, columns=request.columns)
    if request.strict:
        document = document.without_inferred()
    try:
        year = plan_year(document, request.year)
        institution = institution_asked(document, request.institution)
        refuse_long_resolution(request.resolution)
        document = with_plan_remarks(document, year)
        refuse_unfit(document)
        outcome = _write(document, request, year, institution, actor)
    except RefusedImportError as refusal:
        refused = {"result": "refused", "refusal": str(refusal)}
        return Result(_report(document, refused, refusal.problems), str(refusal))
    document = replace(document, plan_remarks=(*document.plan_remarks, *outcome.remarks))
    done = {
        "result": "imported" if outcome.changes_something else "unchanged",
        "dry_run": request.dry_run,
        "institution": institution,
        "changes": outcome.as_report(),
    }
    return Result(_report(document, done, outcome.problems), "")


def _write(document: Document, request: Request, year: int, institution: str, actor: str) -> Outcome:
    with recorded_transaction(actor=actor, cause=f"Importación de {request.filename}"):
        outcome = import_document(
            document,
            institution_code=institution,
            institution_name=request.institution_name or institution_named(document, institution),
            year=year,
            filename=request.filename,
            content=request.content,
            resolution=request.resolution,
            overwrite=request.overwrite,
        )
        if request.dry_run:
            transaction.set_rollback(True)
    return outcome


def _report(document: Document, ending: dict[str, Any], problems: Sequence[Problem]) -> dict[str, Any]:
    """Return the document's report with `ending` in its summary."""
    report = document.as_report()
    report["summary"] |= {**ending, "problems": [asdict(problem) for problem in problems]}
    return report
