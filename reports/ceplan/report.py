"""The execution under CEPLAN's titles, to be copied back into its application."""

from reports.ceplan.columns import columns_of
from reports.ceplan.query import CeplanQuery, CeplanQuestion
from reports.ceplan.statement import ABOUT, ceplan_page, ceplan_rows
from reports.shared.columns import taken
from reports.shared.reading import Document, page
from reports.shared.report import DocumentReport
from reports.shared.tables import tables
from units.access.grants import Access


def _document(question: CeplanQuestion, access: Access) -> Document:
    reading = ceplan_page(question, access)
    [rows] = reading.sets
    columns = columns_of(question.month)
    shown = [taken(ABOUT, cells) | {"columns": taken(columns, cells)} for cells in map(iter, rows)]
    return reading.document({"month": question.month} | page(reading.cells[0], shown, question))


_TITLE = "Seguimiento para CEPLAN"
CEPLAN = DocumentReport(
    name="ceplan",
    title=_TITLE,
    query=CeplanQuery,
    document=_document,
    files=tables(_TITLE, lambda question: columns_of(question.month), ceplan_rows),
    stem=lambda question: f"ceplan-{question.from_year}" + (f"-{question.month:02}" if question.month else ""),
)
