"""The template: the open months of a unit, to be filled in and sent to `/progress/sheet/`."""

from poi_api.http.files import Parts
from reports.shared.question import Question
from reports.shared.report import Report
from reports.template.query import TemplateQuery
from reports.template.statement import activities_in, open_months
from reports.template.workbook import template
from units.access.grants import Access


def _template(question: Question, access: Access) -> Parts:
    title = f"REGISTRO DE AVANCE DEL PLAN OPERATIVO INSTITUCIONAL {question.from_year}"
    months = open_months(question, access)
    return template(title, months, question.day, nothing=_nothing(question, access) if not months else "")


def _nothing(question: Question, access: Access) -> str:
    """Return why there is no month to report: none is open, or there is no activity that has months."""
    if activities_in(question, access):
        return f"No hay meses abiertos para registrar el {question.day:%d/%m/%Y}."
    units = "Las unidades pedidas no tienen" if len(question.ids["unit"]) > 1 else "La unidad no tiene"
    narrowed = any(codes for name, codes in question.codes.items() if name not in ("institution", "unit"))
    with_filters = " con esos filtros" if narrowed else ""
    return f"{units} actividades propias en un plan aprobado de {question.from_year}{with_filters}."


TEMPLATE = Report(
    query=TemplateQuery,
    files={"xlsx": _template},
    stem=lambda question: f"avance-{question.from_year}",
)
