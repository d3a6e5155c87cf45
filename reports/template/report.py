"""The template: the open months of a unit, to be filled in and sent to `/progress/sheet/`."""

from poi_api.http.files import Parts
from reports.shared.question import Question
from reports.shared.report import Report
from reports.template.query import TemplateQuery
from reports.template.statement import open_months
from reports.template.workbook import template
from units.access.grants import Access


def _template(question: Question, access: Access) -> Parts:
    title = f"REGISTRO DE AVANCE DEL PLAN OPERATIVO INSTITUCIONAL {question.from_year}"
    return template(title, open_months(question, access), question.day)


TEMPLATE = Report(
    query=TemplateQuery,
    files={"xlsx": _template},
    stem=lambda question: f"avance-{question.from_year}",
)
