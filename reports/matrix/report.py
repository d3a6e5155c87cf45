"""The matrix: one row per activity, as in the source document."""

import orjson

from reports.matrix.query import MatrixQuery, MatrixQuestion
from reports.matrix.statement import columns_of, matrix_page, matrix_rows
from reports.shared.reading import Document, page
from reports.shared.report import DocumentReport
from reports.shared.tables import tables
from units.access.grants import Access


def _document(question: MatrixQuestion, access: Access) -> Document:
    reading = matrix_page(question, access)
    count, rows = reading.cells
    return reading.document(page(count, orjson.Fragment(f"[{rows}]"), question))


_TITLE = "Matriz del plan"
MATRIX = DocumentReport(
    name="matrix",
    title=_TITLE,
    query=MatrixQuery,
    document=_document,
    files=tables(_TITLE, columns_of, matrix_rows),
    row_key=("year", "institution", "activity"),
    stem=lambda question: f"matriz-{question.from_year}-{question.to_year}",
)
