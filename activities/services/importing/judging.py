"""What is held against a document before anything of it is written."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Model

from activities.choices import FIRST_YEAR, LAST_YEAR
from activities.document import Document, Problem, Row
from activities.document.layout import COLUMNS
from activities.document.model import REJECTED
from activities.document.wording import counted
from activities.exceptions import RefusedImportError
from activities.models import Activity, MeasurementUnit, MefActivity, PlanVersion
from poi_api.database import clock
from poi_api.http.folding import fold
from units.models import Unit

_NAMED: dict[str, type[Model]] = {
    "unit": Unit,
    "mef_activity": MefActivity,
    "activity": Activity,
    "measurement_unit": MeasurementUnit,
}


def plan_year(document: Document, asked: int | None) -> int:
    """Return the year of the plan that a document is for: the one `asked` for, else the one it states.

    Raises RefusedImportError if there is none, or no plan can have it.
    """
    year = document.year if asked is None else asked
    if year is None:
        raise RefusedImportError("El documento no dice de qué año es: indíquelo con --year.")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RefusedImportError(f"El año {year} no está entre {FIRST_YEAR} y {LAST_YEAR}.")
    return year


def refuse_long_resolution(resolution: str) -> None:
    """Raise RefusedImportError for a resolution longer than the database takes."""
    most = _longest(PlanVersion, "resolution")
    if len(resolution) > most:
        raise RefusedImportError(f"La resolución tiene más de {most} caracteres.")


def with_plan_remarks(document: Document, institution: str, year: int) -> Document:
    """Return the document with what its plan has against it, as warnings.

    That is another institution or year than the plan's, and a cut-off that cannot be true (decision 10).
    """
    remarks = _of_another_institution(document, institution)
    if document.year is not None and document.year != year:
        detail = f"El documento dice ser de {document.year} ({document.year_source}) y se importa en el plan {year}."
        remarks.append(Problem("year_differs", detail))
    day = document.cut_off
    if day is not None and (why := implausible_cut_off(day, year)):
        detail = (
            f"La fecha de corte {day:%d/%m/%Y} {why}: no se usa, y lo que se importa se conoce solo desde que se "
            "importa. Si es un error, corríjala antes de importar."
        )
        remarks.append(Problem("implausible_cut_off", detail, document.cut_off_line))
    return replace(document, plan_remarks=remarks)


def _of_another_institution(document: Document, code: str) -> list[Problem]:
    """Return the remark that a document has another institution's code, unless it has the name of this one."""
    if fold(document.institution_code) in ("", fold(code)):
        return []
    if Unit.objects.institutions().filter(code=code, name_key=fold(document.institution)).exists():
        return []
    named = f"«{document.institution_code}» ({document.institution})"
    return [Problem("institution_differs", f"El documento dice ser de {named} y se importa en «{code}».")]


def implausible_cut_off(cut_off: date, year: int) -> str:
    """Say in Spanish why a document on a plan's `year` cannot have been cut off on this day; empty if it can."""
    today = clock.today()
    if cut_off > today:
        return f"es posterior a hoy ({today:%d/%m/%Y})"
    if cut_off < date(year, 1, 1):
        return f"es anterior al año del plan ({year})"
    return ""


def refuse_unfit(document: Document) -> None:
    """Raise RefusedImportError for rejected rows, for names longer than the database takes, and for no rows at all."""
    problems = [problem for row in document.rows if row.status == REJECTED for problem in row.problems]
    problems += [problem for row in document.accepted for problem in _too_long(row)]
    if problems:
        rows = counted(len({problem.line for problem in problems}), "fila", "filas")
        raise RefusedImportError(f"No se importó nada: hay que corregir {rows}.", problems)
    if document.left_out and not document.taken:
        raise RefusedImportError("No se importó nada: todas las filas son inferidas y --strict las deja fuera.")
    if not document.taken:
        raise RefusedImportError("El documento no tiene filas que importar, solo la cabecera.")


def _too_long(row: Row) -> list[Problem]:
    return [
        Problem("name_too_long", f"Tiene más de {most} caracteres.", row.line, COLUMNS[name])
        for name, model in _NAMED.items()
        if len(getattr(row, name)) > (most := _longest(model, "name"))
    ]


def _longest(model: type[Model], field: str) -> int:
    """Return how many characters a text field takes."""
    text: Any = model._meta.get_field(field)
    return int(text.max_length)
