"""From a file to the plan: read it, say what was read, write it or refuse it; the same verdict when only asked."""

import hashlib
import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from activities.choices import FIRST_YEAR, LAST_YEAR
from activities.document import Document, Problem, Row, read_document
from activities.document.wording import counted
from activities.exceptions import RefusedImportError, RowProblem
from activities.models import Activity, MeasurementUnit, MefActivity, PlanVersion
from activities.services.importing.cut_off import implausible_cut_off
from activities.services.importing.documents import DocumentRow, Outcome, SourceFile
from activities.services.importing.ledger import import_document
from units.history.change_sets import recorded_transaction
from units.models import Unit

_NAMES = (
    ("unit", "ÓRGANO/UNIDAD ORGÁNICA", Unit),
    ("mef_activity", "ACTIVIDAD MEF", MefActivity),
    ("activity", "ACTIVIDAD POI", Activity),
    ("measurement_unit", "UNIDAD DE MEDIDA", MeasurementUnit),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be imported, and how. `year` None: the one the document states."""

    content: bytes
    filename: str
    institution: str
    institution_name: str = ""
    year: int | None = None
    resolution: str = ""
    dry_run: bool = False
    strict: bool = False
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """The report of api.md, and why the file was refused (empty: it was not)."""

    report: dict[str, Any]
    refusal: str


def import_file(request: Request, *, actor: str) -> Result:
    """Import a file in one transaction, or refuse it whole; `dry_run` undoes everything at the end.

    Raises DocumentError for a file in which there is no table to report on.
    """
    document = read_document(request.content, filename=request.filename)
    if request.strict:
        document = document.without_inferred()
    report: dict[str, Any] = document.as_report()
    summary: dict[str, Any] = report["summary"]
    try:
        outcome = _write(request, document, report, actor)
    except RefusedImportError as refusal:
        summary |= {"result": "refused", "refusal": str(refusal)}
        summary["problems"] = [asdict(problem) for problem in refusal.problems]
        return Result(report, str(refusal))
    summary |= {
        "result": "imported" if outcome.changes_something else "unchanged",
        "dry_run": request.dry_run,
        "changes": _changes(outcome),
        "problems": [asdict(problem) for problem in outcome.problems],
    }
    return Result(report, "")


def _write(request: Request, document: Document, report: dict[str, Any], actor: str) -> Outcome:
    year = _year(request, document)
    most = PlanVersion._meta.get_field("resolution").max_length or 0
    if len(request.resolution) > most:
        raise RefusedImportError(f"La resolución tiene más de {most} caracteres.")
    if problem := _doubt_of_cut_off(document, year):
        report["summary"]["warnings"].append(problem.as_report())
    _refuse_unfit(document)
    if not document.taken:
        raise RefusedImportError(_nothing(document))
    head = {name: part for name, part in report.items() if name != "rows"}
    source = SourceFile(
        name=request.filename,
        content=request.content,
        sha256=hashlib.sha256(request.content).hexdigest(),
        cut_off=document.cut_off,
        report=_plain(head),
    )
    with recorded_transaction(actor=actor, cause=f"Importación de {request.filename}"):
        outcome = import_document(
            institution_code=request.institution,
            institution_name=request.institution_name,
            year=year,
            rows=[_row(row) for row in document.taken],
            left_out=[_row(row) for row in document.accepted if row.line in document.left_out],
            source=source,
            resolution=request.resolution,
            overwrite=request.overwrite,
        )
        if request.dry_run:
            transaction.set_rollback(True)
    return outcome


def _nothing(document: Document) -> str:
    if document.left_out:
        return "No se importó nada: todas las filas son inferidas y --strict las deja fuera."
    return "El documento no tiene filas que importar, solo la cabecera."


def _doubt_of_cut_off(document: Document, year: int) -> Problem | None:
    """Say that the cut-off cannot be true: a wrong one would date everything back to it (domain.md, rule 9)."""
    day = document.cut_off
    if day is None or not (why := implausible_cut_off(day, year)):
        return None
    detail = (
        f"La fecha de corte {day:%d/%m/%Y} {why}: no se usa, y lo que se importa se conoce solo desde que se importa. "
        "Si es un error, corríjala antes de importar."
    )
    return Problem("implausible_cut_off", detail, document.cut_off_line)


def _year(request: Request, document: Document) -> int:
    year = document.year if request.year is None else request.year
    if year is None:
        raise RefusedImportError("El documento no dice de qué año es: indíquelo con --year.")
    if document.year is not None and document.year != year:
        raise RefusedImportError(
            f"El documento dice ser de {document.year}, no de {year}: quite --year o revise si es otro archivo."
        )
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RefusedImportError(f"El año {year} no está entre {FIRST_YEAR} y {LAST_YEAR}.")
    return year


def _refuse_unfit(document: Document) -> None:
    """Refuse the file for its rejected rows and for names longer than the database takes."""
    problems = [
        RowProblem(row.line, problem.code, problem.detail, problem.column)
        for row in document.rows
        if row.status == "rejected"
        for problem in row.problems
    ]
    problems += [problem for row in document.accepted for problem in _too_long(row)]
    if problems:
        rows = counted(len({problem.line for problem in problems}), "fila", "filas")
        raise RefusedImportError(f"No se importó nada: hay que corregir {rows}.", tuple(problems))


def _too_long(row: Row) -> list[RowProblem]:
    problems = []
    for attribute, title, model in _NAMES:
        most = model._meta.get_field("name").max_length or 0
        if len(getattr(row, attribute)) > most:
            problems.append(RowProblem(row.line, "name_too_long", f"Tiene más de {most} caracteres.", title))
    return problems


def _row(row: Row) -> DocumentRow:
    reading = row.as_report()
    return DocumentRow(
        line=row.line,
        unit=row.unit,
        mef_activity=row.mef_activity,
        activity=row.activity,
        measurement_unit=row.measurement_unit,
        programmed=tuple(quantity or Decimal(0) for quantity in row.programmed),
        executed=row.executed,
        status=row.status,
        cells=row.cells,
        reading=_plain({name: reading[name] for name in ("programmed", "executed", "repairs", "alternatives")}),
    )


def _changes(outcome: Outcome) -> dict[str, Any]:
    return {
        "institution": int(outcome.institution_created),
        "plan": int(outcome.plan_created),
        "version": outcome.version,
        **outcome.created,
        "targets": outcome.targets,
        "entries_created": outcome.entries_created,
        "entries_updated": outcome.entries_updated,
        "entries_unchanged": outcome.entries_unchanged,
    }


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """Return `data` as JSON columns keep it: quantities and dates as text, to the digit."""
    plain: dict[str, Any] = json.loads(json.dumps(data, cls=DjangoJSONEncoder))
    return plain
